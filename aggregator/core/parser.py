"""The Markdown parser: CommonMark with tables and strikethrough, what other programs will read kept whole, and short cuts."""

from __future__ import annotations

import re
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import mdTrim
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore, normalize
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from aggregator.core.codes import trim_url

_BBCODE = r"url|img|quote|code|size|color|list|font|center|email|video|youtube"
# what other programs than a Markdown parser will read: macros, footnotes, task boxes, BBCode, Hugo's shortcodes and attributes
_VERBATIM = re.compile(
    rf"\[\[[^\[\]|]+\|[^\[\]]*\]\]|\[\^[^\]\s]+\]|\[[ xX]\](?= )|\[/?(?:{_BBCODE})(?:=[^\]\n]*)?\](?![\[(:])"
    r"|\{\{[<%].*?[>%]\}\}|\{[#.:][^{}\n]+\}",
    re.IGNORECASE | re.DOTALL,
)
_STOPS = re.compile(r"[\n!&*:<\[\\\]_`{~]")  # where anything but text can begin, in what is enabled here
_TEXT = r"(?:[^\n\x00\\`*_\[\]<&!~{:]++|:(?!//)|!(?!\[)|&(?![#\w]+;)|(?<=[^\W_])_(?=[^\W_]))*+"
_ALL_TEXT = re.compile(_TEXT)
_ADDRESS = r"(?:https?:/)?/(?:[^\s\x00-\x1f\x7f()<>\\&]++|&(?![#\w]+;))++"
_SIMPLE_LINK = re.compile(rf"\[(?!\])({_TEXT})\]\(({_ADDRESS})\)")
# bold that leans on letters and digits, or begins or ends at a space (CommonMark section 6.2)
_SIMPLE_BOLD = rf"(?:(?<![^ \xa0])\*\*(?=[^\s*])|\*\*(?=[^\W_]))({_TEXT})(?:(?<=[^\W_])\*\*(?!\*)|(?<=\S)\*\*(?=[ \xa0]|\Z))"
_SIMPLE = re.compile(rf"({_TEXT})(?:(?!\[\^){_SIMPLE_LINK.pattern}|{_SIMPLE_BOLD}|\Z)")
_SCHEME = re.compile(r"(?:^|[^a-z0-9])(https?|ftp)$", re.IGNORECASE)
_URL_REST = re.compile(r"://[!-;=?@A-Z\\^_a-z{|}~]+")


def _verbatim(state: StateInline, silent: bool) -> bool:
    match = _VERBATIM.match(state.src, state.pos) if state.src[state.pos] in "[{" else None
    if match is None:
        return False
    if not silent:
        state.push("verbatim", "", 0).content = match[0]
    state.pos = match.end()
    return True


def _bare_url(state: StateInline, silent: bool) -> bool:
    if silent or not state.src.startswith("://", state.pos):
        return False
    scheme, rest = _SCHEME.search(state.pending), _URL_REST.match(state.src, state.pos)
    if scheme is None or rest is None:
        return False
    url = trim_url(scheme[1] + rest[0])
    if len(url) <= len(scheme[1]) + 3:
        return False
    state.pending = state.pending[: -len(scheme[1])]
    state.push("bare_url", "", 0).content = url
    state.pos += len(url) - len(scheme[1])
    return True


def _simple_link(state: StateInline, silent: bool) -> bool:
    """A link of nothing but text to nothing but an address: found at once, where the parser looks at every character three times."""
    match = _SIMPLE_LINK.match(state.src, state.pos, state.posMax) if state.src[state.pos] == "[" else None
    if match is None:
        return False
    if not silent:
        state.push("link_open", "a", 1).attrs = {"href": match[2]}
        state.append_pending(match[1])
        state.push("link_close", "a", -1)
    state.pos = match.end()
    return True


def _line_of_text(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A paragraph of one line that begins with a letter: any other block begins otherwise or has a second line."""
    if start + 1 < state.lineMax and not state.isEmpty(start + 1):
        return False
    if state.is_code_block(start) or not state.src[state.bMarks[start] + state.tShift[start]].isalpha():
        return False
    if silent:
        return True
    text = mdTrim(state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]])
    state.line = start + 1
    place, level = [start, state.line], state.level
    state.tokens += (
        Token("paragraph_open", "p", 1, map=place, level=level, block=True),
        Token("inline", "", 0, map=place.copy(), level=level + 1, children=[], content=text, block=True),
        Token("paragraph_close", "p", -1, level=level, block=True),
    )
    return True


def _one_newline(state: StateCore) -> None:
    """As the parser does it, where there is anything to normalize: most documents have neither carriage returns nor null characters."""
    if "\r" in state.src or "\0" in state.src:
        normalize(state)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": 100}).enable(["table", "strikethrough"])
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    parser.core.ruler.at("normalize", _one_newline)
    parser.block.ruler.before("table", "line_of_text", _line_of_text)
    parser.inline.ruler.before("newline", "bare_url", _bare_url)
    parser.inline.ruler.before("backticks", "verbatim", _verbatim)
    parser.inline.ruler.before("link", "simple_link", _simple_link)
    parser.inline.terminator_re = _STOPS
    return parser


_INLINE = _parser().disable("normalize")
_BLOCKS = _parser().disable("inline")
# a parser compiles its rules at the first use, and not safely against other threads: here there is only one
_INLINE.parseInline("*a*")
_BLOCKS.parse("a")


def blocks(markdown: str) -> tuple[list[Token], dict[str, Any]]:
    """The block tokens of a document, inline content unread, and its link references."""
    references: dict[str, Any] = {}
    return _BLOCKS.parse(markdown, references), references


def inline(content: str, references: dict[str, Any]) -> list[Token]:
    """The inline tokens of one block's content."""
    simple = _simple(content)
    return simple if simple is not None else _INLINE.parseInline(content, references)[0].children or []


def is_text(content: str) -> bool:
    """Whether the parser finds nothing but text in it."""
    return _ALL_TEXT.fullmatch(content) is not None


def _simple(content: str) -> list[Token] | None:
    """Tokens of nothing but text, simple links and bold text, as the parser finds them at ten times the cost; None for other content."""
    tokens: list[Token] = []
    done, after_bold = 0, False
    while match := _SIMPLE.match(content, done):
        text, label, address, bold = match.groups()
        if text or bold or after_bold:  # the parser leaves empty text around bold text
            tokens.append(Token("text", "", 0, content=text))
        if bold:
            tokens += _pair("strong", "strong", bold, markup="**")
        elif label:
            tokens += _pair("link", "a", label, attributes={"href": address})
        else:
            return tokens
        done, after_bold = match.end(), bool(bold)
    return None


def _pair(kind: str, tag: str, text: str, *, markup: str = "", attributes: dict[str, str | int | float] | None = None) -> list[Token]:
    return [
        Token(f"{kind}_open", tag, 1, attributes or {}, markup=markup),
        Token("text", "", 0, level=1, content=text),
        Token(f"{kind}_close", tag, -1, markup=markup),
    ]

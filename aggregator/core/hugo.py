"""What a Markdown body must not hold in a Hugo site: live HTML, links that run something, heading attributes, shortcodes.

This is the one place where that is seen to; `core.frontmatter.render` sends every body through it. Those that must equal the reference
format to the byte only lose what would stop a build or run, and no site can hold that. It holds whether the site renders raw HTML
(`unsafe = true`) or not, and the text looks the same.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator
from itertools import chain

from markdown_it import MarkdownIt
from markdown_it.token import Token

from aggregator.core.patterns import together

Lines = tuple[int, int]  # first, and the one behind the last

_WORD = re.compile(  # a backslash escape, backticks that may open a code span, an address between < and >, a < that may open a tag
    r"\\[!-/:-@\[-`{-~]|(?P<ticks>(?<!`)`+)|<(?:https?://|mailto:)[^\s<>]*>|(?P<tag><)(?=[A-Za-z/!?])"
)
_TICKS = re.compile(r"`+|\n[ \t]*\n")
_HARMLESS = re.compile(r"\\[!-/:-@\[-`{-~]|<(?:https?://|mailto:)[^\s<>]*>")
_SUSPECT = re.compile(r"<|\]:|\]\((?!https?://|mailto:|[/#)])")  # all that raw HTML and odd links can be made of
_ATTRIBUTES = re.compile(r"(?<!\\)\{(?=[^{}\n]*\}[ \t]*$)", re.MULTILINE)  # {#id .class} behind a heading
_SHORTCODE = re.compile(  # none that another one begins in: looking for each one's end beyond the next would take quadratic time
    r"\{\{<(?P<plain>(?:(?!\{\{[<%]).)*?)>\}\}|\{\{%(?P<markup>(?:(?!\{\{[<%]).)*?)%\}\}|\{(?=\{[<%])"
)
_PLAIN_TAGS = re.compile(  # without attributes, and none of them a beginning of something that runs
    r"[^<]*(?:<(?:/?(?:b|big|blockquote|br|code|dd|del|div|dl|dt|em|h[1-6]|hr|i|ins|li|mark|ol|p|pre|q|s|small|span|strong|sub|sup|table|tbody"
    r"|td|th|thead|tr|u|ul)\s*/?>|(?![A-Za-z/!?]))[^<]*)*",
    re.IGNORECASE,
)
_FENCE = re.compile(r"(`{3,}|~{3,})[ \t]*([\w+#.-]*).*")
_FENCE_ATTRIBUTES = re.compile(r"^((?:[ \t>*+-]|\d+[.)])*+(?:`{3,}+|~{3,}+)[^\n{]*+)\{[^\n]*", re.MULTILINE)  # Hugo ends on bad ones
_SCHEME = re.compile(r"[^/?#]*:")
_AS_TEXT = str.maketrans({"<": "&lt;", "[": "&#91;"})


class _HugoMarkdown(MarkdownIt):
    """CommonMark with tables and raw HTML, as Hugo may render it; every link passes, so that bad ones can be seen."""

    def validateLink(self, url: str) -> bool:
        return True


_MARKUP = _HugoMarkdown("commonmark", {"html": True}).enable(["table", "strikethrough"])
_BLOCKS = MarkdownIt("commonmark", {"html": False}).disable("inline")


def harmless(markdown: str) -> str:
    """The body with everything live in it turned into the text it looks like. Expects line breaks as `\\n`."""
    text = _escaped(markdown)
    if live := _live(text):
        text = _disarmed(text, live)
        if _live(text):  # an odd mixture: no link and no tag survives
            text = _disarmed(text, [_whole(text)])
    return _SHORTCODE.sub(_inactive, text)


def buildable(markdown: str) -> str:
    """A body as it is, but for shortcodes and for raw HTML other than plain tags, which become text, and for attributes of fenced code.

    Links are left to the site's layouts.
    """
    text = _FENCE_ATTRIBUTES.sub(r"\1", markdown)
    if "<" in text and (tags := _raw_tags(text)):
        text = _disarmed(text, tags)
        if _raw_tags(text):
            text = _disarmed(text, [_whole(text)])
    return _SHORTCODE.sub(_inactive, text)


def _raw_tags(text: str) -> list[Lines]:
    """The lines in which raw HTML stands that is more than plain tags."""
    raw = (token for token in _MARKUP.parse(text) if any(_is_raw(each) for each in (token, *(token.children or ()))))
    return [(token.map[0], token.map[1]) if token.map else _whole(text) for token in raw]


def _is_raw(token: Token) -> bool:
    return token.type in ("html_block", "html_inline") and not _PLAIN_TAGS.fullmatch(token.content)


def _escaped(markdown: str) -> str:
    """Outside of fenced code no tag opens and no heading gets attributes; of a fence's own line the language is left."""
    lines = markdown.split("\n")
    fenced = "```" in markdown or "~~~" in markdown
    fences = [token.map for token in _BLOCKS.parse(markdown) if token.type == "fence" and token.map] if fenced else []
    for first, _ in fences:
        lines[first] = _FENCE.sub(r"\1\2", lines[first], count=1)
    for first, end in zip([0, *(end for _, end in fences)], [*(first for first, _ in fences), len(lines)], strict=True):
        if first < end:
            lines[first:end] = _escaped_text("\n".join(lines[first:end])).split("\n")
    return "\n".join(lines)


def _escaped_text(text: str) -> str:
    return together(_escaped_words(_ATTRIBUTES.sub(r"\\{", text)))


def _escaped_words(text: str) -> Iterator[str]:
    ends, at = _code_spans(text), 0
    while word := _WORD.search(text, at):
        end = ends.get(word.start(), word.end()) if word["ticks"] else word.end()
        yield text[at : word.start()]
        yield "\\<" if word["tag"] else text[word.start() : end]
        at = end
    yield text[at:]


def _code_spans(text: str) -> dict[int, int]:
    """Where code that begins at a run of backticks ends: behind the next run as long, within one block (CommonMark 0.31.2 section 6.1).

    Of a run behind a backslash that is not one of a pair, nothing: it begins none.
    """
    ends: dict[int, int] = {}
    following: dict[int, int] = {}
    spans = array("q", chain.from_iterable(found.span() for found in _TICKS.finditer(text)))
    while spans:
        end, start = spans.pop(), spans.pop()
        if text[start] == "\n":
            following = {}
            continue
        if end - start in following and not _is_escaped(text, start):
            ends[start] = following[end - start]
        following[end - start] = end
    return ends


def _is_escaped(text: str, place: int) -> bool:
    first = place
    while first and text[first - 1] == "\\":
        first -= 1
    return (place - first) % 2 == 1


def _live(text: str) -> list[Lines]:
    """The lines in which raw HTML or a link to something else than a page stands."""
    if not _SUSPECT.search(_HARMLESS.sub(".", text)):
        return []
    live = (token for token in _MARKUP.parse(text) if token.type == "html_block" or any(map(_is_live, token.children or ())))
    return [(token.map[0], token.map[1]) if token.map else _whole(text) for token in live]


def _is_live(token: Token) -> bool:
    if token.type == "image":
        return not _leads_to(str(token.attrGet("src")), ("http:", "https:", "data:image/"))
    return token.type == "html_inline" or not _leads_to(str(token.attrGet("href") or ""), ("http:", "https:", "mailto:"))


def _leads_to(url: str, allowed: tuple[str, ...]) -> bool:
    return not _SCHEME.match(url) or url.lower().startswith(allowed)


def _whole(text: str) -> Lines:
    return 0, text.count("\n") + 1


def _disarmed(text: str, ranges: Iterable[Lines]) -> str:
    lines = text.split("\n")
    for first, end in ranges:
        lines[first:end] = [line.translate(_AS_TEXT) for line in lines[first:end]]
    return "\n".join(lines)


def _inactive(shortcode: re.Match[str]) -> str:
    """Hugo's own way to show a shortcode (parser/pageparser/pagelexer_shortcode.go); an unclosed delimiter has none and gets a space."""
    for mark, inner in (("<>", shortcode["plain"]), ("%%", shortcode["markup"])):
        if inner is not None:
            return f"{{{{{mark[0]}/*{inner}*/{mark[1]}}}}}"
    return "{ "

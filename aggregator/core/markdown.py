"""Clean HTML to CommonMark with tables and back, so that nothing that was text becomes markup, in Hugo or anywhere else.

Text goes through the converter in disguise: each character that Markdown might read stands as a noncharacter, and comes back afterwards,
with a backslash where it needs one. So the rules of escaping are in one place, and the converter sees words only.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING

from aggregator.core.characters import GAP
from aggregator.core.emphasis import settle
from aggregator.core.flatten import QUOTATION, TOKEN, flatten, name_of
from aggregator.core.patterns import replaced
from aggregator.core.sanitize import clean

if TYPE_CHECKING:
    from html_to_markdown import ConversionResult
    from markdown_it import MarkdownIt

_SPECIAL = "\\`*_[]<{~|&!#>+-=:.)"
_ALWAYS_ESCAPED = frozenset("\\`*_[]<{~|")
_MASK = {character: chr(0xFDD0 + place) for place, character in enumerate(_SPECIAL)}  # noncharacters: no printable text holds them
_FACE = {mask: character for character, mask in _MASK.items()}
_DISGUISE = str.maketrans(_MASK)
# Brackets in code need no backslash, but the converter gives them one where the code is in a link.
_IN_CODE = {"\ufdee": "[", "\ufdef": "]"}
_CODE_DISGUISE = str.maketrans({character: mask for mask, character in _IN_CODE.items()})
# The converter takes these for spaces like others.
_SPACES = {"\ufdea": "\u00a0", "\ufdeb": "\u202f", "\ufdec": "\u3000"}
_PLAIN = _IN_CODE | _SPACES
_DISGUISE |= str.maketrans({character: mask for mask, character in _SPACES.items()})

_ADDRESS = re.compile(r'\s(?:src|href)="([^"]*)"')
_ALTERNATIVE = re.compile(r'\salt="([^"]*)"')
_START = re.compile(r'\sstart="(\d{1,9})"')
_EMPTY_CODE = re.compile(r"<code>\s*</code>")
_EMPTY_LINK = re.compile(r'<a href="[^"]*">((?:\s|<br>|</?(?:b|i|del)>)*)</a>')
_UNSAFE_IN_URL = str.maketrans({character: f"%{ord(character):02X}" for character in ' <>"\\`{}|^()*'} | dict.fromkeys("\t\n\r", ""))
_ENTITY_IN_URL = re.compile(r"(&#?\w+);")
_RAISED = {"sup": str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ"), "sub": str.maketrans("0123456789+-=()n", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₙ")}
_RAISED_TEXT = re.compile(r"<(sup|sub)>([0-9+\-=()n]{1,6})</\1>")
_SHORTCODE = re.compile(r"\{\{(?=&lt;|<|%)")

# What Markdown might read: some characters anywhere, block markers where a line can begin, ! before what becomes [, # where a line ends.
_READABLE = re.compile(r"[\\`*_\[\]<{~|&\u00a0\u202f\u3000]|^(?:[#>+\-=:.)\s]|\d{1,9}[.)])+|!$|#+\s*$")
_LEAD = r"(?:[ >]|- |\d{1,9}[.)] |#{1,6} )*"  # block markers that the converter wrote
_AT_START = re.compile(_LEAD)
_AFTER_NUMBER = re.compile(rf"{_LEAD}\d{{1,9}}")
_ENTITY = re.compile(rf"[#{_MASK['#']}]?[0-9A-Za-z]{{1,32}};")
_LINE_END = re.compile(rf"{_MASK['#']}*\s*$", re.MULTILINE)
# White space and breaks where a block begins or ends, white space where a line does. `pre` opens what is to be left alone.
_SPACE = "[\\s\ufdea-\ufdec]"
_IN_LINE = r"/?(?:b|i|del|a|img|code|ruby|rt|rp)\b"
_SPACE_BEHIND = re.compile(rf"(^|<(?!{_IN_LINE}|pre\b)[^<>]*>)(?:{_SPACE}|<br>)+")
_SPACE_BEFORE, _BREAK_BEFORE = (
    re.compile(rf"{first}(?:{_SPACE}|<br>)*(?=$|<(?!{_IN_LINE}|/pre\b))") for first in (rf"{_SPACE}(?<!{_SPACE}{_SPACE})", "<br>")
)
_RUN = re.compile("\\s?[\ufdea-\ufdec][\\s\ufdea-\ufdec]+|\\s[\ufdea-\ufdec]")  # where white space went out of a phrase
_QUOTATION = re.compile(rf"{QUOTATION}(?:\n\s*)?")
_MASKED = re.compile("[\ufdd0-\ufdef]")


def to_markdown(html: str) -> str:
    """CommonMark with tables and strikethrough: ATX headings, `-` bullets, fenced code, images kept, at most one blank line.

    Text is escaped so that Markdown, raw HTML and Hugo's shortcodes in it stay text. In code, where nothing escapes, `{{<` becomes `{{ <`.
    """
    flat = _EMPTY_CODE.sub("", "".join(_disguised(flatten(_RAISED_TEXT.sub(_raised, html)))))
    marked = _trimmed(settle(_EMPTY_LINK.sub(r"\1", flat)))
    written = _QUOTATION.sub("", _converter()(marked).content or "")
    return replaced(_MASKED, _face, written.strip())


def to_html(markdown: str, base: str = "") -> str:
    """Clean HTML of CommonMark with tables and strikethrough, raw HTML in it shown as text."""
    return clean(_parser().render(markdown), base)


@cache
def _converter() -> Callable[[str], ConversionResult]:
    from html_to_markdown import ConversionOptions, convert  # here, as what reads bodies converts nothing

    options = ConversionOptions(
        bullets="-",
        autolinks=False,
        newline_style="backslash",
        highlight_style="none",
        expand_abbreviations=False,
        include_blockquote_citations=False,
        compact_tables=True,
        extract_metadata=False,
        keep_inline_images_in=["h1", "h2", "h3", "h4", "h5", "h6", "td", "th"],
    )
    return partial(convert, options=options)


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # here, for the same reason

    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def _trimmed(html: str) -> str:
    """Flat HTML without white space that stands for nothing: in runs, and where a block or a line begins or ends."""
    if any(mask in html for mask in _SPACES):
        html = _RUN.sub(" ", html)
    return _BREAK_BEFORE.sub("", _SPACE_BEFORE.sub("", _SPACE_BEHIND.sub(r"\1", html)))


def _raised(match: re.Match[str]) -> str:
    return match[2].translate(_RAISED[match[1]])


def _disguised(html: str) -> Sequence[str]:
    """Flat HTML in pieces, with all text but code in disguise and only such attributes as Markdown can say."""
    tokens = TOKEN.split(html)
    verbatim = False
    for place, token in enumerate(tokens):
        if place % 2 == 0:
            tokens[place] = _SHORTCODE.sub("{{ ", token).translate(_CODE_DISGUISE) if verbatim else _text(token)
            continue
        name = name_of(token)
        verbatim = name in ("pre", "code") and token[1] != "/"
        tokens[place] = _tag(token, name)
    return tokens


def _text(token: str) -> str:
    return replaced(_READABLE, _masked, GAP.sub(" ", entities.unescape(token)))


def _masked(match: re.Match[str]) -> str:
    return match[0].translate(_DISGUISE)


def _tag(token: str, name: str) -> str:
    """The tag with what Markdown can say of it: an address, an alternative text, a first number."""
    if token[1] == "/":
        return f"</{name}>"
    if name == "pre":
        return token
    found = _ADDRESS.search(token)
    address = _url(found[1]) if found else ""
    if name == "img":
        alternative = _ALTERNATIVE.search(token)
        return f'<img src="{address}" alt="{_text(alternative[1]) if alternative else ""}">'
    if address:
        return f'<{name} {"href" if name == "a" else "src"}="{address}">'
    start = _START.search(token)
    return f'<ol start="{start[1]}">' if name == "ol" and start else f"<{name}>"


def _url(value: str) -> str:
    url = _ENTITY_IN_URL.sub(r"\1%3B", entities.unescape(value).translate(_UNSAFE_IN_URL))
    return url.replace("&", "&amp;")


def _face(mask: re.Match[str]) -> str:
    """The character behind a mask, with a backslash where Markdown would read it."""
    if plain := _PLAIN.get(mask[0]):
        return plain
    text, place, character = mask.string, mask.start(), _FACE[mask[0]]
    if character in _ALWAYS_ESCAPED:
        readable = character != "_" or not (text[place - 1 : place].isalnum() and text[place + 1 : place + 2].isalnum())
    elif character == "&":
        readable = _ENTITY.match(text, place + 1) is not None
    elif character == "!":
        readable = text.startswith("[", place + 1)
    else:
        readable = _is_marker(character, text, place)
    return "\\" + character if readable else character


def _is_marker(character: str, text: str, place: int) -> bool:
    """Whether a block would begin with this character, or a heading end."""
    begin = text.rfind("\n", 0, place) + 1
    if character in ".)":
        return _AFTER_NUMBER.fullmatch(text, begin, place) is not None
    if character == "#" and text[place - 1 : place].isspace() and _LINE_END.match(text, place):
        return True
    if character in "+-" and text[place + 1 : place + 2].isalnum():
        return False
    return _AT_START.fullmatch(text, begin, place) is not None

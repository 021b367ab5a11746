"""Writes text into Markdown so that it stays text."""

from __future__ import annotations

import re
from collections.abc import Mapping

_SPECIAL = re.compile(r"[\\`*_~\[\]<&{]")
_ENTITY = re.compile(r"&(?:#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,8}|[A-Za-z][A-Za-z0-9]{1,31});")
_ASCII_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_WHITE = re.compile(r"[\t\r\n\f\v][ \t\r\n\f\v]*| [ \t\r\n\f\v]+")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
# what opens a block at the start of a line: heading, quotation, list, rule or underline, row of a table, definition, fence
_BLOCK_START = re.compile(
    r"^(?P<number>[0-9]{1,9}(?=[.)](?:\s|$)))?(?(number)|"
    r"(?=#{1,6}(?:\s|$)|>|[-+*](?:\s|$)|[-=:|][-=:|\s]*$|:\s|~{3}))",
    re.MULTILINE,
)
_CLOSING_HASHES = re.compile(r"(?:(?<=\s)|^)(?=#+$)")


def escape(text: str) -> str:
    """Text for the inside of a block. Only what could be read as markup gets a backslash; characters at the ends count as if it could."""
    return _SPECIAL.sub(lambda match: ("\\" if _live(text, match.start()) else "") + match[0], text)


def _live(text: str, at: int) -> bool:
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    match text[at]:
        case "\\":
            return not after or after in _ASCII_PUNCTUATION
        case "<":
            return not after or after.isalpha() or after in "/!?"
        case "&":
            return _ENTITY.match(text, at) is not None
        case "_" if before.isalnum() and after.isalnum():
            return False
        case "*" | "_" | "~":
            return not (before.isspace() and after.isspace())
        case _:
            return True


def without_controls(text: str) -> str:
    """Text without control characters, which no text needs."""
    return text if text.isprintable() else _CONTROL.sub("", text)


def single_spaced(text: str) -> str:
    """Text with every stretch of ASCII white space as one space."""
    return text if text.isprintable() and "  " not in text else _WHITE.sub(" ", text)


def escape_lines(markdown: str) -> str:
    """Inline Markdown none of whose lines starts a block or ends a heading."""
    if "\n" in markdown or _BLOCK_START.match(markdown):
        markdown = _BLOCK_START.sub(lambda match: (match["number"] or "") + "\\", markdown)
    return _CLOSING_HASHES.sub(r"\\", markdown) if markdown.endswith("#") else markdown


def link_end(attributes: Mapping[str, str | int | float]) -> str:
    """What closes a link or an image: `](target "title")`."""
    target = _destination(str(attributes.get("href", attributes.get("src", ""))))
    title = str(attributes.get("title", ""))
    return f"]({target} {_title(title)})" if title else f"]({target})"


def _destination(url: str) -> str:
    url = re.sub(r"[\x00-\x1f\x7f]", lambda match: f"%{ord(match[0]):02X}", url)
    if url and not re.search(r"[\s<>\\]", url) and re.fullmatch(r"[^()]*(?:\([^()]*\)[^()]*)*", url):
        return _ENTITY.sub(lambda match: "\\" + match[0], url)
    return "<" + re.sub(r"[<>\\]", r"\\\g<0>", _ENTITY.sub(lambda match: "&amp;" + match[0][1:], url)) + ">"


def _title(title: str) -> str:
    escaped = re.sub(r'["\\]', r"\\\g<0>", _ENTITY.sub(lambda match: "&amp;" + match[0][1:], title))
    return '"' + " ".join(escaped.split("\n")) + '"'

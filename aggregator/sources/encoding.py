"""Bytes to text: finds the encoding a body is really in, whatever its headers claim."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence

from aggregator.sources import charsets

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark begins this one
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Where nothing is declared: what was usual where the source's language is written.
_NATIONAL = {
    "zh-tw": "big5hkscs",
    "zh-hk": "big5hkscs",
    "zh-mo": "big5hkscs",
    "zh-hant": "big5hkscs",
    "zh": "gb18030",
    "ja": "cp932",
    "ko": "cp949",
}
_XML_DECLARATION = re.compile(rb"""\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]{1,40})["']""", re.IGNORECASE)
_META = re.compile(rb"""<meta\b[^>]*?\bcharset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_ENOUGH = 12  # bytes beyond one for each character
_TOLERATED = 10  # one undecodable place in so many characters beyond ASCII


def decode(body: bytes, *, content_type: str = "", language: str = "") -> tuple[str, str]:
    """The text of a body, and a complaint where it is not cleanly in any encoding. `content_type` is the HTTP header's value.

    A byte order mark decides; then UTF-8 in more than a few characters, which nothing else looks like, what the header and the XML
    declaration claim, UTF-8 at all, and what a page says itself within its first kilobyte
    (https://html.spec.whatwg.org/#prescan-a-byte-stream-to-determine-its-encoding); where all of these are wrong, what the language
    suggests. A claim of Latin-1 counts least: servers make it unasked, and every body can be read as it; so nothing that claims to be
    something unknown is taken for it without a complaint. A few broken bytes are replaced; they don't turn the whole text into another one.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return _tolerant(body[len(mark) :], name)
    labels, of_page = _labels(body, content_type), _label_of_page(body)
    claims, own = _codecs(labels), _codecs(of_page)
    certain = _certain(body) if {*claims} - {"utf-8", "cp1252"} else ""
    likely = [name for name in (_zero_bytes(body), certain, *claims, "utf-8", *own) if name and name != "cp1252"]
    spare = [name for prefix, name in _NATIONAL.items() if language.lower().startswith(prefix)][:1]
    unknown = [label for label in (*labels, *of_page) if not charsets.codec(label)]
    latin = ["cp1252"] if "cp1252" in (*claims, *own) or not (claims or unknown) else []
    for names in (likely, [*spare, *latin]):
        found = _first(body, list(dict.fromkeys(names)))
        if found:
            return found
    said = f"says that it is in {unknown[0]!r}, which is not known" if unknown else "is in no known encoding"
    return body.decode("latin-1"), f"the text {said}; read as Latin-1"


def _first(body: bytes, names: Sequence[str]) -> tuple[str, str] | None:
    """The text in the first of these encodings that it is cleanly in, or else in the first that it is in but for a few places."""
    for name in names:
        try:
            return body.decode(name), ""
        except ValueError:
            continue
    for name in names:
        text, complaint = _tolerant(body, name)
        if text.count("\ufffd") * _TOLERATED <= len(text) - len(text.encode("ascii", "ignore")):
            return text, complaint
    return None


def _labels(body: bytes, content_type: str) -> list[str]:
    """What the header and the XML declaration say, as they say it."""
    header, declared = _CHARSET.search(content_type), _XML_DECLARATION.match(body[:400])
    return [*([header[1]] if header else []), *([declared[1].decode("ascii")] if declared else [])]


def _label_of_page(body: bytes) -> list[str]:
    """The same of what a page says itself."""
    meta = _META.search(body[:1024])
    return [meta[1].decode("ascii", "replace")] if meta else []


def _codecs(labels: Sequence[str]) -> list[str]:
    return [name for label in labels if (name := charsets.codec(label))]


def _certain(body: bytes) -> str:
    """UTF-8 by its looks: text in a national encoding of eight characters passes for it once in ten million times."""
    try:
        text = body.decode("utf-8")
    except ValueError:
        return ""
    return "utf-8" if len(body) - len(text) >= _ENOUGH else ""


def _zero_bytes(body: bytes) -> str:
    """UTF-16 without a mark shows in its first character, which is `<`, `{` or white space (XML 1.0 appendix F.1)."""
    if len(body) < 2 or bool(body[0]) == bool(body[1]):
        return ""
    return "utf-16-le" if body[0] else "utf-16-be"


def _tolerant(body: bytes, name: str) -> tuple[str, str]:
    text = body.decode(name, "replace")
    written = "\ufffd".encode(name, "ignore")  # the sign itself may stand in the text
    broken = text.count("\ufffd") - (body.count(written) if written else 0)
    return text, f"{broken} places are not valid {name} and were replaced" if broken > 0 else ""

"""Bytes to text: finds the encoding a body is really in, whatever its headers claim."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark begins this one
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What publishers call by the smaller set's name, they write with the larger one (https://encoding.spec.whatwg.org/#names-and-labels).
_SUPERSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
}
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
_NO_CHARSETS = ("idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "charmap")
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
    suggests. A claim of Latin-1 counts least: servers make it unasked, and every body can be read as it. A few broken bytes are replaced;
    they don't turn the whole text into another one.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return _tolerant(body[len(mark) :], name)
    claims, own = _claims(body, content_type), _own_claim(body)
    certain = _certain(body) if {*claims} - {"utf-8", "cp1252"} else ""
    likely = [name for name in (_zero_bytes(body), certain, *claims, "utf-8", *own) if name and name != "cp1252"]
    spare = [name for prefix, name in _NATIONAL.items() if language.lower().startswith(prefix)][:1]
    latin = ["cp1252"] if "cp1252" in (*claims, *own) or not claims else []
    for names in (likely, [*spare, *latin]):
        found = _first(body, list(dict.fromkeys(names)))
        if found:
            return found
    return body.decode("latin-1"), "the text is in no known encoding; read as Latin-1"


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


def _claims(body: bytes, content_type: str) -> list[str]:
    """Python codec names of what the header and the XML declaration say."""
    declared, header = _XML_DECLARATION.match(body[:400]), _CHARSET.search(content_type)
    claims = [_codec(header[1] if header else ""), _codec(declared[1].decode("ascii") if declared else "")]
    return [name for name in claims if name]


def _own_claim(body: bytes) -> list[str]:
    """The same of what a page says itself."""
    meta = _META.search(body[:1024])
    return [name for name in [_codec(meta[1].decode("ascii", "replace")) if meta else ""] if name]


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


def _codec(label: str) -> str:
    """The Python codec that reads what goes by this label, or nothing."""
    try:
        name = codecs.lookup(label).name
        b"<".decode(name)
    except (LookupError, ValueError):
        return ""  # unknown, not a text encoding, or one in which the label itself could not have been read
    return "" if name in _NO_CHARSETS else _SUPERSETS.get(name, name)


def _tolerant(body: bytes, name: str) -> tuple[str, str]:
    text = body.decode(name, "replace")
    written = "\ufffd".encode(name, "ignore")  # the sign itself may stand in the text
    broken = text.count("\ufffd") - (body.count(written) if written else 0)
    return text, f"{broken} places are not valid {name} and were replaced" if broken > 0 else ""

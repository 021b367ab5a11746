"""What publishers call encodings, and the Python codecs that read what they mean (https://encoding.spec.whatwg.org/#names-and-labels)."""

from __future__ import annotations

import codecs
from functools import lru_cache

# Those labels that Python does not know, by codec; others differ by `x-`, `windows-` or a missing hyphen only.
_LABELS = {
    "utf-8": "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8",
    "iso8859-6": "csiso88596e csiso88596i iso-8859-6-e iso-8859-6-i",
    "iso8859-7": "sun_eu_greek",
    "iso8859-8": "csiso88598e csiso88598i iso-8859-8-e iso-8859-8-i logical visual",
    "iso8859-15": "csisolatin9",
    "koi8-r": "koi koi8",
    "koi8-u": "koi8-ru",
    "mac-roman": "csmacintosh mac",
    "mac-cyrillic": "x-mac-ukrainian",
    "cp874": "dos-874",
    "gb18030": "csgb2312 gb_2312 gb_2312-80",
    "big5hkscs": "cn-big5 x-x-big5",
    "euc_jp": "cseucpkdfmtjapanese",
    "cp932": "windows-31j",
    "cp949": "cseuckr csksc56011987 iso-ir-149 ks_c_5601-1989 ksc_5601",
}
_CODECS = {label: codec for codec, labels in _LABELS.items() for label in labels.split()}
# What publishers call by the smaller set's name, they write with the larger one.
_SUPERSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
}
_NO_CHARSETS = ("idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "charmap")


@lru_cache(maxsize=128)
def codec(label: str) -> str:
    """The Python codec that reads what goes by this label, or ""."""
    for spelling in _spellings(label.strip().lower()):
        try:
            name = codecs.lookup(spelling).name
            b"<".decode(name)
        except (LookupError, ValueError):
            continue  # unknown, not a text encoding, or one in which the label itself could not have been read
        return "" if name in _NO_CHARSETS else _SUPERSETS.get(name, name)
    return ""


def _spellings(label: str) -> tuple[str, ...]:
    """The label, what it stands for, and how Python writes such labels."""
    bare = label.removeprefix("x-")
    return (label, _CODECS.get(label, ""), bare, bare.replace("windows-", "cp"), bare.replace("iso8859", "iso8859-"))

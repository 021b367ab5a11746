"""What single characters are: invisible, written without spaces, punctuation, parts of one grapheme."""

from __future__ import annotations

import html
import re
import unicodedata

from aggregator.core.patterns import late

CJK = (
    "\u2e80-\u303f\u3040-\u30ff\u3100-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003fffd"
)
"""Han, kana and full-width punctuation, as the inside of a regular expression's character class."""

_LINE_BREAKS = frozenset("\r\x0b\x0c\x85\u2028\u2029")
# Other line breaks than LF, controls, soft hyphen, zero-width space, bidi embeddings and isolates, BOM, noncharacters, lone surrogates.
# Left-to-right and right-to-left marks stay: right-to-left texts need them, and they cannot swallow what follows.
_ODD = late(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u180e\u200b\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc\ufdd0-\ufdef\ud800-\udfff\ufffe\uffff]"
)
# Beyond the basic plane: noncharacters, tag characters, unassigned planes, private use. Apart, as one class for all is 10 times slower.
_FAR = late("[\U0001fffe-\U0010ffff]")
_FAR_ODD = late("[\U0001fffe\U0001ffff\U0002fffe\U0002ffff\U0003fffe-\U000e00ff\U000e01f0-\U0010ffff]")
# Joiners mean something between letters of scripts that join, and inside an emoji; anywhere else they only break searching.
_STRAY_JOINER = late("(?<![\u0590-\u1fff\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])[\u200c\u200d]|[\u200c\u200d](?=\\s|$)")
GAP = late(r"\s(?:\s+|(?<![ \u00a0\u202f\u3000]))")
"""White space that reads as one space: runs, and any but single no-break and ideographic spaces, which mean something."""
ENTITY = late(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_CONTINUES = late("[\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0100-\U000e01ef]")


def printable(text: str) -> str:
    """The text without what can't be seen or encoded; line breaks of every kind become LF."""
    if text.replace("\n", "").isprintable() and "\ufffc" not in text:  # as nearly all are: Python takes U+FFFC for printable
        return text
    return without_odd(text)


def without_odd(text: str) -> str:
    """As `printable`, the long way."""
    text = _ODD.sub(_replaced, text.replace("\r\n", "\n"))
    if _FAR.search(text):
        text = _FAR_ODD.sub("", text)
    return _STRAY_JOINER.sub("", text) if "\u200c" in text or "\u200d" in text else text


def _replaced(match: re.Match[str]) -> str:
    return "\n" if match[0] in _LINE_BREAKS else ""


def folded(text: str) -> str:
    """The text with runs of white space as one space and none at its ends; a no-break or ideographic space that stands alone is kept."""
    if text.isprintable() and "  " not in text:  # as most lines are: of all white space, only the space counts as printable
        return text.strip(" ")
    has_kept = "\u00a0" in text or "\u3000" in text or "\u202f" in text
    return GAP.sub(" ", text).strip() if has_kept else " ".join(text.split())


def one_line(text: str) -> str:
    """Printable text with white space folded."""
    if text.isprintable() and "  " not in text and "\ufffc" not in text:  # as nearly all are: Python takes U+FFFC for printable
        return text.strip(" ")
    return folded(printable(text))


def decoded(text: str) -> str:
    """The text with HTML entities decoded once, those that end in a semicolon."""
    return ENTITY.sub(lambda entity: html.unescape(entity[0]), text) if "&" in text else text


def is_punctuation(character: str) -> bool:
    """Punctuation or symbol, as CommonMark 0.31 section 2.1 means it."""
    return unicodedata.category(character)[0] in "PS"


def _inside_grapheme(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if before == "\u200d" or _CONTINUES.match(after) or unicodedata.category(after)[0] == "M":
        return True
    return _is_flag(before) and _is_flag(after) and _flags_before(text, at) % 2 == 1


def _is_flag(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flags_before(text: str, at: int) -> int:
    count = 0
    while count < at and _is_flag(text[at - count - 1]):
        count += 1
    return count


def grapheme_border(text: str, at: int) -> int:
    """The last index not after `at` where the text can be cut without splitting what a reader sees as one character."""
    while 0 < at < len(text) and _inside_grapheme(text, at):
        at -= 1
    return at

"""The script a language is written in, and whether a text that should be in a language is written in another one."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from aggregator.core.language import canonical, detect

WORD = re.compile(r"[^\W\d_][\w'’.-]*")

_CJK = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL"})
# ISO 15924 -> how the Unicode names of its letters begin
_LETTERS = {
    "Latn": frozenset({"LATIN"}), "Hans": frozenset({"CJK"}), "Hant": frozenset({"CJK"}),
    "Jpan": frozenset({"CJK", "HIRAGANA", "KATAKANA"}),
    "Kore": frozenset({"HANGUL", "CJK"}), "Cyrl": frozenset({"CYRILLIC"}), "Arab": frozenset({"ARABIC"}), "Hebr": frozenset({"HEBREW"}),
    "Grek": frozenset({"GREEK"}), "Thai": frozenset({"THAI"}), "Deva": frozenset({"DEVANAGARI"}), "Beng": frozenset({"BENGALI"}),
    "Taml": frozenset({"TAMIL"}), "Telu": frozenset({"TELUGU"}), "Geor": frozenset({"GEORGIAN"}), "Armn": frozenset({"ARMENIAN"}),
    "Khmr": frozenset({"KHMER"}), "Laoo": frozenset({"LAO"}), "Mymr": frozenset({"MYANMAR"}), "Ethi": frozenset({"ETHIOPIC"}),
}  # fmt: skip
_ALL_LETTERS = frozenset().union(*_LETTERS.values())
_TOO_SHORT_TO_TELL = 8
_HIRAGANA = re.compile("[\u3041-\u306d\u306f-\u3096]")  # but の, which Chinese brand names borrow
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]")
_TITLE = re.compile("《[^》]*》|〈[^〉]*〉|『[^』]*』")
_NOT_LATIN = re.compile("[\u0370-\u1dff\u1f00-\u1fff\u2c00-\ufeff\uff66-\uffdc\U00010000-\U0003ffff]")


@lru_cache(maxsize=1024)
def script(tag: str) -> str:
    """The script a language is written in, as ISO 15924, or empty."""
    from langcodes import Language  # its tables take 0.1 s to load

    known = canonical(tag)
    return Language.get(known).maximize().script or "" if known else ""


def language_of(tag: str) -> str:
    """The language of a tag without script and region, or empty."""
    return canonical(tag).partition("-")[0]


def only_converted(source: str, target: str) -> bool:
    """Whether two tags are of one language: between its scripts and regions most texts stay as they are."""
    return language_of(source) == language_of(target) != ""


def is_wrong_script(text: str, source_text: str, source: str, target: str) -> bool:
    """Whether foreign letters outweigh the target's. Names in Latin letters count as nothing, a Han, kana or Hangul character as two.

    Nor do words count that a text had before it was only converted.
    """
    wanted = _LETTERS.get(script(target))
    if wanted is None:
        return False
    if only_converted(source, target):
        return _is_foreign(text, wanted, kept=source_text)
    return _is_foreign(text, wanted) or _is_other_han(text, target) or _is_other_east_asian(text, script(target))


def _is_foreign(text: str, wanted: frozenset[str], *, kept: str = "") -> bool:
    if "LATIN" in wanted and not _NOT_LATIN.search(text):
        return False
    own = foreign = 0
    for word in WORD.findall(text):
        for letters, count in _letters(word).items():
            weight = 2 * count if letters in _CJK else count
            if letters in wanted:
                own += weight
            elif (letters != "LATIN" or word.islower()) and word not in kept:
                foreign += weight
    return foreign > own


def _letters(word: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for char in word:
        letters = _letters_of(char)
        if letters:
            counts[letters] = counts.get(letters, 0) + 1
    return counts


@lru_cache(maxsize=16384)
def _letters_of(char: str) -> str:
    name = unicodedata.name(char, "").split(" ")[0] if char.isalpha() else ""
    return name if name in _ALL_LETTERS else ""


def _is_other_han(text: str, target: str) -> bool:
    wanted = script(target)
    found = detect(text) if wanted in {"Hans", "Hant"} and len(text) >= _TOO_SHORT_TO_TELL else ""
    return found in {"zh-Hans", "zh-Hant"} and found != f"zh-{wanted}"


def _is_other_east_asian(text: str, wanted: str) -> bool:
    """Whether a text is Japanese by its grammar instead of Chinese, or Chinese by its characters instead of Japanese."""
    if wanted in {"Hans", "Hant"}:
        own = _TITLE.sub("", text)
        return len(_HIRAGANA.findall(own)) > max(1, len(own) / 12)
    return wanted == "Jpan" and len(text) >= _TOO_SHORT_TO_TELL and not _KANA.search(text) and detect(text) == "zh-Hans"

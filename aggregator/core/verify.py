"""Is this answer a credible translation? Hard problems refuse it, soft flags are stored with it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from aggregator.core.codes import bare, canonical, numbers
from aggregator.core.language import canonical as tag_of
from aggregator.core.language import detect

_MARKUP = re.compile(r"</?[A-Za-z][^<>]*>|<!--|```|\]\(|&(?:amp|lt|gt|quot|apos|nbsp|#[0-9]{1,6}|#x[0-9A-Fa-f]{1,6});")
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"']+|[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_][\w'’.-]*")
_ENDING = re.compile(r"[.!?。！？…؟।۔።։][^\w]*$")

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
_WITHOUT_FULL_STOP = frozenset({"Thai", "Laoo", "Khmr", "Mymr"})

# (source, target) by way of writing -> (source characters below, least, most) of answer characters for each source character
# human references, 0.5th to 99.5th percentile; where none were measured, wide guesses
_LENGTHS: dict[tuple[str, str], tuple[tuple[float, float, float], ...]] = {
    ("Han", "alphabet"): ((40, 1.3, 8.6), (120, 1.7, 6.2), (float("inf"), 2.4, 5.7)),
    ("alphabet", "Han"): ((120, 0.14, 0.79), (float("inf"), 0.18, 0.64)),
    ("alphabet", "Japanese"): ((40, 0.2, 1.0), (float("inf"), 0.27, 0.78)),
    ("Japanese", "alphabet"): ((40, 1.0, 6.0), (float("inf"), 1.3, 4.4)),
    ("Han", "Han"): ((float("inf"), 0.8, 1.25),),
}
_ANY_LENGTH = ((float("inf"), 0.3, 3.3),)
_TOO_SHORT_TO_MEASURE = 8


def problems(source_text: str, answer: str, *, source: str, target: str) -> tuple[str, ...]:
    """What makes an answer unusable: "empty", "placeholders", "identical", "script", "address", "markup". Texts as engines see them.

    `source` and `target` are BCP 47. "address" is a URL or e-mail address and "markup" a tag, link or entity that the source did not have.
    """
    text = canonical(answer)
    if not bare(text).strip() and bare(source_text).strip():
        return ("empty",)
    found = {
        "placeholders": numbers(source_text) != numbers(text),
        "identical": _is_echo(source_text, text) and not _only_converted(source, target),
        "script": _is_wrong_script(bare(text), source, target),
        "address": _has_new(_ADDRESS, source_text, text),
        "markup": _has_new(_MARKUP, source_text, text),
    }
    return tuple(name for name, is_so in found.items() if is_so)


def flags(source_text: str, answer: str, *, source: str, target: str) -> tuple[str, ...]:
    """What makes an answer doubtful: "length" far from what translations have, "ending" without the source's final punctuation, "same"."""
    before, after = bare(source_text).strip(), bare(canonical(answer)).strip()
    found = {
        "length": not _is_plausible_length(before, after, source, target),
        "ending": bool(_ENDING.search(before)) and not _ENDING.search(after) and script(target) not in _WITHOUT_FULL_STOP,
        "same": before == after and sum(map(str.isalpha, before)) > 3 and not _only_converted(source, target),
    }
    return tuple(name for name, is_so in found.items() if is_so)


@lru_cache(maxsize=1024)
def script(tag: str) -> str:
    """The script a language is written in, as ISO 15924, or empty."""
    from langcodes import Language  # its tables take 0.1 s to load

    known = tag_of(tag)
    return Language.get(known).maximize().script or "" if known else ""


def _language(tag: str) -> str:
    return tag_of(tag).partition("-")[0]


def _only_converted(source: str, target: str) -> bool:
    """Between scripts and regions of one language most texts stay as they are."""
    return _language(source) == _language(target) != ""


def _is_echo(source_text: str, text: str) -> bool:
    before, after = bare(source_text).split(), bare(text).split()
    return before == after and sum(map(str.isalpha, "".join(before))) > 3 and not _are_names(" ".join(before))


def _are_names(text: str) -> bool:
    words = _WORD.findall(text)
    return len(words) <= 3 and all(word[0].isupper() or any(char.isupper() or char.isdigit() for char in word) for word in words)


def _has_new(pattern: re.Pattern[str], source_text: str, text: str) -> bool:
    return any(match[0] not in source_text for match in pattern.finditer(text))


def _is_wrong_script(text: str, source: str, target: str) -> bool:
    """Whether foreign letters outweigh the target's. Names in Latin letters count as nothing, a Han, kana or Hangul character as two."""
    wanted = _LETTERS.get(script(target))
    if wanted is None:
        return False
    own = foreign = 0
    for word in _WORD.findall(text):
        for letters, count in _letters(word).items():
            weight = 2 * count if letters in _CJK else count
            if letters in wanted:
                own += weight
            elif letters != "LATIN" or word.islower():
                foreign += weight
    return foreign > own or (not _only_converted(source, target) and _is_other_han(text, target))


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
    found = detect(text) if wanted in {"Hans", "Hant"} and len(text) >= _TOO_SHORT_TO_MEASURE else ""
    return found in {"zh-Hans", "zh-Hant"} and found != f"zh-{wanted}"


def _is_plausible_length(before: str, after: str, source: str, target: str) -> bool:
    if len(before) < _TOO_SHORT_TO_MEASURE or not after:
        return True
    table = _LENGTHS.get((_writing(source), _writing(target)), _ANY_LENGTH)
    least, most = next((least, most) for limit, least, most in table if len(before) < limit)
    return least <= len(after) / len(before) <= most


def _writing(tag: str) -> str:
    return {"Hans": "Han", "Hant": "Han", "Jpan": "Japanese"}.get(script(tag), "alphabet")

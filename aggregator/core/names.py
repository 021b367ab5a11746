"""Names and abbreviations: which texts are nothing else and may stay as they are, and which of them an answer lost."""

from __future__ import annotations

import re
from collections.abc import Iterable

from aggregator.core.scripts import WORD, only_converted, script

_ALPHABETS = frozenset({"Latn", "Cyrl", "Grek"})
_MOST_PLAIN, _MOST = 2, 4  # words
# What headings consist of that look like names, as each word of a title has a capital letter, or each noun of a language.
_ORDINARY_WORDS = (
    "alert analysis beats breaking cuts decision drops earnings economy exclusive falls forecast gains higher how inflation jumps key "
    "latest loses lower market markets more outlook prices profits raises rallies rally rates read related results revenue rises sales "
    "shares slips stocks strong surges tariffs today top trading update weak what when where who why "
    "aktien aktuell aktuelle alle börse folgen gewinne gründe hohe höhere keine kurse märkte mehr neue neuen neuer neues niedrige preise "
    "schwache starke steigende umsatz viele warum was weitere wer wichtige wie zahlen zinsen zölle"
)
_ORDINARY = frozenset(_ORDINARY_WORDS.split())
_NAME = re.compile(r"(?<![A-Za-z])(?![A-Z]{1,3}(?![A-Za-z]))(?=[A-Za-z]*[A-Z])[A-Za-z]{2,}")  # but AI and GDP are spelled out
_TICKER = re.compile(r"(?<=[(（])[A-Z][A-Z0-9.]{3,5}(?=[)）])")
_ABBREVIATION = re.compile(r"(?<![A-Za-z])[A-Z]{3,}(?![A-Za-z])")
_LATIN = re.compile(r"[A-Za-z]+")
# Abbreviations that other languages have their own for, or spell out, and words that are only said loudly.
_TRANSLATED_WORDS = (
    "ABS AFP AGM AIDS ALL AND AUM BIP BND BOE BOJ BREAKING BSP CDC CEO CFO CIA COO COVID CPI CPU CTO DAX DIW DNA DOJ ECB EPS ESG EUR EVP "
    "EXCLUSIVE EZB FAQ FBI FCF FDA FED FOMC FOR GBP GDP GMT GST HIV IAEA IAEO ICC IFO ILO IMF IPO IWF JPY LIVE MEP MEZ MWST NASA NATO NEW "
    "NGO NOT OECD OPEC OTAN PBOC PCE PDF PMI PPI RBI RMB SEC SVP THE UAE UKW UNO UPDATE USA USD UTC VAE VAT WATCH WEF WHO WTO YTD"
)
_TRANSLATED = frozenset(_TRANSLATED_WORDS.split())


def are_names(text: str) -> bool:
    """Whether a text may stay as it is in any language: one or two names, or up to four of which half are such as UBS or iPhone.

    What has no capital letters, as Chinese, is never taken for a name.
    """
    words = WORD.findall(text)
    looks = all(char.isupper() or char.islower() for char in text if char.isalpha())
    certain = [word for word in words if _is_marked(word[1:])]
    return (
        looks
        and len(words) <= max(_MOST_PLAIN, min(2 * len(certain), _MOST))
        and all(_is_marked(word) and word.casefold() not in _ORDINARY for word in words)
    )


def are_lost(before: str, after: str, *, source: str, target: str) -> bool:
    """Whether names are missing in an answer, as far as they have to stay in Latin letters.

    A ticker in parentheses; most of the Latin names in a text of another script; half of its abbreviations, such as SAP, between
    languages of one alphabet; all of them, of two at least, into another script, which has names of its own for many.
    """
    if only_converted(source, target):
        return False
    if lost_tickers(before, after):
        return True
    if script(source) in _ALPHABETS:
        return _are_abbreviations_lost(before, after, all_stay=script(source) == script(target))
    names = set(_NAME.findall(before)) if script(target) in _ALPHABETS else set()
    return len(_missing(names, after)) * 2 > len(names)


def lost_tickers(before: str, after: str) -> list[str]:
    """The tickers in parentheses that another text has not."""
    return _missing(_TICKER.findall(before), after)


def _missing(names: Iterable[str], text: str) -> list[str]:
    has = "".join(text.casefold().split())
    return [name for name in names if name.casefold() not in has]


def _are_abbreviations_lost(before: str, after: str, *, all_stay: bool) -> bool:
    wanted = set() if before.isupper() else set(_ABBREVIATION.findall(before)) - _TRANSLATED
    words = [word.casefold() for text in (after, after.replace("-", "")) for word in _LATIN.findall(text)]
    lost = [name for name in wanted if not any(word.startswith(name.casefold()) for word in words)]
    return len(lost) * 2 >= len(wanted) > 0 if all_stay else len(lost) == len(wanted) > 1


def _is_marked(word: str) -> bool:
    """Whether a word has what sets names apart: a capital letter or a digit."""
    return any(char.isupper() or char.isdigit() for char in word)

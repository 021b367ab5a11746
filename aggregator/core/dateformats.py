"""Dates in a form that the configuration gives, with names of months as the source's language has them."""

from __future__ import annotations

import re
from datetime import datetime, tzinfo

from aggregator.core import months

_WORD = re.compile(r"[^\W\d_]{3,}")
_BETWEEN = re.compile(r"(?<!\w)(?:de|del|d’|d'|den|der|kl|klo|le|el|a las|as|às|à|alle|ore|um|uhr|hs?|hrs?|г|р)(?!\w)\.?", re.IGNORECASE)
_ORDINAL = re.compile(r"(?<=\d)\.(?=\s)")
_HOUR = re.compile(r"(?<=\d)\s?[hH]\s?(?=\d\d)")
_YEARS = ("%Y", "%y", "%c", "%x", "%G")


def parse(text: str, form: str, *, language: str, zone: tzinfo) -> datetime | None:
    """The instant that a text in `form` (of strptime) says, in `zone` where it names none; None where it is not in that form."""
    for spelling in dict.fromkeys((text.strip(), english_months(text, language).strip())):
        try:
            found = datetime.strptime(spelling, form)  # noqa: DTZ007 - the next line knows the zone
            return found if found.tzinfo else found.replace(tzinfo=zone)
        except ValueError:
            continue
    return None


def plain(text: str, language: str) -> str:
    """A date in words of a language, or for "" of any, as dates are read: "14 de mayo de 2025, 10:30 h" is "14 May 2025, 10:30"."""
    english = english_months(text, language)
    return text if english == text else " ".join(_BETWEEN.sub(" ", _HOUR.sub(":", _ORDINAL.sub("", english))).split())


def english_months(text: str, language: str) -> str:
    """The text with its months in English, full where they were written in full, else three letters."""
    return _WORD.sub(lambda word: months.english(word[0], language) or word[0], text)


def problem(form: str) -> str:
    """What is wrong with a form of dates, or ""."""
    names_year = any(year in form for year in _YEARS)
    try:
        datetime.strptime("", form if names_year else f"{form} %Y")  # noqa: DTZ007 - only to see whether it is understood
    except ValueError as error:
        if "does not match" not in str(error):
            return f"is no form of dates: {error}; write one such as %d/%m/%Y %H:%M"
    except re.error:
        return "names a part of the date twice; write each once"
    return "" if names_year else "names no year (%Y): every date would be in 1900"

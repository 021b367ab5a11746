"""Dates in a form that the configuration gives, with names of months as the source's language has them."""

from __future__ import annotations

import re
from datetime import datetime, tzinfo

_ENGLISH = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
_MONTHS = {
    "ca": "gener febrer març abril maig juny juliol agost setembre octubre novembre desembre",
    "cs": "ledna února března dubna května června července srpna září října listopadu prosince",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "fi": "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta "
    "joulukuuta",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "id": "januari februari maret april mei juni juli agustus september oktober november desember",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nb": "januar februar mars april mai juni juli august september oktober november desember",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "ro": "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "tr": "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
}
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
    """A date in words of a language as `dates.parse` reads it: "14 de mayo de 2025, 10:30 h" is "14 May 2025, 10:30"."""
    english = english_months(text, language)
    return text if english == text else " ".join(_BETWEEN.sub(" ", _HOUR.sub(":", _ORDINAL.sub("", english))).split())


def english_months(text: str, language: str) -> str:
    """The text with its months in English, full where they were written in full, else three letters."""
    names = _MONTHS.get(language.partition("-")[0].lower().replace("no", "nb"), "").split()
    return _WORD.sub(lambda word: _english(word[0], names), text) if names else text


def _english(word: str, names: list[str]) -> str:
    """A month in English; anything else as it is. Short forms count while they could be only one month's."""
    number = next((number for number, name in enumerate(names) if name == word.lower()), None)
    if number is not None:
        return _ENGLISH[number]
    begun = [number for number, name in enumerate(names) if name.startswith(word.lower())]
    return _ENGLISH[begun[0]][:3] if len(begun) == 1 else word


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

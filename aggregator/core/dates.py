"""Dates as feeds write them, read by shape and never by guess."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

from aggregator.core import dateformats, numerals

_YEARS = range(1970, 2101)
_YEARS_IN_FIGURES = range(1990, 2050)
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - as it reads in any zone
_ELSEWHERE = timezone(timedelta(hours=1))
_LONGEST = 80  # characters a date may have
_MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES.split(), start=1)}
# Hours east of Greenwich: RFC 822 section 5.1 and the names that feeds of other continents write.
_ZONES = {
    "Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "WET": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    "AKST": -9, "AKDT": -8, "HST": -10, "AST": -4, "ADT": -3, "NST": -3.5, "NDT": -2.5, "BRT": -3, "ART": -3, "CLT": -4, "CLST": -3,
    "COT": -5, "PET": -5, "VET": -4, "UYT": -3, "BST": 1, "WEST": 1, "CET": 1, "CEST": 2, "MET": 1, "MEST": 2, "MEZ": 1, "MESZ": 2,
    "EET": 2, "EEST": 3, "WAT": 1, "CAT": 2, "SAST": 2, "EAT": 3, "IDT": 3, "MSK": 3, "TRT": 3, "GST": 4, "PKT": 5, "IST": 5.5,
    "NPT": 5.75, "ICT": 7, "WIB": 7, "WITA": 8, "WIT": 9, "HKT": 8, "SGT": 8, "MYT": 8, "PHT": 8, "AWST": 8, "JST": 9, "KST": 9,
    "ACST": 9.5, "ACDT": 10.5, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
}  # fmt: skip

_CJK_UNITS = str.maketrans(
    {"年": "-", "月": "-", "日": " ", "号": " ", "號": " ", "时": ":", "時": ":", "點": ":", "点": ":", "分": ":", "秒": " "}
)
_HAN_NUMBER = re.compile("[〇零一二三四五六七八九十]+(?=[年月日号號时時點点分秒])")
_EASTERN_DAY = re.compile(
    r"\((?:周|週|星期|曜)?[日月火水木金土一二三四五六天월화수목금토](?:曜日?|요일)?\)|(?:周|週|星期)[日一二三四五六天]|[日月火水木金土]曜日?|[월화수목금토일]요일"
)
_KOREAN = re.compile(r"(\d{4})년\s*(\d{1,2})월\s*(\d{1,2})일")
_HALF_DAY = {"上午": "am", "下午": "pm", "午前": "am", "午後": "pm", "오전": "am", "오후": "pm"}
_WORD_MONTH = rf"(?!marr)(?P<name>{'|'.join(_MONTHS)})[a-z]*\.?"  # November is marraskuu in Finnish
_CLOCK = r"(?P<hour>\d{1,2})(?:[:.]|\s?h\s?)(?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,](?P<fraction>\d+))?)?:?"
_TIME = rf"(?:(?:\s+[-|]\s+|[\sT,]*)(?P<before>[ap]m)?\s*{_CLOCK}\s*(?P<after>[ap]\.?m\.?)?)?"
# An offset may be followed by a name: Go writes `+0800 CST`, and `-0300 -03` where it knows none.
_ZONE = (
    r"\s*(?P<zone>(?:UTC|GMT)?\s*[+-]\d{1,2}:?(?:\d{2})?|[a-z]{1,5})?(?:(?<=\d\d)\s+(?:[a-z]{1,5}|[+-]\d{2,4}))?"
    r"\s*(?:\([^)]*\))?\s*"
)
_WEEKDAY = r"\s*(?:[^\W\d_]+\.?\s*,?\s+|[^\W\d_]+\.?,\s*)?"
_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d{1,2}):?(\d{2})?", re.IGNORECASE)
_COUNT = re.compile(r"\d{9,10}(?:\.\d+)?|\d{12,13}(?:\.\d+)?|\d{16}")
_TICKS = re.compile(r"/Date\((-?\d{1,16})(?:[+-]\d{4})?\)/", re.IGNORECASE)
_WEEKDAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SHAPES = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        # 2025-09-26T10:17:15.5+08:00, 2025/9/26 10:17, 2025. 9. 26.
        r"(?P<year>\d{4})(?:[-/]|\.\s?)(?P<month>\d{1,2})(?:[-/]|\.\s?)(?P<day>\d{1,2})\.?" + _TIME + _ZONE,
        # 20250926, 20250926T101715Z, 20250926101715, 2025-09-26T101715, 202509261017, 2025092610
        r"(?P<year>\d{4})-?(?P<month>\d{2})-?(?P<day>\d{2})"
        r"(?:T?(?P<hour>\d{2})(?::?(?P<minute>\d{2})(?::?(?P<second>\d{2})(?:[.,](?P<fraction>\d+))?)?)?)?" + _ZONE,
        # 2025-269: the day of the year (ISO 8601)
        r"(?P<year>\d{4})-?(?P<ordinal>\d{3})" + _TIME + _ZONE,
        # Fri, 26 Sep 2025 10:17:15 GMT, 26-Sep-25, 26. September 2025
        _WEEKDAY + r"(?P<day>\d{1,2})\.?[\s-]+" + _WORD_MONTH + r"[\s,-]+(?P<year>\d{4}|\d{2,3})" + _TIME + _ZONE,
        # September 26, 2025 at 10:17 AM EDT
        _WEEKDAY + _WORD_MONTH + r"\s*(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})(?:,?\s+at)?" + _TIME + _ZONE,
        # Fri Sep 26 10:17:15 CST 2025
        _WEEKDAY + _WORD_MONTH + r"\s+(?P<day>\d{1,2})" + _TIME + _ZONE + r"\s+(?P<year>\d{4})",
        # 2025. September 26. 10:17, 2025-Sep-26
        r"(?P<year>\d{4})[.\s-]+" + _WORD_MONTH + r"[\s-]+(?P<day>\d{1,2})\.?" + _TIME + _ZONE,
        # 26.09.2025 10:17
        r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})" + _TIME + _ZONE,
        # Fri, 09/26/2025 - 10:17, 26/9/2025
        r"\s*(?:(?P<weekday>[a-z]+)\.?,?\s+)?(?P<one>\d{1,2})/(?P<other>\d{1,2})/(?P<year>\d{4})" + _TIME + _ZONE,
    )
)


def parse(value: str | datetime | float | None, *, zone: tzinfo, language: str = "") -> datetime | None:
    """The instant in UTC, or None where the value is no date or lies outside 1970..2100. What carries no zone of its own is in `zone`.

    Takes RFC 822 in its sloppy shapes, ISO 8601, seconds, milliseconds and microseconds since 1970, 2025年9月26日 10:17, 26.09.2025, and
    months in words of the `language`, else in words that mean the same month wherever they mean one. In what .NET writes into JSON,
    `/Date(1758881835000+0800)/`, the zone only says where it was written. The name of a zone means what `zone` calls so at any
    time of the year, else what RFC 822 and custom do: CST is +08:00 in a source of Asia/Shanghai and -06:00 elsewhere, IST +02:00 in one
    of Asia/Jerusalem and +05:30 elsewhere. Numbers between slashes are a date where only one order of day and month makes one, on the
    weekday that is written. A month or a year alone is no date, nor is the beginning of 1970: there a program had nothing to write.
    """
    try:
        found = _read(value, zone, language)
        if found is None:
            return None
        moment = (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment.year in _YEARS and not (_is_zero(found) or _is_zero(moment)) else None


def is_zoneless(value: str | datetime | float | None, *, language: str = "") -> bool:
    """Whether the instant depends on the zone that dates without one are taken to be in."""
    if not isinstance(value, datetime) and value is not None and _has_offset(str(value), language):
        return False
    return parse(value, zone=UTC, language=language) != parse(value, zone=_ELSEWHERE, language=language)


def _has_offset(text: str, language: str) -> bool:
    part = _parts(_plain(text), language)
    return part is not None and _OFFSET.fullmatch(part["zone"] or "") is not None


def in_figures(text: str) -> bool:
    """Whether ten or twelve figures are a day and an hour, or its minute too, of 1990 to 2049.

    As seconds those of ten figures would lie after March of 2030, as milliseconds those of twelve before 1977.
    """
    if not re.fullmatch(r"(?:19|20)\d{8}(?:\d\d)?", text, re.ASCII):
        return False
    try:
        return datetime.strptime(text.ljust(12, "0"), "%Y%m%d%H%M").year in _YEARS_IN_FIGURES  # noqa: DTZ007 - only its year counts
    except ValueError:
        return False


def _is_zero(moment: datetime) -> bool:
    return moment.replace(tzinfo=None) == _EPOCH


def _read(value: str | datetime | float | None, zone: tzinfo, language: str) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    text = _plain(str(value))
    if ticks := _TICKS.fullmatch(text):
        return _EPOCH.replace(tzinfo=UTC) + timedelta(milliseconds=int(ticks[1]))
    if _COUNT.fullmatch(text) and not in_figures(text):
        return _since_1970(float(text))
    part = _parts(text, language)
    return _build(part, zone) if part else None


def _plain(text: str) -> str:
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).strip()


@lru_cache(maxsize=64)
def _parts(text: str, language: str) -> Mapping[str, str | None] | None:
    """What stands where in a text of the first shape that it has; remembered, for one date is asked about several times."""
    if len(text) > _LONGEST:
        return None
    matches = (shape.fullmatch(spelling) for spelling in _spellings(_western(text), language) for shape in _SHAPES)
    return next((match.groupdict() for match in matches if match), None)


def _spellings(text: str, language: str) -> Iterator[str]:
    """As it is written, then with its months in English."""
    yield text
    if language:
        yield dateformats.plain(text, language)
    yield dateformats.plain(text, "")


def _since_1970(number: float) -> datetime:
    """Seconds, milliseconds or microseconds, told apart by their size."""
    for unit in (1e14, 1e11):
        if number >= unit:
            number /= 1e6 if unit == 1e14 else 1e3
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=number)


def _western(text: str) -> str:
    """Chinese, Japanese and Korean units and halves of the day in the signs that the shapes know."""
    if text.isascii():
        return text
    for word, half in _HALF_DAY.items():
        text = text.replace(word, f" {half} ")
    text = _EASTERN_DAY.sub(" ", _KOREAN.sub(r"\1-\2-\3 ", text))
    text = _HAN_NUMBER.sub(lambda run: "".join(str(number) for number, _ in numerals.han(run[0])), text)
    return " ".join(text.translate(_CJK_UNITS).split())


def _build(part: Mapping[str, str | None], zone: tzinfo) -> datetime:
    day = _day(part)
    hour = _hour(int(part["hour"] or 0), (part.get("before") or part.get("after") or "").lower()[:1])
    fraction = (part.get("fraction") or "")[:6].ljust(6, "0")
    second = min(int(part["second"] or 0), 59)  # a leap second
    local = datetime(day.year, day.month, day.day, hour % 24, int(part["minute"] or 0), second, int(fraction), tzinfo=zone)
    local += timedelta(days=1 if hour == 24 else 0)  # ISO 8601 ends a day at 24:00
    return local.replace(tzinfo=_zone(part["zone"] or "", local, zone))


def _day(part: Mapping[str, str | None]) -> date:
    year, month = _year(part["year"] or ""), part.get("month")
    if ordinal := part.get("ordinal"):
        return datetime.strptime(f"{year} {ordinal}", "%Y %j").date()  # noqa: DTZ007 - only its day counts
    if one := part.get("one"):
        return _only_day(year, int(one), int(part["other"] or 0), weekday=(part["weekday"] or "").lower())
    return date(year, int(month) if month else _MONTHS[(part["name"] or "").lower()], int(part["day"] or 0))


def _only_day(year: int, one: int, other: int, *, weekday: str) -> date:
    """The day that two numbers name as month and day in either order, if it is one. Raises ValueError where it could be another."""
    days = {date(year, month, day) for month, day in ((one, other), (other, one)) if month <= 12 and day <= monthrange(year, month)[1]}
    if weekday[:3] in _WEEKDAY_NAMES:
        days = {day for day in days if _WEEKDAY_NAMES[day.weekday()] == weekday[:3]}
    if len(days) != 1:
        raise ValueError(f"{one}/{other}")
    return days.pop()


def _year(digits: str) -> int:
    """Two and three digits as RFC 5322 section 4.3 reads them."""
    year = int(digits)
    if len(digits) == 2:
        return year + (2000 if year < 50 else 1900)
    return year + 1900 if len(digits) == 3 else year


def _hour(hour: int, half: str) -> int:
    if not half:
        if hour > 24:
            raise ValueError(hour)
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + (12 if half == "p" else 0)


def _zone(name: str, local: datetime, zone: tzinfo) -> tzinfo:
    offset = _OFFSET.fullmatch(name)
    if offset:
        span = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        return timezone(span if offset[1] == "+" else -span)
    name = name.upper()
    own = _own_name(name, local.replace(tzinfo=None), zone)
    return own or (timezone(timedelta(hours=_ZONES[name])) if name in _ZONES else zone)


def _own_name(name: str, local: datetime, zone: tzinfo) -> tzinfo | None:
    """What the zone itself calls so, then or half a year away: feeds write winter's name in summer, too."""
    moments = (local, local.replace(month=1, day=1), local.replace(month=7, day=1)) if name else ()
    offsets = (zone.utcoffset(moment) for moment in moments if zone.tzname(moment) == name)
    return next((timezone(offset) for offset in offsets if offset is not None), None)

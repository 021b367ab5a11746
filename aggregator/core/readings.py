"""What a number may mean beside its value, by what stands around it: 3割 thirty, 90年代 the 1990s, 午後3時 fifteen hours, $85m millions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

_AFTER = re.compile(
    r"(?P<tenths>成|割)"
    r"|(?P<half>\s?(?:个半|個半|年半|时半|時半|点半|點半|小时半|時間半|か月半|カ月半|ヶ月半|倍半|岁半|歳半))"
    r"|(?P<times>\s?(?:倍|times|fold|-fold|mal\b|fach))"
    r"|(?P<decade>\s?(?:年代|[后後](?![月年天日])|s\b|er\b))"
    r"|(?P<year>年)"
    r"|(?P<basis>\s?(?:个基点|個基點|基点|基點|[Bb]asis [Pp]oint|[Bb]asispunkt|bps?\b))"
    r"|(?P<clock>(?:[:.]\d\d)?\s?(?:[apAP]\.?\s?[mM]\b|[Uu]hr\b|o.clock)|:\d\d(?!\d)|(?:时|時|点|點)(?!间|間))"
    r"|(?P<joint>(?:秒|米|メートル|円|元|块|塊|ドル|度|[.,])(?P<rest>\d{1,2})(?!\d))"
    r"|(?P<letter>[mkbtMKBT](?![^\W\d_]))"
    r"|(?P<tenfold>\s(?:decades|dozens?|Jahrzehnte|Dutzend)\b)"
)
_BEFORE = re.compile(r"(?P<era>昭和|平成|令和)$|(?P<joint>\d+)(?:秒|米|メートル|円|元|块|塊|ドル|度|[.,])$")
_ERAS = {"昭和": 1925, "平成": 1988, "令和": 2018}
_LETTERS = {"m": 10**6, "k": 10**3, "b": 10**9, "t": 10**12}

Reading = Callable[[Decimal, "re.Match[str]"], Iterator[Decimal]]


def readings(value: Decimal, text: str, start: int, end: int) -> frozenset[Decimal]:
    """All that the number at text[start:end] may mean."""
    found = {value}
    if after := _AFTER.match(text, end):
        found.update(_READERS[after.lastgroup](value, after))
    if before := _BEFORE.search(text[max(0, start - 8) : start]):
        found.update(_from_before(value, before, digits=end - start))
    return frozenset(found)


def _from_before(value: Decimal, before: re.Match[str], *, digits: int) -> Iterator[Decimal]:
    if era := before["era"]:
        yield value + _ERAS[era]
    elif digits <= 2:
        yield Decimal(before["joint"]) + value.scaleb(-digits)


def _decade(value: Decimal, _: re.Match[str]) -> Iterator[Decimal]:
    if value < 100:
        yield from (value + 1900, value + 2000)
    elif 1800 <= value < 2100:
        yield value % 100


def _year(value: Decimal, _: re.Match[str]) -> Iterator[Decimal]:
    if 1 < value < 100:
        yield from (value + 2000, value + 1900)


def _clock(value: Decimal, _: re.Match[str]) -> Iterator[Decimal]:
    if 0 < value <= 12:
        yield value + 12
    elif 12 < value <= 24:
        yield value - 12


def _joint(value: Decimal, after: re.Match[str]) -> Iterator[Decimal]:
    rest = after["rest"]
    yield value + Decimal(rest).scaleb(-len(rest))


_READERS: dict[str | None, Reading] = {
    "tenths": lambda value, _: iter((value * 10,)),
    "half": lambda value, _: iter((value + Decimal("0.5"), Decimal(30))),
    "times": lambda value, _: iter((value + 1,)),
    "decade": _decade,
    "year": _year,
    "basis": lambda value, _: iter((value / 100,)),
    "clock": _clock,
    "joint": _joint,
    "letter": lambda value, after: iter((value * _LETTERS[after[0].lower()],)),
    "tenfold": lambda value, after: iter((value * (10 if "eca" in after[0] or "zehnt" in after[0] else 12),)),
}

_IMPLYING = re.compile(
    r"(?P<period>(?P<quarter>[1-4一二三四]|first|second|third|fourth|erste|zweite|dritte|vierte)[nrsm]?(?:st|nd|rd|th|\.)?[- ]?"
    r"(?:季度|季|四半期|quarter|Quartal))"
    r"|(?P<first>上半年|上期|first[- ]half|erste[nrs]? (?:Halbjahr|Jahreshälfte))"
    r"|(?P<second>下半年|下期|second[- ]half|zweite[nrs]? (?:Halbjahr|Jahreshälfte))"
    r"|(?P<decade>(?<!\d)(?P<century>1\d|20)(?P<years>\d0)\s?(?:s\b|er\b|年代))"
    r"|(?P<half>半|half|halb|Hälfte)|(?P<part>quarter|Viertel|一刻)|(?P<fifth>fifth|Fünftel)"
    r"|(?P<midnight>midnight|Mitternacht|午夜|零时|零時)|(?P<noon>noon|正午|中午)|(?P<fortnight>fortnight)"
    r"|(?P<always>24/7|(?:round|around)[- ]the[- ]clock|rund um die Uhr|全天候|昼夜)"
    r"|(?P<fraction>(?P<low>[0-9一二三四五六七八九十百两]{1,3})(?:分之|分の)(?P<high>[0-9一二三四五六七八九十两]{1,3}))",
    re.IGNORECASE,
)  # fmt: skip
_QUARTERS = {
    word: number
    for number, words in enumerate(("1 一 first erste", "2 二 second zweite", "3 三 third dritte", "4 四 fourth vierte"), 1)
    for word in words.split()
}
_SMALL = dict(zip("一二三四五六七八九十百", (*range(1, 11), 100), strict=True)) | {"两": 2}
_IMPLIED = {
    "first": (1, 6), "second": (7, 12), "half": ("0.5", 50, 30, 6), "part": ("0.25", 25, 15, 4, 75), "fifth": (20,), "fortnight": (2,),
    "midnight": (0, 12, 24), "noon": (12,), "always": (24, 7),
}  # fmt: skip
_WEEKDAY = re.compile(
    r"(?:星期|周|週|礼拜|禮拜)[一二三四五六日天末]|[月火水木金土日]曜|day\b|tag\b|tonight|昨|今|明|当日|同日|woch", re.IGNORECASE
)


def implied(text: str) -> Iterator[Decimal]:
    """Values that a text can answer for without a number: the months of a quarter, the parts of a half."""
    for match in _IMPLYING.finditer(text):
        group = match.lastgroup
        if match["period"]:
            number = _QUARTERS[match["quarter"].lower()]
            yield from map(Decimal, (number, 3 * number - 2, 3 * number))
        elif match["decade"]:  # the 1990s are the 90s of the 20th century
            yield from (Decimal(match["years"]), Decimal(match["century"]) + 1)
        elif match["fraction"]:
            yield from _fraction(_small(match["low"]), _small(match["high"]))
        elif group in _IMPLIED:
            yield from map(Decimal, _IMPLIED[group])


def _small(written: str) -> Decimal:
    return Decimal(written) if written.isdecimal() else Decimal(sum(_SMALL.get(character, 0) for character in written))


def _fraction(low: Decimal, high: Decimal) -> Iterator[Decimal]:
    yield from (low, high)
    if low:
        yield from (high / low, 100 * high / low)


def names_weekday(text: str) -> bool:
    """Whether it names a day of the week or one near today, for which a translation may have the date."""
    return _WEEKDAY.search(text) is not None

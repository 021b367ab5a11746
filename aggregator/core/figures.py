"""The numbers of a text by value, however it writes them, and which of them a translation lost or invented.

Comparing digits calls every fourth good translation wrong: 870亿 is 87 billion, 3割 is 30 percent, 午後3時 is 15:00, 90年代 the 1990s. So
each number has all its possible readings, a translation has to have one of them, and a word ("two", 第三, "July") may answer for digits.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from itertools import compress, pairwise
from typing import NamedTuple

from aggregator.core.codes import PLACEHOLDER
from aggregator.core.numerals import HAN_RUN, IN_WORDS, Part, each_digit, han, magnitudes, total, words
from aggregator.core.readings import implied, names_weekday, readings


class Figures(NamedTuple):
    """`written` are the numbers a translation has to have, each by its readings; `known` all values that the text names."""

    text: str
    written: tuple[frozenset[Decimal], ...] = ()
    spelled: tuple[str, ...] = ()  # `written` as they stand in the text
    known: frozenset[Decimal] = frozenset()
    scaled: frozenset[Decimal] = frozenset()  # those written with a word such as million
    days: frozenset[Decimal] = frozenset()  # of a month; the day of the week may stand for such a date


class _Found(NamedTuple):
    """One number in a text: its digits were multiplied by `scale`; `is_written` says whether a translation has to have it."""

    value: Decimal
    start: int
    end: int
    scale: Decimal = Decimal(1)
    is_written: bool = True


_SIGN = re.compile(r"\d|[万萬亿億兆]|illion|illiard|thousand|tausend", re.IGNORECASE)  # without one nothing is written
_ANYWHERE = frozenset({Decimal(0), Decimal(1)})  # "a", "single", "no": nothing can be said of them
_HAN = frozenset({"zh", "ja", "yue"})
_BETWEEN = re.compile(
    r"\s*(?:\D{0,4}\s)?(?:[-\u2010-\u2015~\u301c/]|to|and|or|from|bis|auf|und|oder|von|至|到|从|由|和|から|と|・|、)\s*\D{0,3}"
)  # fmt: skip
_PLAIN = 100  # what a language unknown here writes in digits
_VOID = str.maketrans({"²": "", "³": "", "\u200b": "", "\u00a0": "\u202f", "\u2009": "\u202f"})
_GROUPED = re.compile(r"(?<=\d)\u202f(?=\d{3}(?!\d))")
_SPACED = re.compile(r"(?<![\d.,] )(?<![\d.,])\d{1,3}(?: \d{3})+(?![\d])")
_WITHOUT_SPACES = frozenset({"en", "zh", "ja", "yue", "ko"})
_DISEASE = re.compile(r"(?:COVID|[Cc]ovid|CoV|COV)[-\u2010-\u2015\u30fc ]?(?:19|2)(?!\d)")
_HALF = re.compile(r"[ -]and[ -]a[ -]half\b|(?<=\b[Hh]alf) an?(?= )")


def lost_and_new(source_text: str, answer: str, *, source: str, target: str) -> tuple[int, int]:
    """How many numbers of the source the answer has not, and how many the answer has that the source had not. Languages as in BCP 47.

    Where one of the languages spells numbers in ways unknown here, only plain numbers of three digits and more count.
    """
    if not (_SIGN.search(source_text) or _SIGN.search(answer)):
        return 0, 0
    lost, new = differing(source_text, answer, source=source, target=target)
    some, others = (magnitudes(figures(*each).text) for each in ((source_text, source), (answer, target)))
    apart = int(bool(some and others) and some.isdisjoint(others))
    return len(lost) + apart, len(new)


def differing(source_text: str, answer: str, *, source: str, target: str) -> tuple[list[str], list[str]]:
    """The numbers that `lost_and_new` counts, as they stand in the two texts."""
    before, after = figures(source_text, source), figures(answer, target)
    plain_only = not (_spells(source) and _spells(target))
    return missing(before, after, plain_only=plain_only), missing(after, before, plain_only=plain_only)


def missing(these: Figures, others: Figures, *, plain_only: bool = False) -> list[str]:
    """The written numbers of the first that the others don't know; those in digits from a hundred on, where only these are understood."""
    lost = [(values, spelled) for values, spelled in zip(these.written, these.spelled, strict=True) if not values & others.known]
    if plain_only:
        lost = [each for each in lost if max(each[0]) >= _PLAIN and not each[0] & these.scaled]
    if lost:
        known = frozenset(_unwritten(others.text))
        days = these.days if names_weekday(others.text) else frozenset()
        lost = [each for each in lost if not each[0] & known and not each[0] & days]
    return [spelled for _, spelled in lost]


def _spells(language: str) -> bool:
    return language in IN_WORDS or language in _HAN


@lru_cache(maxsize=512)
def figures(text: str, language: str) -> Figures:
    """The numbers of a text in a language, two or three letters of BCP 47. Never raises."""
    plain = _plain(text, language)
    found = list(_in_han(plain, language) if language in _HAN else _in_letters(plain, language))
    values = [readings(each.value, plain, each.start, each.end) for each in found]
    for place, (one, other) in enumerate(pairwise(found)):
        if one.scale == 1 != other.scale and _BETWEEN.fullmatch(plain, one.end, other.start):
            values[place] |= {one.value * other.scale}
    written = [place.is_written and not _is_nothing(place, plain) for place in found]
    return Figures(
        text=plain,
        written=tuple(compress(values, written)),
        spelled=tuple(plain[place.start : place.end].strip() for place in compress(found, written)),
        known=frozenset().union(*values),
        scaled=frozenset(each.value for each in found if each.scale != 1),
        days=frozenset(each.value for each in found if plain.startswith(("日", "号", "號"), each.end)),
    )


def _is_nothing(found: _Found, text: str) -> bool:
    """Whether it may be left out: a one, being neither January nor the first of a month, or the minutes of a full hour."""
    if found.value == 0:
        return text[: found.start].endswith((":", "."))
    return found.value == 1 and not text.startswith(("月", "日"), found.end)


def _unwritten(text: str) -> Iterator[Decimal]:
    """What a text can answer for without naming it."""
    yield from implied(text)
    for run in HAN_RUN.finditer(text):
        yield from each_digit(run[0])


def _plain(text: str, language: str) -> str:
    """The text in the forms of NFKC, its thousands not parted by spaces, without placeholders and without the number of the disease."""
    plain = unicodedata.normalize("NFKC", _GROUPED.sub("", PLACEHOLDER.sub(" ; ", text).translate(_VOID)))
    if language not in _WITHOUT_SPACES:
        plain = _SPACED.sub(lambda match: match[0].replace(" ", ""), plain)
    if "half" in plain or "Half" in plain:
        plain = _HALF.sub(lambda match: " half" if "and" in match[0] else "", plain)
    return _DISEASE.sub(" ", plain)


# -- Chinese and Japanese ---------------------------------------------------------------------------------------------------

_UNITS = "十百千万萬亿億兆"
_SOME = ("数", "數", "几", "幾")


def _in_han(text: str, language: str) -> Iterator[_Found]:
    for run in HAN_RUN.finditer(text):
        start = run.start()
        for value, written in han(run[0]):
            end = start + len(written.rstrip("., "))
            is_some = start > 0 and text.startswith(_SOME, start - 1)
            yield _Found(value, start, end, _scale(value, written), is_written=not is_some and _is_certain(written, value))
            start += len(written)


def _scale(value: Decimal, written: str) -> Decimal:
    digits = written.rstrip(_UNITS + "余餘多来來 ").replace(",", "").rstrip(".")
    plain = Decimal(digits) if digits.replace(".", "", 1).isdecimal() else Decimal(0)
    return value / plain if plain else Decimal(1)


def _is_certain(written: str, value: Decimal) -> bool:
    """Whether this is a number and no word with a numeral in it: every one with digits, 三亿 and 十二万, but neither 百度 nor 一些."""
    return any(map(str.isdecimal, written)) or (value >= 10_000 and written[0] not in _UNITS[1:])


# -- languages in letters ---------------------------------------------------------------------------------------------------


class _Word(NamedTuple):
    part: Part
    start: int
    end: int
    is_digits: bool


_TOKEN = re.compile(r"\d+(?:[.,'’]\d+)*|[^\W\d_]+")
_LONGEST = 30  # digits; more is a code
_POINT = re.compile(r"(?:\d{1,3}(?:,\d\d)*(?:,\d{3})+|\d{1,3}(?:['’]\d{3})+|\d+)(?:\.\d+)?")  # 1,234.5 and India's 1,23,456
_COMMA = re.compile(r"(?:\d{1,3}(?:[.'’]\d{3})+|\d+)(?:,\d+)?")
_FROM_POINT, _FROM_COMMA = str.maketrans("", "", ",'’"), str.maketrans(",", ".", ".'’")
_FOUR, _HOUR = re.compile(r"0\d{3}(?!\d)|\d{4} GMT"), re.compile(r"\d{1,2}\.\d\d ?[ap]\.?m", re.IGNORECASE)  # 0915, 5.30pm
_WITH_POINT = frozenset({"en", "ko", "th", "he", "hi"})
_LETTERS = {"m": Decimal(10**6), "k": Decimal(1000), "b": Decimal(10**9), "t": Decimal(10**12)}
_TENS = frozenset(map(Decimal, range(20, 100, 10)))


def _in_letters(text: str, language: str) -> Iterator[_Found]:
    group: list[_Word] = []
    for word in _words(text, language):
        if group and not _goes_on(group[-1], word, text[group[-1].end : word.start]):
            yield _number(group, text)
            group = []
        group.append(word)
    if group:
        yield _number(group, text)


def _words(text: str, language: str) -> Iterator[_Word]:
    """The words that stand for numbers, and the numbers in digits."""
    known = words(language)
    for token in _TOKEN.finditer(text):
        if token[0][0].isdecimal():
            yield from _digits(token[0], token.start(), text, with_point=language in _WITH_POINT)
        elif part := known.get(token[0].lower()):
            yield _Word(part, token.start(), token.end(), is_digits=False)


def _digits(written: str, start: int, text: str, *, with_point: bool) -> Iterator[_Word]:
    """One number, or more where the separators can't be those of one, as in a date; 0915 is a time."""
    whole = (_POINT if with_point else _COMMA).fullmatch(written)
    is_time = _FOUR.match(written + text[start + len(written) :][:6]) or (with_point and _HOUR.match(text, start))
    pieces = [written] if whole and not is_time else re.findall(r"\d\d" if is_time and written.isdecimal() else r"\d+", written)
    for piece in pieces:
        start = text.index(piece, start)
        value = piece.translate(_FROM_POINT if with_point else _FROM_COMMA)
        if len(value) <= _LONGEST:
            yield _Word(Part(Decimal(value), "number"), start, start + len(piece), is_digits=True)
        start += len(piece)


def _goes_on(last: _Word, word: _Word, between: str) -> bool:
    """Whether a word belongs to the number that the one before it is part of."""
    if word.is_digits or between not in ("", " ", "-", "\u2010", " and "):
        return False
    value, kind = word.part
    if kind in ("hundred", "scale"):
        return between != " and "
    if last.part.kind in ("hundred", "scale"):
        return not last.is_digits and between != ""
    return between != " and " and (value == Decimal("0.5") or (last.part.value in _TENS and value < 10 and not last.is_digits))


def _number(group: list[_Word], text: str) -> _Found:
    """One number from its words. A letter that touches the digits may be a scale: see `readings`."""
    value = total(word.part for word in group)
    first, end = group[0], group[-1].end
    counts = [word.part.value for word in group if word.part.kind in ("number", "ordinal")]
    scale = value / counts[0] if len(counts) == 1 and counts[0] else Decimal(1)
    has_count = bool(counts) or re.search(r"(?<!of )\b(?:a|per|pro) $", text[max(0, first.start - 6) : first.start]) is not None
    return _Found(value, first.start, end, scale, is_written=first.is_digits or (value >= 1_000_000 and has_count))

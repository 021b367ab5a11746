"""Numbers in words: 三百二十万 and 1億2000万, two hundred thousand, fünfundzwanzig, and the names of months."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Literal, NamedTuple

Kind = Literal["number", "ordinal", "hundred", "scale"]


class Part(NamedTuple):
    """One word of a number: a number that is added, or a scale that what stands before it is multiplied by."""

    value: Decimal
    kind: Kind


def total(parts: Iterable[Part]) -> Decimal:
    """What the parts of one number come to: "hundred" multiplies what was counted last, a scale all that is smaller than itself."""
    whole = section = current = Decimal(0)
    smallest = Decimal("Infinity")
    for value, kind in parts:
        if kind in ("number", "ordinal"):
            current += value
        elif kind == "hundred":
            section, current = section + (current or 1) * value, Decimal(0)
        elif value > smallest:  # 3万5千亿, two hundred thousand million
            whole, section, current = (whole + section + current) * value, Decimal(0), Decimal(0)
        else:
            whole, section, current = whole + (section + current or 1) * value, Decimal(0), Decimal(0)
        smallest = min(smallest, value) if kind == "scale" else smallest
    return whole + section + current


# -- Chinese and Japanese ---------------------------------------------------------------------------------------------------

_DIGITS = {character: place // 2 for place, character in enumerate("〇零一壹二贰三叁四肆五伍六陆七柒八捌九玖")} | {"两": 2, "兩": 2}
_HAN_UNITS = {
    "十": Part(Decimal(10), "hundred"), "百": Part(Decimal(100), "hundred"), "千": Part(Decimal(1000), "hundred"),
    "万": Part(Decimal(10**4), "scale"), "萬": Part(Decimal(10**4), "scale"), "亿": Part(Decimal(10**8), "scale"),
    "億": Part(Decimal(10**8), "scale"), "兆": Part(Decimal(10**12), "scale"),
}  # fmt: skip
_HAN_DIGIT = "".join(_DIGITS)
HAN_RUN = re.compile(rf"[\d{_HAN_DIGIT}十百千万萬亿億兆](?:[\d{_HAN_DIGIT}十百千万萬亿億兆]|[.,](?=\d)|[余餘多来來 ](?=[万萬亿億兆]))*")
_HAN_TOKEN = re.compile(
    rf"(?P<plain>\d{{1,3}}(?:,\d{{3}})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)|(?P<digits>[{_HAN_DIGIT}]+)|(?P<unit>[十百千万萬亿億兆])"
)
_PAIR = re.compile(rf"(十?)([{_HAN_DIGIT}])(?=([{_HAN_DIGIT}])([十百千万萬亿億兆]?))")
_LONGEST = 30  # digits; more is a code


def han(run: str) -> Iterator[tuple[Decimal, str]]:
    """The numbers in a match of HAN_RUN, each with how it is written; two that only touch, as in 3.2.1, are two."""
    parts: list[Part] = []
    start = 0
    for token in _HAN_TOKEN.finditer(run):
        part = _han_part(token)
        if part is None:
            continue
        if parts and part.kind == "number" and parts[-1].kind == "number":
            yield total(parts), run[start : token.start()]
            parts, start = [], token.start()
        parts.append(part)
    if parts:
        yield total(parts), run[start:]


def each_digit(run: str) -> Iterator[Decimal]:
    """What the digits of a run without units in between may mean one by one: 七八十 is 70 to 80, the 十四五 plan the 14th of five years."""
    for pair in _PAIR.finditer(run):
        ten, one, other, unit = pair.groups()
        scale = _HAN_UNITS[unit].value if unit else Decimal(1)
        yield from (_DIGITS[one] * scale, _DIGITS[other] * scale, Decimal(_DIGITS[other]))
        yield Decimal((10 if ten else 0) + _DIGITS[one])


def _han_part(token: re.Match[str]) -> Part | None:
    if unit := token["unit"]:
        return _HAN_UNITS[unit]
    written = (token["plain"] or "".join(str(_DIGITS[digit]) for digit in token["digits"])).replace(",", "")
    return Part(Decimal(written), "number") if len(written) <= _LONGEST else None


# -- English and German -----------------------------------------------------------------------------------------------------


def _numbered(words: str, *, start: int = 1, kind: Kind = "number") -> dict[str, Part]:
    return {
        word: Part(Decimal(number), kind) for number, each in enumerate(words.split(), start) for word in each.split("/") if word != "-"
    }


def _by_tens(words: str, kind: Kind = "number") -> dict[str, Part]:
    return {word: Part(Decimal(10 * number), kind) for number, word in enumerate(words.split(), 2)}


def _scales(**words: int) -> dict[str, Part]:
    return {word: Part(Decimal(10**power), "scale") for word, power in words.items()}


def _english() -> dict[str, Part]:
    return (
        _numbered("zero/nil/none/zilch", start=0)
        | _numbered(
            "one two/both/couple/pair/twice/double/doubled/doubling/doubles three/trio/triple/tripled/thrice four/quadruple/quadrupled five"
            " six seven eight nine ten/decade eleven twelve/dozen/noon thirteen fourteen/fortnight"
            " fifteen sixteen seventeen eighteen nineteen"
        )
        | _by_tens("twenty thirty forty fifty sixty seventy eighty ninety")
        | _by_tens("twenties thirties forties fifties sixties seventies eighties nineties")
        | _numbered(
            "first second third/thirds fourth fifth/fifths sixth seventh eighth ninth tenth/tenths eleventh twelfth thirteenth fourteenth"
            " fifteenth sixteenth seventeenth eighteenth nineteenth",
            kind="ordinal",
        )
        | _by_tens("twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth", "ordinal")
        | _numbered(
            "january/jan february/feb march/mar april/apr may june/jun july/jul august/aug september/sep/sept october/oct november/nov"
            " december/dec"
        )
        | {"hundred": Part(Decimal(100), "hundred"), "century": Part(Decimal(100), "number"), "half": Part(Decimal("0.5"), "number")}
        | _scales(thousand=3, million=6, millions=6, mn=6, mln=6, billion=9, billions=9, bn=9, bln=9, trillion=12, tn=12, trn=12)
        | _scales(lakh=5, crore=7)
    )  # fmt: skip


_GERMAN_ONES = ["ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"]
_GERMAN_TEENS = ["zehn", "elf", "zwölf", "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn"]
_GERMAN_TENS = ["zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"]


def _german_cardinals() -> dict[str, int]:
    known = dict(zip(_GERMAN_ONES + _GERMAN_TEENS, range(1, 20), strict=True))
    for tens, word in enumerate(_GERMAN_TENS, 2):
        known[word] = tens * 10
        known |= {f"{one}und{word}": tens * 10 + number for number, one in enumerate(_GERMAN_ONES, 1)}
    for number, word in enumerate(_GERMAN_ONES + _GERMAN_TEENS[:3], 1):
        known |= {f"{word}hundert": number * 100, f"{word}tausend": number * 1000}
    return known


def _german_numbers() -> dict[str, Part]:
    cardinals = _german_cardinals()
    known = {word: Part(Decimal(number), "number") for word, number in cardinals.items() if word != "ein"}
    stems = {f"{word}{'t' if number < 20 else 'st'}": number for word, number in cardinals.items()}
    stems |= {"erst": 1, "zweit": 2, "dritt": 3, "siebt": 7, "acht": 8}
    known |= {f"{stem}{end}": Part(Decimal(number), "ordinal") for stem, number in stems.items() for end in ("e", "er", "en", "es", "em")}
    known |= {f"{word}einhalb": Part(Decimal(number) + Decimal("0.5"), "number") for number, word in enumerate(_GERMAN_ONES, 1)}
    for tens, word in enumerate(_GERMAN_TENS, 2):
        known |= {f"{word}er{end}": Part(Decimal(tens * 10), "number") for end in ("", "jahre", "jahren")}
    return known


def _german() -> dict[str, Part]:
    return (
        _german_numbers()
        | _numbered("null", start=0)
        | _numbered("eins/eine/einen/einer/einem zwei/beide/beiden/beider/zweimal/doppelt/verdoppelt")
        | _numbered("drei/dreimal/verdreifacht vier/viermal", start=3)
        | _numbered(
            "januar/jan/jänner februar/feb märz april/apr mai juni juli august/aug september/sept/sep oktober/okt november/nov dezember/dez"
        )
        | {f"halb{end}": Part(Decimal("0.5"), "number") for end in ("", "e", "en", "er", "es", "em")}
        | {"anderthalb": Part(Decimal("1.5"), "number"), "dutzend": Part(Decimal(12), "number"), "jahrzehnt": Part(Decimal(10), "number")}
        | {"mittag": Part(Decimal(12), "number"), "jahrhundert": Part(Decimal(100), "number")}
        | {"hundert": Part(Decimal(100), "hundred"), "tausend": Part(Decimal(1000), "scale"), "tsd": Part(Decimal(1000), "scale")}
        | _scales(million=6, millionen=6, mio=6, milliarde=9, milliarden=9, mrd=9, billion=12, billionen=12, bio=12)
        | {"viertelmillion": Part(Decimal(250_000), "number")}
    )  # fmt: skip


_TABLES = {"en": _english, "de": _german}
IN_WORDS = frozenset(_TABLES)  # languages


@cache
def words(language: str) -> Mapping[str, Part]:
    """The words of a language, in small letters, that are part of a number or stand for one; none where they are not known.

    A table is made by its first use: that takes 15 ms.
    """
    return _TABLES[language]() if language in _TABLES else {}


_SOME_HAN = re.compile(r"[数數几幾]([十百千万萬亿億兆]+)")
_SOME = re.compile(
    r"\b(?:(tens|dozens|hundreds|thousands) of )?(thousands|millions|billions|trillions)\b"
    r"|\b(?:(dutzende|hunderte|tausende) (millionen|milliarden)|((?:zehn|hundert)?tausende))\b",
    re.IGNORECASE,
)
_MAGNITUDES = {
    "tens": 1, "dozens": 1, "dutzende": 1, "hundreds": 2, "hunderte": 2, "thousands": 3, "tausende": 3, "zehntausende": 4,
    "hunderttausende": 5, "millions": 6, "millionen": 6, "billions": 9, "milliarden": 9, "trillions": 12,
}  # fmt: skip


def magnitudes(text: str) -> frozenset[Decimal]:
    """The orders of magnitude that are all a text says of some number: 数千万, tens of millions."""
    some = (sum(_MAGNITUDES[word.lower()] for word in match.groups() if word) for match in _SOME.finditer(text))
    return frozenset(Decimal(10**power) for power in some) | {total(map(_HAN_UNITS.__getitem__, each)) for each in _SOME_HAN.findall(text)}

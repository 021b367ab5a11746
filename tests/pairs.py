"""Pairs of texts and their human translations, and what careless engines would make of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import mean
from typing import NamedTuple, TypeVar

from aggregator.core import verify

Case = TypeVar("Case")
DATA = Path(__file__).parent / "data" / "pairs"

_LARGER = {
    "万": "亿",
    "萬": "億",
    "million": "billion",
    "Million": "Billion",
    "Millionen": "Milliarden",
    "Million ": "Milliarde ",
    "Mio": "Mrd",
}
_SMALLER = {
    "亿": "万",
    "億": "万",
    "兆": "億",
    "billion": "million",
    "trillion": "billion",
    "Milliarden": "Millionen",
    "Milliarde": "Million",
    "Mrd": "Mio",
    "bn": "m",
}
_SCALES = _LARGER | _SMALLER
_COUNTED = re.compile(
    r"(?<=[\d一二三四五六七八九十百千两])( ?)(万|萬|亿|億|兆|[Mm]illion(?:en)?\b|billion\b|trillion\b|Milliarden?\b|M[ir][od]\b|bn\b)"
)


class Pair(NamedTuple):
    """A text and its translation; languages in BCP 47."""

    source: str
    target: str
    text: str
    translation: str

    def turned(self) -> Pair:
        """The translation as the text."""
        return Pair(self.target, self.source, self.translation, self.text)


def read(path: Path) -> list[Pair]:
    """The pairs of a tab-separated file: language and language (BCP 47), text, translation; the first line is a heading."""
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines()[1:]]
    return [Pair(*row[:4]) for row in rows if len(row) >= 4 and row[2].strip() and row[3].strip()]


def own(half: str) -> list[Pair]:
    """Our pairs of one half, "calibrated" or "held_out", in the direction in which they were translated."""
    return [pair for path in sorted((DATA / half).glob("*.tsv")) for pair in read(path)]


def by_direction(pairs: Sequence[Pair]) -> dict[str, list[Pair]]:
    """The pairs of each pair of languages."""
    found: dict[str, list[Pair]] = {}
    for pair in pairs:
        found.setdefault(f"{pair.source} > {pair.target}", []).append(pair)
    return found


def changed_digits(pairs: Sequence[Pair], *, seed: int = 0) -> Iterator[tuple[Pair, str]]:
    """Each pair whose translation has digits, and its translation with one of them changed."""
    dice = Random(seed)
    for pair in pairs:
        places = [place for place, character in enumerate(pair.translation) if character.isdecimal()]
        if places:
            place = dice.choice(places)
            digit = dice.choice([digit for digit in "0123456789" if digit != pair.translation[place]])
            yield pair, pair.translation[:place] + digit + pair.translation[place + 1 :]


def changed_scales(pairs: Sequence[Pair]) -> Iterator[tuple[Pair, str]]:
    """Each pair whose translation counts in millions and the like, and its translation with the first of them a size larger or smaller."""
    for pair in pairs:
        wrong = _COUNTED.sub(lambda match: match[1] + _SCALES[match[2]], pair.translation, count=1)
        if wrong != pair.translation:
            yield pair, wrong


def batches(pairs: Sequence[Pair], size: int) -> Iterator[list[Pair]]:
    """The pairs in lists of one size."""
    yield from (list(pairs[start : start + size]) for start in range(0, len(pairs) - size + 1, size))


def shifted(batch: Sequence[Pair], *, seed: int = 0) -> list[tuple[str, str]]:
    """A batch after an engine that merged two lines and split another: the answers between stand one place too high or too low."""
    dice = Random(seed)
    answers = [pair.translation for pair in batch]
    first = dice.randrange(0, max(1, len(answers) // 3))
    last = dice.randrange(min(len(answers) - 1, first + max(4, len(answers) // 2)), len(answers))
    merged = [*answers[:first], f"{answers[first]} {answers[first + 1]}", *answers[first + 2 : last + 1]]
    split = answers[last]
    merged[-1:] = [split[: len(split) // 2], split[len(split) // 2 :]]
    wrong = [*merged, *answers[last + 1 :]]
    if dice.random() < 0.5:
        return list(zip([pair.text for pair in batch], wrong, strict=True))
    return list(zip([pair.text for pair in reversed(batch)], reversed(wrong), strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What verification makes of pairs of one direction, each a part of 1: good translations it doubts, bad ones it finds.

    Copies and empty answers have to be refused; a doubt does not keep them from being published.
    """

    pairs: int
    false_alarms: float
    copies: float
    empties: float
    digits: float
    scales: float
    batches: float
    false_batches: float

    def __str__(self) -> str:
        return (
            f"{self.pairs} pairs: false alarms {self.false_alarms:.2%}; caught: copies {self.copies:.1%}, empties {self.empties:.1%},"
            f" changed digits {self.digits:.1%}, scales {self.scales:.1%}, shifted batches {self.batches:.1%}"
            f" (false {self.false_batches:.2%})"
        )


def measure(pairs: Sequence[Pair], *, size: int = 12, seed: int = 0) -> Measured:
    """All figures for pairs, of any number of directions; batches are of one direction and `size`."""
    lists = [batch for each in by_direction(pairs).values() for batch in batches(each, size)]
    return Measured(
        pairs=len(pairs),
        false_alarms=_part(pairs, lambda pair: is_doubted(pair, pair.translation)),
        copies=_part(pairs, lambda pair: bool(_problems(pair, pair.text))),
        empties=_part(pairs, lambda pair: _problems(pair, " ") == ("empty",)),
        digits=_part(list(changed_digits(pairs, seed=seed)), lambda damaged: "numbers" in _flags(*damaged)),
        scales=_part(list(changed_scales(pairs)), lambda damaged: "numbers" in _flags(*damaged)),
        batches=_part(list(enumerate(lists)), lambda each: _is_suspicious(each[1], shifted(each[1], seed=seed + each[0]))),
        false_batches=_part(lists, lambda batch: _is_suspicious(batch, [(pair.text, pair.translation) for pair in batch]), of_none=0),
    )


def is_doubted(pair: Pair, answer: str) -> bool:
    """Whether an answer to a text has a problem or a flag."""
    return bool(_problems(pair, answer) or _flags(pair, answer))


def _problems(pair: Pair, answer: str) -> tuple[str, ...]:
    return verify.problems(pair.text, answer, source=pair.source, target=pair.target)


def _flags(pair: Pair, answer: str) -> tuple[str, ...]:
    return verify.flags(pair.text, answer, source=pair.source, target=pair.target)


def _is_suspicious(batch: Sequence[Pair], answered: Sequence[tuple[str, str]]) -> bool:
    return verify.is_suspicious(answered, source=batch[0].source, target=batch[0].target)


def _part(cases: Sequence[Case], is_so: Callable[[Case], bool], *, of_none: float = 1) -> float:
    return mean(map(is_so, cases)) if cases else of_none

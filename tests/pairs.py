"""Pairs of texts and their human translations, and what careless engines would make of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

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
_PLACEHOLDER = re.compile(r"\{\d+\}")


class Pair(NamedTuple):
    """A text and its translation; languages in BCP 47."""

    source: str
    target: str
    text: str
    translation: str

    def turned(self) -> Pair:
        """The translation as the text."""
        return Pair(self.target, self.source, self.translation, self.text)


def read(path: Path, *, source: str = "", target: str = "") -> list[Pair]:
    """The pairs of a tab-separated file: four columns as in our own, or two (text, translation) when both languages are given."""
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines() if line.strip()]
    if source:
        return [Pair(source, target, *row[:2]) for row in rows if len(row) >= 2 and row[0].strip() and row[1].strip()]
    return [Pair(*row[:4]) for row in rows[1:]]


def own(half: str) -> dict[str, list[Pair]]:
    """Our pairs of one half, "calibrated" or "held_out", in both directions, by direction."""
    found: dict[str, list[Pair]] = {}
    for path in sorted((DATA / half).glob("*.tsv")):
        for pair in read(path):
            for each in (pair, pair.turned()):
                found.setdefault(f"{each.source} > {each.target}", []).append(each)
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

"""What else to send for a segment whose translation could not be used: pure variants of it, each with its way back.

    whole        the segment as it is
    sentences    one after the other
    formatting   without its pairs, atoms kept; what each pair held is sent too, and the pair goes round where that stands in the answer
    runs         the bare texts between the placeholders, which then can't get lost

A variant never brings back anything but a text with exactly the segment's placeholders: what can't be put together again is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from aggregator.core import codes
from aggregator.core.sentences import joined, packed, sentences
from aggregator.model import Segment

Step = Literal["whole", "sentences", "formatting", "runs"]
STEPS: tuple[Step, ...] = ("whole", "sentences", "formatting", "runs")


@dataclass(frozen=True, slots=True)
class Variant:
    """A segment in parts. Each part is translated and judged on its own; `restore` makes the segment's text of the translations.

    `restore` raises ValueError, without any text in it, when they don't fit together.
    """

    parts: tuple[Segment, ...]
    restore: Callable[[Sequence[str]], str]


def variant(segment: Segment, step: Step, *, limit: int = 0) -> Variant | None:
    """The segment in the form of a step, or None where that would be nothing new. `limit` is how many characters a sentence pack may have.

    Without a limit every sentence is a part of its own.
    """
    return _MAKERS[step](segment, limit)


def _whole(segment: Segment, limit: int) -> Variant:
    return _of_parts(segment, [segment], lambda texts: texts[0])


def _sentences(segment: Segment, limit: int) -> Variant | None:
    packs = packed(sentences(segment), limit=limit)
    if len(packs) < 2:
        return None
    return _of_parts(segment, [_part(segment, text.strip()) for text in packs], lambda texts: joined(tuple(texts)))


def _runs(segment: Segment, limit: int) -> Variant | None:
    runs = codes.runs(segment.text)
    if len(runs) < 2:
        return None
    parts = [Segment(text=run.strip(), heading=segment.heading) for run in runs]
    return _of_parts(segment, parts, lambda texts: _refilled(segment, runs, texts))


def _refilled(segment: Segment, runs: Sequence[str], texts: Sequence[str]) -> str:
    if any(codes.LOOSE.search(text) for text in texts):
        raise ValueError("placeholders invented in a text without any")
    return codes.refill(segment.text, [_spaced(run, text) for run, text in zip(runs, texts, strict=True)])


def _spaced(run: str, text: str) -> str:
    """The text with the white space that was around the run."""
    bare = run.strip()
    return run.replace(bare, text.strip(), 1) if bare else run


def _formatting(segment: Segment, limit: int) -> Variant | None:
    pairs = list(_pairs(segment))
    if not pairs:
        return None
    bare = _without(segment.text, {number for pair in pairs for number in pair.numbers})
    parts = [_part(segment, bare), *(_part(segment, pair.inside) for pair in pairs)]
    return _of_parts(segment, parts, lambda texts: _formatted(segment, pairs, texts))


@dataclass(frozen=True, slots=True)
class _Pair:
    opener: int
    inside: str  # its text, without pairs

    @property
    def numbers(self) -> tuple[int, int]:
        return self.opener, self.opener + 1


def _pairs(segment: Segment) -> Iterator[_Pair]:
    """The pairs in the order they open."""
    opening = codes.openers(segment.codes)
    ends = {number for first in opening for number in (first, first + 1)}
    for number in (int(found) for found in codes.PLACEHOLDER.findall(segment.text)):
        if number in opening:
            inside = segment.text.split(f"{{{number}}}")[1].split(f"{{{number + 1}}}")[0]
            yield _Pair(number, _without(inside, ends).strip())


def _without(text: str, numbers: set[int]) -> str:
    return codes.PLACEHOLDER.sub(lambda match: "" if int(match[1]) in numbers else match[0], text)


def _formatted(segment: Segment, pairs: Sequence[_Pair], texts: Sequence[str]) -> str:
    """The first text with each pair around its own, which has to stand there once."""
    marks: list[tuple[int, int, str]] = []
    for order, (pair, inside) in enumerate(zip(pairs, texts[1:], strict=True)):
        start, end = _place(texts[0], inside.strip())
        marks += [(start, order, f"{{{pair.opener}}}"), (end, -order - 1, f"{{{pair.opener + 1}}}")]
    written, done = "", 0
    for place, _, mark in sorted(marks):
        written += texts[0][done:place] + mark
        done = place
    return written + texts[0][done:]


def _place(text: str, inside: str) -> tuple[int, int]:
    if not inside or text.count(inside) != 1:
        raise ValueError("what a pair held can't be told in the translation")
    start = text.index(inside)
    return start, start + len(inside)


def _part(segment: Segment, text: str) -> Segment:
    return Segment(text=text, heading=segment.heading, codes=segment.codes)


def _of_parts(segment: Segment, parts: Sequence[Segment], restore: Callable[[Sequence[str]], str]) -> Variant:
    """A variant of those parts that have something to translate; the others come back as they are."""
    speaking = [codes.has_letters(part.text) for part in parts]

    def restored(texts: Sequence[str]) -> str:
        waiting = iter(texts)
        text = restore([next(waiting) if speaks else part.text for part, speaks in zip(parts, speaking, strict=True)])
        return codes.decode(segment, text)

    return Variant(tuple(part for part, speaks in zip(parts, speaking, strict=True) if speaks), restored)


_MAKERS: dict[Step, Callable[[Segment, int], Variant | None]] = {
    "whole": _whole,
    "sentences": _sentences,
    "formatting": _formatting,
    "runs": _runs,
}

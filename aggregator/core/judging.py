"""Whether an engine's answer to a segment is to be believed, and how far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from aggregator.core import codes, verify
from aggregator.model import Segment

_SHIFTED = 0.2  # of a batch's answers in doubt: then the batch is, as its answers may belong to other segments


class Pair(NamedTuple):
    """The languages to translate from and into, as BCP 47."""

    source: str
    target: str


class Answer(NamedTuple):
    """A believable translation as canonical text, and what makes it doubtful."""

    text: str
    flags: tuple[str, ...] = ()


def judged(segment: Segment, text: str, pair: Pair) -> Answer | None:
    """The answer, unless it has a hard problem or other placeholders than the segment."""
    try:
        canonical = codes.decode(segment, text)
    except ValueError:
        return None
    if verify.problems(segment.text, canonical, source=pair.source, target=pair.target):
        return None
    return Answer(canonical, verify.flags(segment.text, canonical, source=pair.source, target=pair.target))


def is_shifted(answers: Sequence[Answer | None]) -> bool:
    """Whether so many answers of one batch are in doubt that all are: at least two, and a fifth of those that passed the hard checks.

    A single doubtful answer says nothing of its neighbours.
    """
    credible = [answer for answer in answers if answer]
    doubtful = sum(bool(answer.flags) for answer in credible)
    return doubtful > 1 and doubtful >= _SHIFTED * len(credible)

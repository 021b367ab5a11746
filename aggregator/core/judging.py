"""Whether an engine's answer to a segment is to be believed, and how far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from aggregator.core import codes
from aggregator.core.glossary import lacking, undone
from aggregator.core.memory import Pair
from aggregator.model import Segment, Term

RULES = 1  # of judging: another number where an answer may be judged otherwise than before


class Answer(NamedTuple):
    """A believable translation as canonical text, and what makes it doubtful."""

    text: str
    flags: tuple[str, ...] = ()


def judged(segment: Segment, text: str, pair: Pair, terms: Sequence[Term] = ()) -> Answer | None:
    """The answer, unless it has a hard problem or other placeholders than the segment.

    `terms` are the glossary's in the segment. What they are translated to is no fault of the answer; where it is missing, the flag is
    "glossary".
    """
    from aggregator.core import verify  # with its tables of words, for those who translate

    try:
        canonical = codes.decode(segment, text)
    except ValueError:
        return None
    said = undone(canonical, terms)
    if verify.problems(segment.text, said, source=pair.source, target=pair.target):
        return None
    flags = verify.flags(segment.text, said, source=pair.source, target=pair.target)
    return Answer(canonical, (*flags, "glossary") if lacking(canonical, terms) else flags)


def rules(pair: Pair) -> str:
    """The rules of today: what they say of an answer stands as long as they do, for the same terms of the glossary."""
    return f"{RULES} {pair.source} {pair.target}"


def doubts(segment: Segment, text: str, pair: Pair, terms: Sequence[Term] = ()) -> tuple[str, ...]:
    """What makes a translation doubtful, or the problems for which it would not be believed."""
    from aggregator.core import verify

    answer = judged(segment, text, pair, terms)
    return answer.flags if answer else verify.problems(segment.text, undone(text, terms), source=pair.source, target=pair.target)

"""The answers for an item whose summary is its body's beginning: it is not sent, for the translated body has it.

Only while the budget holds that beginning back is the summary asked for by itself, which costs less; and a person's word on it counts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Protocol

from aggregator.core import beginnings, codes, memory
from aggregator.core.memory import Pair
from aggregator.errors import OutOfBudget, TranslationError
from aggregator.model import Segment, Tier
from aggregator.translators.answers import Answers
from aggregator.translators.recalling import PERSON, Recalled
from aggregator.translators.router import Router

NOT_SENT = codes.whole("")
PLACE = 1  # of the summary, between title and body
TIERS: tuple[Tier, ...] = ("title", "summary")


class Ask(Protocol):
    """`Router.translate`, with everything said that is the same for all of an item."""

    def __call__(self, segments: Sequence[Segment], *, tiers: Sequence[Tier] = TIERS) -> Awaitable[Answers]:
        """The answers to segments. Raises TranslationError."""
        ...


def without(segments: Sequence[Segment]) -> list[Segment]:
    """An item's segments, in their places, the summary's empty."""
    return [*segments[:PLACE], NOT_SENT, *segments[PLACE + 1 :]]


def is_said(known: Recalled | None) -> bool:
    """Whether what is remembered is a person's word, or was converted from one."""
    return known is not None and known.by.split("+")[0] == PERSON


async def spare(ask: Ask, segments: Sequence[Segment], router: Router, pair: Pair) -> Answers:
    """The answers, the summary's empty unless it had to be asked for. Raises TranslationError."""
    summary, body = segments[PLACE], segments[PLACE + 1 :]
    leading = body[: beginnings.reach(codes.bare(summary.text), body)]
    known = await asyncio.to_thread(router.look_up, [memory.unit(each) for each in (summary, *leading)], pair)
    if is_said(known.get(memory.unit(summary))):
        return await ask(segments)
    try:
        answers = await ask(without(segments))
    except OutOfBudget:
        if all(memory.unit(each) in known for each in leading):
            raise
        return await ask(segments)
    is_held = answers.after is not None and None in answers.texts[PLACE + 1 :][: len(leading)]
    return answers.put(PLACE, await _alone(ask, summary)) if is_held else answers


async def _alone(ask: Ask, summary: Segment) -> Answers:
    try:
        return await ask([summary], tiers=("summary",))
    except TranslationError:
        return Answers(found=(None,))

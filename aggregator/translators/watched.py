"""Stands before an engine that may change without notice: known sentences are put to it once a day for each pair of languages."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import timedelta

from aggregator.core.codes import PLACEHOLDER, refill, runs
from aggregator.core.memory import Pair
from aggregator.errors import Blocked, TranslationError
from aggregator.model import NO_HINTS, Capacity, Codec, Hints, Verdict
from aggregator.ports import Translator
from aggregator.ports.spending import Budget
from aggregator.translators.canary import canary
from aggregator.translators.deadlines import deadline
from aggregator.translators.guarded import GuardedTranslator
from aggregator.translators.standing import Known, Standings

DAY = 86400.0  # seconds
HOUR = 3600.0


class WatchedTranslator:
    """An engine with the codec "plain", while it passes its test. `clock` gives seconds that never run backwards.

    Where placeholders do not survive, only the text between them is sent, until the next day's test. Where it does not translate at all, it
    is not asked: the router is told so and goes to the next engine; an hour later it is tested again. With a `budget` the tests are booked
    to it, and not made where it has no room; with `standings` what a test comes to holds in other processes too.
    """

    embedded = False

    def __init__(
        self,
        engine: Translator,
        *,
        budget: Budget | None = None,
        standings: Standings | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = engine.name
        self._engine = GuardedTranslator(engine)
        self._budget = budget
        self._standings = standings
        self._clock = clock
        self._found: dict[Pair, tuple[Verdict, float]] = {}  # and until when it holds
        self._asking: defaultdict[Pair, asyncio.Lock] = defaultdict(asyncio.Lock)

    @property
    def codec(self) -> Codec:
        """That of the engine."""
        return self._engine.codec

    @property
    def capacity(self) -> Capacity:
        """That of the engine."""
        return self._engine.capacity

    @property
    def deadline(self) -> float:
        """That of the engine: the test counts towards it."""
        return deadline(self._engine)

    def supports(self, source: str, target: str) -> bool:
        """What the engine supports."""
        return self._engine.supports(source, target)

    async def translate(self, texts: Sequence[str], *, source: str, target: str, hints: Hints = NO_HINTS) -> Sequence[str]:
        """The engine's answers. Raises Blocked while it does not pass its test, and what the engine raises."""
        verdict = await self._passed(source, target, hints) if texts and self.supports(source, target) else "fine"
        if verdict == "fine" or not any(map(PLACEHOLDER.search, texts)):
            return await self._engine.translate(texts, source=source, target=target, hints=hints)
        return await self._between_codes(texts, source, target, hints)

    async def aclose(self) -> None:
        """Close the engine."""
        await self._engine.aclose()

    async def _passed(self, source: str, target: str, hints: Hints) -> Verdict:
        """The verdict, unless the engine is broken or can't be tested now."""
        try:
            verdict = await self._verdict(source, target)
            if verdict == "broken":
                raise Blocked(f"{self.name}: test sentences from {source} to {target} come back wrong; it is asked again in an hour")
        except TranslationError:
            await hints.meter(0)  # none of the texts goes out
            raise
        return verdict

    async def _verdict(self, source: str, target: str) -> Verdict:
        pair = Pair(source, target)
        async with self._asking[pair]:
            verdict, until = self._found.get(pair, ("fine", 0.0))
            if not until or self._clock() >= until:
                verdict, holds = await self._known(pair) or await self._tested(pair)
                self._found[pair] = verdict, self._clock() + holds.total_seconds()
            return verdict

    async def _known(self, pair: Pair) -> Known | None:
        return await self._standings.of(self.name, pair) if self._standings else None

    async def _tested(self, pair: Pair) -> Known:
        verdict = await canary(self._engine, *pair, budget=self._budget)
        found = Known(verdict, timedelta(seconds=HOUR if verdict == "broken" else DAY))
        if self._standings:
            await self._standings.note(self.name, verdict, pair, lasts=found.holds)
        return found

    async def _between_codes(self, texts: Sequence[str], source: str, target: str, hints: Hints) -> Sequence[str]:
        parts = [runs(text) for text in texts]
        answers = await self._engine.translate([run for each in parts for run in each], source=source, target=target, hints=hints)
        waiting = iter(answers)
        return [_refilled(text, each, [next(waiting) for _ in each]) for text, each in zip(texts, parts, strict=True)]


def _refilled(text: str, parts: Sequence[str], answers: Sequence[str]) -> str:
    """The text with its runs translated, or an empty string where the engine failed on one of them."""
    if any(part.strip() and not answer.strip() for part, answer in zip(parts, answers, strict=True)):
        return ""
    return refill(text, [_spaced(part, answer) for part, answer in zip(parts, answers, strict=True)])


def _spaced(run: str, answer: str) -> str:
    """The answer with the spaces that the text before or after a placeholder had."""
    core = run.strip()
    return run.replace(core, answer.strip(), 1) if core else run

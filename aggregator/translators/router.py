"""Sends segments to engines: memory first, then the engines of the pair's route, until every segment has a credible answer.

segments -> keys -> memory -> (miss) ladder of engines and forms -> memory

From other languages into traditional Chinese the way is over simplified Chinese, paid once for all of them and converted on this machine,
unless a route names the target itself.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from aggregator.core import codes
from aggregator.core.judging import Pair, judged
from aggregator.errors import Unsupported
from aggregator.model import Segment, Term
from aggregator.ports import Translator
from aggregator.translators.breaker import Breaker
from aggregator.translators.calling import Caller
from aggregator.translators.climbing import climb
from aggregator.translators.limits import Limits, Rate
from aggregator.translators.remembering import Memory, Remembering, unit
from aggregator.translators.routes import PIVOT, Route, derives, engines_for
from aggregator.translators.work import Answers, Found, Work, worst

Glossary = Callable[[Pair], Sequence[Term]]


def no_terms(pair: Pair) -> Sequence[Term]:
    """The glossary of who has none."""
    return ()


class Router:
    """Engines by name, the routes to them, and the memory they share. `deadline` bounds one call of one engine, in seconds.

    `rates` are limits of engines by name, `glossary` gives the terms of a pair of languages.
    """

    def __init__(
        self,
        engines: Mapping[str, Translator],
        routes: Sequence[Route],
        memory: Memory,
        *,
        rates: Mapping[str, Rate] | None = None,
        glossary: Glossary = no_terms,
        clock: Callable[[], float] = time.monotonic,
        deadline: float = 90.0,
    ) -> None:
        breaker, rates = Breaker(clock), rates or {}
        self._callers = {
            name: Caller(engine, breaker=breaker, limits=Limits(rates.get(name, Rate())), deadline=deadline)
            for name, engine in engines.items()
        }
        self._routes = tuple(routes)
        self._remembering = Remembering(memory)
        self._glossary = glossary
        self.counts: Counter[str] = Counter()  # of all calls, see Answers

    def engines_for(self, source: str, target: str) -> tuple[str, ...]:
        """The names of the engines that will be asked for a pair, in order."""
        if self._is_derived(Pair(source, target)):
            return (*self._direct(source, PIVOT), *self._direct(PIVOT, target))
        return self._direct(source, target)

    def supports(self, source: str, target: str) -> bool:
        """Whether any engine takes this pair."""
        return bool(self.engines_for(source, target))

    def check(self, source: str, target: str) -> None:
        """See that some engine takes this pair. Raises Unsupported."""
        if not self.supports(source, target):
            raise Unsupported(f"no engine translates {source or 'an unknown language'} to {target}; add a route for this pair")

    async def translate(self, segments: Sequence[Segment], *, source: str, target: str, title: str = "") -> Answers:
        """Translate segments; each distinct one is sent once. `title` is the article's, as a hint.

        Raises the TranslationError that was in the way when engines failed and nothing new could be translated, so that it is tried again
        later; Unsupported when no engine takes the pair; StoreError from the memory.
        """
        self.check(source, target)
        pair = Pair(source, target)
        answers = await (self._derive if self._is_derived(pair) else self._translate)(segments, pair, title)
        self.counts += answers.counts
        return answers

    async def aclose(self) -> None:
        """Close every engine."""
        for caller in self._callers.values():
            await caller.engine.aclose()

    def _direct(self, source: str, target: str) -> tuple[str, ...]:
        names = engines_for(self._routes, source, target)
        return tuple(name for name in names if name in self._callers and self._callers[name].engine.supports(source, target))

    def _is_derived(self, pair: Pair) -> bool:
        """Whether a target is made from the pivot, which takes engines for both halves of the way, and none that costs on the second."""
        if not derives(self._routes, *pair) or not self._direct(pair.source, PIVOT):
            return False
        names = self._direct(PIVOT, pair.target)
        return bool(names) and all(self._callers[name].engine.embedded for name in names)

    async def _translate(self, segments: Sequence[Segment], pair: Pair, title: str) -> Answers:
        names = self._direct(*pair)
        places = {unit(segment): place for place, segment in reversed(list(enumerate(segments))) if codes.has_letters(segment.text)}
        work = Work(pair, title, dict(sorted(places.items(), key=lambda each: each[1])), self._glossary(pair))
        work.missing = dict.fromkeys(work.asked_for)
        async with self._remembering.alone(work.missing, pair):
            await self._recall(work, names)
            await climb(work, [self._callers[name] for name in names], self._remembering)
        if work.is_in_vain():
            raise worst(work.errors)
        return work.answers(segments)

    async def _recall(self, work: Work, names: Sequence[str]) -> None:
        known = await self._remembering.recall(list(work.missing), work.pair, names)
        for segment, (text, engine) in known.items():
            if answer := judged(segment, text, work.pair):
                work.add(segment, answer, engine=engine, step="memory")

    async def _derive(self, segments: Sequence[Segment], pair: Pair, title: str) -> Answers:
        """The pivot's translation, converted. A segment that can't be converted stays untranslated."""
        paid = await self._translate(segments, Pair(pair.source, PIVOT), title)
        between = [replace(segment, text=text or "") for segment, text in zip(segments, paid.texts, strict=True)]
        converted = await self._translate(between, Pair(PIVOT, pair.target), "")
        found = tuple(_derived(*both) for both in zip(paid.found, converted.found, strict=True))
        return replace(paid, found=found, characters=paid.characters)


def _derived(paid: Found | None, converted: Found | None) -> Found | None:
    if paid is None or converted is None:
        return None
    return replace(paid, text=converted.text, engine="+".join(name for name in (paid.engine, converted.engine) if name))

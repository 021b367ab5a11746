"""Sends segments to engines: memory first, then the engines of the pair's route, until every segment has a credible answer.

segments -> memory -> (miss) ladder of engines and forms, each call on the budget -> memory

From other languages into traditional Chinese the way is over simplified Chinese, paid once for all of them and converted on this machine,
unless a route names the target itself.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace

from aggregator.core.glossary import Forced
from aggregator.core.judging import Answer
from aggregator.core.memory import Pair
from aggregator.errors import NoEngine
from aggregator.model import Resting, Segment, Tier, Usage
from aggregator.ports import Translator
from aggregator.ports.spending import Budget
from aggregator.translators.answers import GLOSSARY, Answers, Found
from aggregator.translators.breaker import FOR_GOOD, Breaker
from aggregator.translators.calling import Caller
from aggregator.translators.climbing import climb, recall, whole_batches
from aggregator.translators.limits import Limits, Rate, Turns
from aggregator.translators.recalling import Recalled, SegmentMemory
from aggregator.translators.routes import PIVOT, Route, derives, engines_for
from aggregator.translators.spending import done
from aggregator.translators.standing import Standings
from aggregator.translators.work import Article, Work, worst


class Router:
    """Engines by name, the routes to them, and the memory they share.

    `rates` are limits of engines by name. Without a `budget` nothing is held back, and nothing counted; without `standings` each process
    finds out for itself which engines are to be left alone. `limited` makes what keeps to the limits of an engine.
    """

    def __init__(
        self,
        engines: Mapping[str, Translator],
        routes: Sequence[Route],
        memory: SegmentMemory,
        *,
        rates: Mapping[str, Rate] | None = None,
        budget: Budget | None = None,
        standings: Standings | None = None,
        clock: Callable[[], float] = time.monotonic,
        limited: Callable[[str, Rate], Turns] = lambda name, rate: Limits(rate),
    ) -> None:
        self._breaker, rates = Breaker(clock), rates or {}
        self._callers = {
            name: Caller(engine, breaker=self._breaker, limits=limited(name, rates.get(name, Rate())), budget=budget, standings=standings)
            for name, engine in engines.items()
        }
        self._routes = tuple(routes)
        self.memory = memory
        self._budget = budget
        self._standings = standings
        self.counts: Counter[str] = Counter()  # of all calls, see Answers

    def engines_for(self, source: str, target: str) -> tuple[str, ...]:
        """The names of the engines that will be asked for a pair, in order."""
        if self._is_derived(Pair(source, target)):
            return (*self._direct(source, PIVOT), *self._direct(PIVOT, target))
        return self._direct(source, target)

    def paid_for(self, pair: Pair) -> Pair:
        """The languages of what is paid for a pair: what follows from that is converted on this machine."""
        return Pair(pair.source, PIVOT) if self._is_derived(pair) else pair

    def supports(self, source: str, target: str) -> bool:
        """Whether any engine takes this pair."""
        return bool(self.engines_for(source, target))

    def check(self, source: str, target: str) -> None:
        """See that some engine takes this pair. Raises NoEngine."""
        if not self.supports(source, target):
            raise NoEngine(f"no engine translates {source or 'an unknown language'} to {target}; add a route for this pair")

    async def translate(
        self, segments: Sequence[Segment], *, source: str, target: str, title: str = "", of: str = "", tiers: Sequence[Tier] = ()
    ) -> Answers:
        """Translate segments; each distinct one is sent once.

        `title` is the article's, as a hint. `of` is the source whose budget pays, `tiers` says what the first segments are.
        Raises the TranslationError that was in the way when engines failed and nothing new could be translated, so that it is tried again
        later; NoEngine when no engine takes the pair; StoreError from the memory.
        """
        self.check(source, target)
        pair = Pair(source, target)
        answers = await (self._derive if self._is_derived(pair) else self._translate)(segments, pair, Article(title, of, tiers))
        self.counts += answers.counts
        return answers

    def look_up(self, segments: Sequence[Segment], pair: Pair) -> dict[Segment, Recalled]:
        """What `translate` would find remembered of segments, who made it, and the key of its last step. Waits for the store."""
        way = self.paid_for(pair)
        found = self.memory.look_up(segments, way, engines=self._direct(*way))
        if way == pair:
            return found
        between = {segment: replace(segment, text=paid.text) for segment, paid in found.items()}
        converted = self.memory.look_up(list(between.values()), Pair(PIVOT, pair.target), engines=self._direct(PIVOT, pair.target))
        known = {segment: converted[each] for segment, each in between.items() if each in converted}
        derived = {segment: last._replace(by=f"{found[segment].by}+{last.by}") for segment, last in known.items()}
        return derived | self.memory.look_up(segments, pair, engines=())

    def requests_for(self, segments: Sequence[Segment], pair: Pair) -> int:
        """How many calls the first engine for a pair takes for segments that are paid for, if it answers well; 0 without an engine."""
        name = next(iter(self._direct(*pair)), "")
        return whole_batches(self._callers[name], segments) if name else 0

    def resting(self) -> dict[str, Resting]:
        """The engines that are left alone after failures, by name; of several pairs of languages the longest pause counts.

        Of what other processes found out, what is noted of an engine counts. Waits for the store; raises StoreError.
        """
        found: dict[str, Resting] = {}
        for key, one in self._open_circuits().items():
            name = str(key[0] if isinstance(key, tuple) else key)
            so_far = found.get(name, Resting(circuits=0, times=0, pause=one.pause))
            times, pause = max(so_far.times, one.times), max(so_far.pause, one.pause)
            found[name] = Resting(circuits=so_far.circuits + 1, times=times, pause=pause)
        return found

    @property
    def engines(self) -> tuple[str, ...]:
        """The names of all engines."""
        return tuple(self._callers)

    def _open_circuits(self) -> dict[Hashable, Resting]:
        """Those of this process, by engine or (engine, pair), and by engine what is noted of them."""
        circuits = self._breaker.resting()
        for name in self._callers:
            if self._standings and (known := self._standings.known(name)):
                pause = FOR_GOOD if known.verdict == "key" else known.holds
                one = circuits.get(name, Resting(circuits=1, times=1, pause=pause))
                circuits[name] = replace(one, pause=max(one.pause, pause))
        return circuits

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

    async def _translate(self, segments: Sequence[Segment], pair: Pair, article: Article) -> Answers:
        names = self._direct(*pair)
        work = Work.on(segments, pair, article, self.memory.glossary)
        costs = not all(self._callers[name].engine.embedded for name in names)
        async with self.memory.alone(work.missing, pair, costs=costs):
            await recall(work, self.memory, list(work.missing), engines=names)
            self._answer_terms(work)
            await climb(work, [self._callers[name] for name in names], self.memory)
        if work.is_in_vain():
            raise worst(work.errors)
        return replace(work.answers(segments), usage=self._done(work, names))

    def _answer_terms(self, work: Work) -> None:
        """Find what consists of the glossary's terms alone."""
        for segment in list(work.missing):
            if text := work.glossary.whole(segment, work.pair):
                work.add(segment, Answer(text), engine=GLOSSARY, step=GLOSSARY)

    def _done(self, work: Work, names: Sequence[str]) -> tuple[Usage, ...]:
        """What the books are to be told; without names of engines, of what is found so far."""
        first, missing = next(iter(names), ""), len(work.missing) if names else 0
        return done(work.found, first=first, on=self._budget, source=work.article.source, language=work.pair.target, missing=missing)

    async def _derive(self, segments: Sequence[Segment], pair: Pair, article: Article) -> Answers:
        """What people said in the target itself; else the pivot's translation, converted. What can't be converted stays untranslated."""
        work = Work.on(segments, pair, article, self.memory.glossary)
        await recall(work, self.memory, list(work.missing), engines=())
        usage, units = self._done(work, ()), list(work.missing)
        forced = [self._forced(segment, pair) for segment in units]
        article = replace(article, tiers=[work.tier(segment) for segment in units])
        paid = await self._translate([each.segment for each in forced], self.paid_for(pair), article)
        between = [replace(each.segment, text=text or "") for each, text in zip(forced, paid.texts, strict=True)]
        converted = await self._translate(between, Pair(PIVOT, pair.target), replace(article, title=""))
        for segment, each, *halves in zip(units, forced, paid.found, converted.found, strict=True):
            if found := _derived(each, *halves):
                work.found[segment] = found
                del work.missing[segment]
        answers = work.answers(segments)
        return replace(
            answers,
            characters=paid.characters,
            counts=answers.counts + Counter(discarded=paid.counts["discarded"]),
            is_interrupted=paid.is_interrupted or converted.is_interrupted,
            after=paid.after or converted.after,
            recalled=answers.recalled + paid.recalled + converted.recalled,
            usage=usage + paid.usage + converted.usage,
        )

    def _forced(self, segment: Segment, pair: Pair) -> Forced:
        """A segment for the way over the pivot: with placeholders for its terms where the pivot does not have the same."""
        glossary = self.memory.glossary
        is_same = glossary.terms(segment.text, pair) == glossary.terms(segment.text, self.paid_for(pair))
        return Forced(segment, {}) if is_same else glossary.forced(segment, pair)


def _derived(forced: Forced, paid: Found | None, converted: Found | None) -> Found | None:
    if paid is None or converted is None:
        return None
    engine = "+".join(name for name in (paid.engine, converted.engine) if name)
    return replace(paid, text=forced.released(converted.text), engine=engine or GLOSSARY, step=paid.step or GLOSSARY)

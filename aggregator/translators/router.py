"""Sends segments to engines: memory first, then the engines of the pair's route in order, until every segment has a credible answer.

segments -> memory -> (miss) budget -> engine -> decode -> verify -> memory
                                ^--- next engine, for what is still missing ---'
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import chain, repeat

from aggregator.core import codes, glossary, verify
from aggregator.core.memory import Pair, unit
from aggregator.errors import AuthFailed, BadOutput, Blocked, OutOfBudget, Retryable, TooLong, TranslationError, Unsupported
from aggregator.model import Hints, Segment, Tier, Usage
from aggregator.ports import Translator
from aggregator.ports.spending import Budget
from aggregator.translators.breaker import Breaker
from aggregator.translators.packing import packs
from aggregator.translators.recalling import SegmentMemory
from aggregator.translators.routes import Route, engines_for
from aggregator.translators.spending import by_tier, done, paid

_GLOSSARY = "glossary"  # stands where an engine's name would
_LAST: Tier = "body"
_MANY = 3  # segments without one credible answer among them are the engine's fault
_HOLD_OFF = (Blocked, AuthFailed, Retryable)  # no use in asking the same engine for the rest


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What became of a list of segments. `texts` have the segments' placeholders; None stands where no engine had a credible translation.

    `by` names the engine of each segment or is empty. `characters` were sent, `remembered` segments were not. `verified` says that every
    segment is translated and passed the hard checks. The flag "interrupted" says that some are missing because an engine was out of reach.
    """

    texts: tuple[str | None, ...]
    by: tuple[str, ...]
    flags: tuple[str, ...] = ()
    characters: int = 0
    remembered: int = 0
    recalled: tuple[str, ...] = ()  # keys of the memory that were used
    usage: tuple[Usage, ...] = ()  # what each engine did, without what the books know of its calls already
    after: timedelta | None = None  # with the flag "budget": how long what is missing has to wait for it

    @property
    def engines(self) -> tuple[str, ...]:
        """The engines that had a part in it, in order of appearance."""
        return tuple(dict.fromkeys(name for name in self.by if name))

    @property
    def untranslated(self) -> int:
        """How many segments have no translation."""
        return self.texts.count(None)

    @property
    def verified(self) -> bool:
        """Whether nothing is missing."""
        return not self.untranslated


@dataclass(slots=True)
class _Work:
    """The state of one call: what is found so far, by unit."""

    source: str
    target: str
    of: str  # whose text it is
    missing: list[Segment]
    tiers: Mapping[Segment, Tier]
    found: dict[Segment, tuple[str, str]] = field(default_factory=dict)  # (text, engine)
    flags: set[str] = field(default_factory=set)
    flagged: Counter[str] = field(default_factory=Counter)  # doubtful segments by engine
    errors: list[TranslationError] = field(default_factory=list)
    characters: int = 0
    recalled: Mapping[Segment, str] = field(default_factory=dict)  # keys

    @property
    def pair(self) -> Pair:
        return Pair(self.source, self.target)

    def add(self, segment: Segment, text: str, engine: str, *, flags: Sequence[str] = ()) -> None:
        self.found[segment] = text, engine
        flags = *flags, *verify.flags(segment.text, text, source=self.source, target=self.target)
        self.flags.update(flags)
        self.flagged[engine] += bool(flags)
        self.missing.remove(segment)

    def is_interrupted(self) -> bool:
        return any(isinstance(error, _HOLD_OFF) and not isinstance(error, OutOfBudget) for error in self.errors)

    def until_budget(self) -> timedelta | None:
        """How long what is missing has to wait for the budget, if that is in the way."""
        waits = [error.after for error in self.errors if isinstance(error, OutOfBudget) and error.after is not None]
        return min(waits, default=None) if self.missing else None

    def is_in_vain(self) -> bool:
        """Whether there is nothing that would be worth showing, or nothing more than at the last try."""
        waits = self.is_interrupted() or self.until_budget() is not None
        return not self.found or (waits and len(self.found) == len(self.recalled))


class Router:
    """Engines by name, the routes to them, and the memory they share. `deadline` bounds one call of one engine, in seconds.

    Without a `budget` nothing is held back, and nothing counted.
    """

    def __init__(
        self,
        engines: Mapping[str, Translator],
        routes: Sequence[Route],
        memory: SegmentMemory,
        *,
        clock: Callable[[], float] = time.monotonic,
        deadline: float = 90.0,
        budget: Budget | None = None,
    ) -> None:
        self._engines = engines
        self._routes = tuple(routes)
        self.memory = memory
        self._breaker = Breaker(clock)
        self._deadline = deadline
        self._budget = budget

    def engines_for(self, source: str, target: str) -> tuple[str, ...]:
        """The names of the engines that will be asked for a pair, in order."""
        names = engines_for(self._routes, source, target)
        return tuple(name for name in names if name in self._engines and self._engines[name].supports(source, target))

    def supports(self, source: str, target: str) -> bool:
        """Whether any engine takes this pair."""
        return bool(self.engines_for(source, target))

    def check(self, source: str, target: str) -> None:
        """See that some engine takes this pair. Raises Unsupported."""
        if not self.supports(source, target):
            raise Unsupported(f"no engine translates {source or 'an unknown language'} to {target}; add a route for this pair")

    async def translate(
        self, segments: Sequence[Segment], *, source: str, target: str, of: str = "", tiers: Sequence[Tier] = ()
    ) -> Answers:
        """Translate segments; each distinct one is sent once. `of` is the source whose budget pays, `tiers` says what the first ones are.

        Raises the TranslationError that was in the way when engines failed and nothing new could be translated, so that it is tried again
        later; Unsupported when no engine takes the pair; StoreError from the memory.
        """
        names = self.engines_for(source, target)
        self.check(source, target)
        units = [(unit(segment), tier) for segment, tier in zip(segments, chain(tiers, repeat(_LAST)), strict=False)]
        units = [(segment, tier) for segment, tier in units if codes.has_letters(segment.text)]
        work = _Work(source, target, of, missing=list(dict(units)), tiers=dict(reversed(units)))
        await self._recall(work, names)
        for name in names:
            if work.missing:
                await self._ask(self._engines[name], work)
        if work.missing and work.is_in_vain():
            raise _worst(work.errors)
        usage = done(work.found, work.recalled, work.flagged, names=names, on=self._budget, source=of, language=target)
        return replace(_answers(segments, work), usage=usage)

    async def aclose(self) -> None:
        """Close every engine."""
        for engine in self._engines.values():
            await engine.aclose()

    async def _recall(self, work: _Work, names: Sequence[str]) -> None:
        known = await self.memory.recall(work.missing, work.pair, engines=names)
        for segment, recalled in known.items():
            work.add(segment, recalled.text, recalled.by)
        work.recalled = {segment: recalled.key for segment, recalled in known.items()}
        for segment in tuple(work.missing):
            if text := self.memory.glossary.whole(segment, work.pair):
                work.add(segment, text, _GLOSSARY)

    async def _ask(self, engine: Translator, work: _Work) -> None:
        circuit = (engine.name, work.source, work.target)
        waiting = deque(_batches(engine, work.missing))
        while waiting:
            batch = waiting.popleft()
            pause = self._breaker.pause(circuit)
            if pause:
                return work.errors.append(
                    Retryable(f"{engine.name}: left alone after failures, for another {pause.seconds} s", after=pause)
                )
            try:
                await self._ask_batch(engine, work, batch)
            except OutOfBudget as error:
                parts = by_tier(batch, work.tiers)
                waiting.extendleft(reversed(parts if len(parts) > 1 else []))
                work.errors += [error] if len(parts) == 1 else []
            except TranslationError as error:
                work.errors.append(error)
                self._note(circuit, error, batch)
                if isinstance(error, _HOLD_OFF):
                    return
            else:
                self._breaker.succeeded(circuit)

    def _note(self, circuit: tuple[str, ...], error: TranslationError, batch: Sequence[Segment]) -> None:
        if _is_engine_failure(error, batch):
            after = error.after if isinstance(error, Retryable) else None
            self._breaker.failed(circuit, at_once=isinstance(error, Blocked | AuthFailed), after=after)

    async def _ask_batch(self, engine: Translator, work: _Work, batch: Sequence[Segment]) -> None:
        forced = self.memory.glossary.enforced(batch, work.pair, engine.codec)
        texts, restore = _encoded(engine, [each.segment for each in forced])
        characters = sum(map(len, texts))
        tiers = {work.tiers[segment] for segment in batch}
        async with paid(self._budget, engine.name, source=work.of, language=work.target, characters=characters, tiers=tiers):
            work.characters += characters
            answers = await self._call(engine, work, texts, self.memory.glossary.hints(batch, work.pair))
        new = {}
        for segment, each, answer in zip(batch, forced, restore(answers), strict=True):
            text = each.released(_credible(each.segment, answer, work))
            if text:
                lacks = glossary.lacking(text, self.memory.glossary.terms(segment.text, work.pair))
                work.add(segment, text, engine.name, flags=("glossary",) if lacks else ())
                new[segment] = text
        if new:
            await self.memory.remember(new, work.pair, engine=engine.name)
        else:
            raise BadOutput(f"{engine.name}: none of {len(batch)} answers from {work.source} to {work.target} is a credible translation")

    async def _call(self, engine: Translator, work: _Work, texts: Sequence[str], hints: Hints) -> Sequence[str]:
        try:
            async with asyncio.timeout(self._deadline):
                answers = await engine.translate(texts, source=work.source, target=work.target, hints=hints)
        except TimeoutError:
            raise Retryable(f"{engine.name}: no answer in {self._deadline:g} s; it will be tried again") from None
        if len(answers) != len(texts):
            raise BadOutput(f"{engine.name}: {len(answers)} answers to {len(texts)} texts")
        return answers


def _is_engine_failure(error: TranslationError, batch: Sequence[Segment]) -> bool:
    """Whether an error speaks against the engine rather than against a text."""
    return not isinstance(error, TooLong | Unsupported) and not (isinstance(error, BadOutput) and len(batch) < _MANY)


def _batches(engine: Translator, segments: Sequence[Segment]) -> list[list[Segment]]:
    """What goes out at once: as much as a small engine takes, so that little is lost when a call fails; all of it where calls are free."""
    if engine.codec == "runs":
        return [list(segments)]
    waiting = iter(segments)
    return [[next(waiting) for _ in pack] for pack in packs([segment.text for segment in segments])]


def _encoded(engine: Translator, batch: Sequence[Segment]) -> tuple[list[str], Callable[[Sequence[str]], list[str]]]:
    """What the engine gets, and the way from its answers to the segments'."""
    if engine.codec == "plain":
        return [segment.text for segment in batch], list
    runs = [codes.runs(segment.text) for segment in batch]

    def restore(answers: Sequence[str]) -> list[str]:
        waiting = iter(answers)
        return [codes.refill(segment.text, [next(waiting) for _ in each]) for segment, each in zip(batch, runs, strict=True)]

    return [run for each in runs for run in each], restore


def _credible(segment: Segment, answer: str, work: _Work) -> str:
    """The answer as canonical text, or an empty string."""
    try:
        text = codes.decode(segment, answer)
    except ValueError:
        return ""
    return "" if verify.problems(segment.text, text, source=work.source, target=work.target) else text


def _worst(errors: Iterable[TranslationError]) -> TranslationError:
    """The error to report: one that time may mend, the soonest first."""
    retryable = [error for error in errors if isinstance(error, Retryable)]
    soonest = min(retryable, key=lambda error: error.after or timedelta(0), default=None)
    return soonest or next(iter(errors), BadOutput("no engine gave a translation"))


def _answers(segments: Sequence[Segment], work: _Work) -> Answers:
    units = [unit(segment) for segment in segments]
    found = [work.found.get(unit, (None if codes.has_letters(unit.text) else unit.text, "")) for unit in units]
    after = work.until_budget()
    said = {"interrupted": work.missing and work.is_interrupted(), "budget": after is not None}
    flags = work.flags | {flag for flag, is_so in said.items() if is_so}
    return Answers(
        texts=tuple(text for text, _ in found),
        by=tuple(engine for _, engine in found),
        flags=tuple(sorted(flags)),
        characters=work.characters,
        remembered=sum(unit in work.recalled for unit in units),
        recalled=tuple(work.recalled.values()),
        after=after,
    )

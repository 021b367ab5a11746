"""The memory as the router asks it: by segments instead of keys, what people wrote before what engines did.

Locks on segments see to it that nothing is paid for twice at the same time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from weakref import WeakValueDictionary

from aggregator.core import codes, memory
from aggregator.core.glossary import NOTHING, Glossary
from aggregator.core.judging import Answer, rules
from aggregator.core.language import canonical
from aggregator.core.memory import Pair, Profile
from aggregator.model import Remembered, Segment
from aggregator.ports.memory import Memory

PERSON = "person"  # stands where an engine's name would
AmongAll = Callable[[Collection[str]], AbstractAsyncContextManager[None]]  # holds keys among all processes


class Recalled(NamedTuple):
    """A remembered translation of a segment, whose key it is under, the name of who made it, and its flags, None if it is to be judged."""

    text: str
    by: str
    key: str
    flags: tuple[str, ...] | None = None


class SegmentMemory:
    """The store's memory for segments, as they are translated under a glossary.

    `profiles` are those of engines for which their name does not say all; `clock` gives aware times. Those who ask it and those who ask
    the one `beside` it wait for each other; with `among_all` those of other processes do, too.
    """

    def __init__(
        self,
        store: Memory,
        *,
        clock: Callable[[], datetime],
        profiles: Mapping[str, Profile] | None = None,
        glossary: Glossary = NOTHING,
        beside: SegmentMemory | None = None,
        among_all: AmongAll | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._profiles = profiles or {}
        self.glossary = glossary
        self._among_all = among_all
        self._asked: WeakValueDictionary[str, asyncio.Lock] = beside._asked if beside else WeakValueDictionary()

    @asynccontextmanager
    async def alone(self, segments: Collection[Segment], pair: Pair, *, costs: bool = True) -> AsyncIterator[None]:
        """Hold these segments: whoever wants one of them in the same language waits, and then finds it remembered.

        Locks are taken in one order, so that nobody waits in a circle. What costs nothing is not kept from other processes. Raises
        Retryable where one of these takes too long.
        """
        keys = sorted({memory.key(segment, pair, engine="") for segment in segments})
        locks = [self._asked.setdefault(key, asyncio.Lock()) for key in keys]
        async with AsyncExitStack() as stack:
            for lock in locks:
                await stack.enter_async_context(lock)
            if self._among_all and keys and costs:
                await stack.enter_async_context(self._among_all(keys))
            yield

    async def recall(self, segments: Iterable[Segment], pair: Pair, *, engines: Sequence[str]) -> dict[Segment, Recalled]:
        """What is known of these segments, of each what the first of the engines made, but a person's before."""
        return await asyncio.to_thread(self.look_up, list(segments), pair, engines=engines)

    def look_up(self, segments: Sequence[Segment], pair: Pair, *, engines: Sequence[str]) -> dict[Segment, Recalled]:
        """The same without waiting in a thread."""
        wanted = {segment: self._keys(segment, pair, engines) for segment in segments}
        known = self._store.recall({key for each in wanted.values() for _, keys in each for key in keys}) if wanted else {}
        today = rules(pair)
        found = ((segment, next(_usable(segment, keys, known, today), None)) for segment, keys in wanted.items())
        return {segment: recalled for segment, recalled in found if recalled is not None}

    async def remember(self, answers: Mapping[Segment, Answer], pair: Pair, *, engine: str, step: str = "whole") -> None:
        """Keep what an engine made of segments by a step of the ladder."""
        if answers:
            now, profile = self._clock(), self._profile(engine).name
            new = [replace(self._entry(segment, made, pair, profile=profile, now=now), step=step) for segment, made in answers.items()]
            await asyncio.to_thread(self._store.remember, new)

    async def note_flags(self, flags: Mapping[str, Sequence[str]], pair: Pair) -> None:
        """Keep how what is remembered under these keys was judged."""
        if flags:
            await asyncio.to_thread(self._store.note_flags, flags, rules=rules(pair))

    def _keys(self, segment: Segment, pair: Pair, engines: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
        """(who, keys) of everything that may be known of a segment, in the order in which it counts."""
        terms = self.glossary.version(segment.text, pair)
        keys = memory.keys(segment, pair, engines=[self._profile(engine) for engine in engines], terms=terms)
        return list(zip((PERSON, *engines), keys, strict=True))

    def _entry(self, segment: Segment, made: Answer, pair: Pair, *, profile: str, now: datetime) -> Remembered:
        terms = self.glossary.version(segment.text, pair)
        return Remembered(
            key=memory.key(segment, pair, engine=profile, terms=terms),
            source_language=canonical(pair.source),
            target_language=canonical(pair.target),
            source=segment.text,
            text=made.text,
            heading=segment.heading,
            engine=profile,
            terms=terms,
            made_at=now,
            used_at=now,
            rules=rules(pair),
            flags=made.flags,
        )

    def _profile(self, engine: str) -> Profile:
        return self._profiles.get(engine, Profile(engine, former=engine))


def _usable(segment: Segment, keys: Sequence[tuple[str, Sequence[str]]], known: Mapping[str, Remembered], today: str) -> Iterator[Recalled]:
    """What is known under these keys, was verified when it was kept, and has the segment's placeholders; of one maker's the latest."""
    for name, alternatives in keys:
        found = [known[key] for key in alternatives if key in known]
        for entry in sorted(found, key=lambda entry: entry.made_at, reverse=True):
            with suppress(ValueError):
                flags = () if name == PERSON else entry.flags if entry.rules == today else None
                yield Recalled(codes.decode(segment, entry.text), name, entry.key, flags)

"""The router's way to the translation memory: keys, and locks on them so that nothing is paid for twice at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from hashlib import blake2b
from typing import NamedTuple, Protocol
from weakref import WeakValueDictionary

from aggregator.core import codes
from aggregator.core.judging import Pair
from aggregator.core.language import canonical
from aggregator.model import Segment

_SHORT = 20  # characters; a shorter segment means little without its heading


class Memory(Protocol):
    """Verified translations of segments by key, kept between runs. Synchronous: called in threads. A Store is one."""

    def recall(self, keys: Collection[str]) -> Mapping[str, str]:
        """Those of the keys that are known."""
        ...

    def remember(self, entries: Mapping[str, str]) -> None:
        """Keep them."""
        ...


class Known(NamedTuple):
    """A remembered translation and the engine it came from."""

    text: str
    engine: str


class Remembering:
    """What is known of segments, and which of them somebody is asking for right now."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._asked: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def alone(self, units: Collection[Segment], pair: Pair) -> AsyncIterator[None]:
        """Hold these segments: whoever wants one of them in the same language waits, and then finds it remembered.

        Locks are taken in one order, so that nobody waits in a circle.
        """
        locks = {name: self._asked.setdefault(name, asyncio.Lock()) for name in sorted(key(unit, pair, engine="") for unit in units)}
        async with AsyncExitStack() as stack:
            for lock in locks.values():
                await stack.enter_async_context(lock)
            yield

    async def recall(self, units: Sequence[Segment], pair: Pair, engines: Sequence[str]) -> dict[Segment, Known]:
        """What is known of these segments, of the first of the engines that something is known from."""
        keys = {(unit, name): key(unit, pair, engine=name) for unit in units for name in reversed(engines)}
        known = await asyncio.to_thread(self._memory.recall, frozenset(keys.values())) if keys else {}
        return {unit: Known(known[found], name) for (unit, name), found in keys.items() if found in known}

    async def remember(self, texts: Mapping[Segment, Known], pair: Pair) -> None:
        """Keep verified translations."""
        entries = {key(unit, pair, engine=known.engine): known.text for unit, known in texts.items()}
        if entries:
            await asyncio.to_thread(self._memory.remember, entries)


def unit(segment: Segment) -> Segment:
    """The same segment for all that engines and memory need to tell apart: its pairs, but not which codes they are."""
    opening = codes.openers(segment.codes)
    most = max(codes.numbers(segment.text), default=-1) + 1
    heading = segment.heading if len(segment.text) < _SHORT else ""
    return Segment(text=segment.text, heading=heading, codes=tuple("[" if number in opening else "" for number in range(most)))


def key(unit: Segment, pair: Pair, *, engine: str) -> str:
    """What a translation is remembered under: 128 bits in hexadecimal digits."""
    parts = (canonical(pair.source), canonical(pair.target), engine, " ".join(unit.text.split()), unit.heading)
    return blake2b("\x00".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

"""What is known of engines from one run to the next, so that a command that runs every few minutes need not find it out each time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from aggregator.core.memory import Pair
from aggregator.model import Standing, Verdict
from aggregator.ports.sharing import Sharing
from aggregator.ports.standings import EngineStandings

ALL = Pair("", "")  # of an engine's languages


class Known(NamedTuple):
    """What is known of an engine, and for how long it still holds."""

    verdict: Verdict
    holds: timedelta


class Standings:
    """The store's word on engines. `clock` gives aware times; `versions` are digests of how engines are set up, by name.

    What was found of an engine that was set up in another way says nothing of it as it is now. With `circuits` all processes leave an
    engine alone for a pair of languages after one of them has found that it keeps failing.
    """

    def __init__(
        self, store: EngineStandings, *, clock: Callable[[], datetime], versions: Mapping[str, str], circuits: Sharing | None = None
    ) -> None:
        self._store = store
        self._circuits = circuits
        self._clock = clock
        self._versions = versions

    async def of(self, engine: str, pair: Pair = ALL) -> Known | None:
        """What holds of an engine now, for a pair of languages or for all of them."""
        return await asyncio.to_thread(self.known, engine, pair)

    def known(self, engine: str, pair: Pair = ALL) -> Known | None:
        """The same without waiting in a thread."""
        standing = self._store.standing(engine, source=pair.source, target=pair.target)
        if standing is None or standing.version != self._version(engine) or standing.until <= (now := self._clock()):
            return None
        return Known(standing.verdict, standing.until - now)

    async def note(self, engine: str, verdict: Verdict, pair: Pair = ALL, *, lasts: timedelta) -> None:
        """Keep what was found of an engine."""
        until, version = self._clock() + lasts, self._version(engine)
        noted = Standing(engine=engine, source=pair.source, target=pair.target, verdict=verdict, until=until, version=version)
        await asyncio.to_thread(self._store.note_standing, noted)

    async def pause(self, engine: str, pair: Pair) -> timedelta:
        """For how long an engine is to be left alone for a pair, by what any process has found; zero: it may be asked."""
        if self._circuits is None:
            return timedelta(0)
        now = self._clock()
        until = await asyncio.to_thread(self._circuits.held_until, "circuit", _circuit(engine, pair), now=now)
        return until - now if until else timedelta(0)

    async def open_circuit(self, engine: str, pair: Pair, *, lasts: timedelta) -> None:
        """Let all processes leave an engine alone for a pair of languages."""
        if self._circuits is not None:
            now, hold = self._clock(), self._circuits.hold
            await asyncio.to_thread(hold, "circuit", [_circuit(engine, pair)], holder=engine, now=now, until=now + lasts)

    def _version(self, engine: str) -> str:
        return self._versions.get(engine, "")


def _circuit(engine: str, pair: Pair) -> str:
    return f"{engine} {pair.source} {pair.target}"

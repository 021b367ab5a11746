"""What is known of engines from one run to the next, so that a command that runs every few minutes need not find it out each time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from aggregator.core.memory import Pair
from aggregator.model import Standing, Verdict
from aggregator.ports.standings import EngineStandings

ALL = Pair("", "")  # of an engine's languages


class Known(NamedTuple):
    """What is known of an engine, and for how long it still holds."""

    verdict: Verdict
    holds: timedelta


class Standings:
    """The store's word on engines. `clock` gives aware times; `versions` are digests of how engines are set up, by name.

    What was found of an engine that was set up in another way says nothing of it as it is now.
    """

    def __init__(self, store: EngineStandings, *, clock: Callable[[], datetime], versions: Mapping[str, str]) -> None:
        self._store = store
        self._clock = clock
        self._versions = versions

    async def of(self, engine: str, pair: Pair = ALL) -> Known | None:
        """What holds of an engine now, for a pair of languages or for all of them."""
        standing = await asyncio.to_thread(self._store.standing, engine, source=pair.source, target=pair.target)
        if standing is None or standing.version != self._version(engine) or standing.until <= (now := self._clock()):
            return None
        return Known(standing.verdict, standing.until - now)

    async def note(self, engine: str, verdict: Verdict, pair: Pair = ALL, *, lasts: timedelta) -> None:
        """Keep what was found of an engine."""
        until, version = self._clock() + lasts, self._version(engine)
        noted = Standing(engine=engine, source=pair.source, target=pair.target, verdict=verdict, until=until, version=version)
        await asyncio.to_thread(self._store.note_standing, noted)

    def _version(self, engine: str) -> str:
        return self._versions.get(engine, "")

"""What is done once in a while beside the way of data: after publishing, or by the clock."""

from __future__ import annotations

import asyncio
import logging
import shlex
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from aggregator.core import nodes
from aggregator.errors import AggregatorError
from aggregator.model import Published
from aggregator.runners import programs, surroundings
from aggregator.runners.work import Event, Round
from aggregator.wiring import House, is_shared

log = logging.getLogger(__name__)

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
INDEXED_AT_ONCE = 100  # items from before there was a search index: less than a second
INDEXING = 5.0  # seconds that a command which ends goes on with that


@dataclass(slots=True)
class Chore:
    """Something to do at most `every` so often, and only after something was published that `is_news` to it, unless `always`.

    What was published before this process counts, too: nobody knows whether it was done then.
    """

    name: str
    every: timedelta
    work: Callable[[], Awaitable[None]]
    always: bool = False
    is_news: Callable[[Published], bool] = lambda published: bool(published.written or published.removed)
    wanted: bool = True
    clock: Callable[[], float] = time.monotonic  # seconds
    _began: float = float("-inf")

    def hear(self, event: Event) -> None:
        """Take notice of what is published."""
        self.wanted |= isinstance(event, Published) and self.is_news(event)

    async def tick(self) -> None:
        """Do it if it is time; what fails is logged, and done again when it is time again."""
        now = self.clock()
        if not (self.wanted or self.always) or now - self._began < self.every.total_seconds():
            return
        self.wanted, self._began = False, now
        try:
            await self.work()
        except AggregatorError as error:
            self.wanted = True
            log.error("%s: %s", self.name, error)


def chores(house: House) -> list[Chore]:
    """What the configuration asks for."""
    hugo, git = house.settings.hugo, house.settings.git
    asked = [Chore("prune", DAY, lambda: asyncio.to_thread(_prune, house), always=True)]
    asked.append(Chore("search index", timedelta(0), lambda: asyncio.to_thread(_index_older, house), always=True))
    if is_shared(house.settings):
        asked.append(Chore("nodes", HOUR, lambda: asyncio.to_thread(_forget, house), always=True))
    if house.settings.paths.site:
        asked.append(Chore("index pages", timedelta(0), lambda: asyncio.to_thread(_lay_out, house.lay_out_news), is_news=house.shown.hear))
        asked.append(Chore("lists", MINUTE, lambda: asyncio.to_thread(_lay_out, house.lay_out), is_news=house.shown.hear))
    if git.commit:
        asked.append(Chore("git", git.every, lambda: asyncio.to_thread(_commit, house)))
    if hugo.site:
        command, site = shlex.split(hugo.command), Path(hugo.site)
        asked.append(Chore("hugo", hugo.every, lambda: _build(house, command, site)))
    return asked


def finish(house: House, round: Round) -> None:
    """What follows a round of a command that ends: index pages, search index and one commit. What goes wrong is noted in the round."""
    try:
        until = time.monotonic() + INDEXING
        while house.store.unindexed() and time.monotonic() < until:
            _index_older(house)
        _lay_out(house.lay_out)
        if house.settings.git.commit:
            _commit(house)
    except AggregatorError as error:
        round.unfinished = str(error)


def _prune(house: House) -> None:
    for pruned in house.prune():
        if pruned.items:
            log.warning("%s: %d items and %d documents are not kept any more", pruned.source, pruned.items, pruned.documents)


def _forget(house: House) -> None:
    house.store.forget(before=house.pipeline.clock() - nodes.FORGOTTEN_AFTER)


def _index_older(house: House) -> None:
    house.store.index_older(limit=INDEXED_AT_ONCE)


def _lay_out(lay_out: Callable[[], list[str]]) -> None:
    for path in lay_out():
        log.info("wrote %s", path)


async def _build(house: House, command: Sequence[str], site: Path) -> None:
    for sentence in surroundings.unseen_languages(house.settings):
        log.warning("hugo: %s", sentence)
    await programs.build(command, site)


def _commit(house: House) -> None:
    if changed := programs.commit(house.settings.paths.content):
        log.info("committed %d files", changed)

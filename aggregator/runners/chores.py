"""What is done once in a while beside the way of data: after publishing, or by the clock."""

from __future__ import annotations

import asyncio
import logging
import shlex
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from aggregator.errors import AggregatorError
from aggregator.model import Published
from aggregator.runners import programs
from aggregator.runners.work import Event, Round
from aggregator.wiring import House

log = logging.getLogger(__name__)

DAY = timedelta(days=1)


@dataclass(slots=True)
class Chore:
    """Something to do at most `every` so often, and only after something was published unless it is `always` to be done.

    What was published before this process counts, too: nobody knows whether it was done then.
    """

    name: str
    every: timedelta
    work: Callable[[], Awaitable[None]]
    always: bool = False
    wanted: bool = True
    _began: float = float("-inf")

    def hear(self, event: Event) -> None:
        """Take notice of what is published."""
        self.wanted |= isinstance(event, Published) and bool(event.written or event.removed)

    async def tick(self) -> None:
        """Do it if it is time; what fails is logged, and done again when it is time again."""
        now = time.monotonic()
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
    if house.settings.paths.site:
        asked.append(Chore("index pages", timedelta(0), lambda: asyncio.to_thread(_lay_out, house)))
    if git.commit:
        asked.append(Chore("git", git.every, lambda: asyncio.to_thread(_commit, house)))
    if hugo.site:
        command, site = shlex.split(hugo.command), Path(hugo.site)
        asked.append(Chore("hugo", hugo.every, lambda: programs.build(command, site)))
    return asked


def finish(house: House, round: Round) -> None:
    """What follows a round of a command that ends: index pages, and one commit. What goes wrong is noted in the round."""
    try:
        _lay_out(house)
        if house.settings.git.commit:
            _commit(house)
    except AggregatorError as error:
        round.unfinished = str(error)


def _prune(house: House) -> None:
    for pruned in house.prune():
        if pruned.items:
            log.warning("%s: %d items and %d documents are not kept any more", pruned.source, pruned.items, pruned.documents)


def _lay_out(house: House) -> None:
    for path in house.lay_out():
        log.info("wrote %s", path)


def _commit(house: House) -> None:
    if changed := programs.commit(house.settings.paths.content):
        log.info("committed %d files", changed)

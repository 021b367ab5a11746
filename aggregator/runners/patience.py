"""Ticks that outlast what the world does to them: a full disk, a store that is held, are said once and tried again at the next beat."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from aggregator.errors import AggregatorError

log = logging.getLogger(__name__)

Tick = Callable[[], Awaitable[None]]


def patient(name: str, tick: Tick) -> Tick:
    """The same tick. What it raises on purpose is logged when it begins and when it is over, not at every beat; a fault goes on."""
    said = ""

    async def patiently() -> None:
        nonlocal said
        try:
            await tick()
        except AggregatorError as error:
            if (told := f"{name} waits: {error}") != said:
                log.error("%s", told)
            said = told
        else:
            if said:
                log.warning("%s goes on", name)
            said = ""

    return patiently

"""A host with more sources than it may be asked for in time, and what becomes of everybody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from tests.simulation.day import Plan, simulate
from tests.simulation.memory import MemoryStore
from tests.simulation.report import spread
from tests.simulation.world import BEGAN, World

SOURCES, SHARE = 3_000, 3  # one in so many has a host of its own, the others share one
MINUTES = 5  # in which all become due, as after a restart
HOURS = 0.5


def crowded(*, sources: int = SOURCES, places: int = 20) -> dict[str, Any]:
    """How late, in seconds, the sources of the host and the others are."""
    world, dice = World(sources), Random(1)
    for number, origin in enumerate(world.origins.values()):
        origin.host = "crowded.example" if number % SHARE else f"alone{number}.example"
        origin.settings, origin.failing, origin.strict = 0, 0.0, False
    states = [
        replace(state, url=url, configured_url=url, due_at=BEGAN + timedelta(minutes=MINUTES * dice.random()))
        for state in world.first_states()
        for url in [f"https://{world.origins[state.source].host}/{state.source}"]
    ]
    _, seen = simulate(world, MemoryStore(states), Plan(places=places, hours=HOURS, stops=HOURS, begins=HOURS))
    parts = {"of the host": max(seen.crowds), "others": 1}
    found = {
        name: spread([late for late, crowd in zip(seen.late, seen.crowds, strict=True) if crowd == many]) for name, many in parts.items()
    }
    return {"sources_of_the_host": max(seen.crowds), "places": places, "late": found}

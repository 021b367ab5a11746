"""The same hours on the store in memory and on the real one: claim for claim the same."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from tempfile import TemporaryDirectory

from aggregator.model import PollState
from aggregator.store import SqlStore, open_store
from aggregator.store.engine import Database
from aggregator.store.rows import state_values
from aggregator.store.schema import sources as sources_table
from aggregator.store.statements import put
from tests.simulation.day import Day, Plan, simulate
from tests.simulation.memory import MemoryStore
from tests.simulation.world import World


def compare(*, sources: int, hours: float, places: int = 50) -> int:
    """How many claims there were. Raises AssertionError at the first that differs, or for a state that does at the end."""
    plan = Plan(places=places, hours=hours, stops=hours / 2, begins=hours * 0.7)
    memory = MemoryStore(World(sources).first_states())
    with TemporaryDirectory() as folder, closing(filled(f"sqlite:///{folder}/store.db", World(sources).first_states())) as store:
        mine, theirs = claimed(sources, memory, plan), claimed(sources, store, plan)
        for one, other in zip(mine.claimed, theirs.claimed, strict=True):
            assert one == other
        assert memory.states() == store.states()
    return sum(len(names) for _, names in mine.claimed)


def claimed(sources: int, store: MemoryStore | SqlStore, plan: Plan) -> Day:
    """A day of the same world on this store."""
    world = World(sources)
    list(world.first_states())  # the dice have to have fallen as often
    return simulate(world, store, plan)[0]


def filled(url: str, states: Iterable[PollState]) -> SqlStore:
    """A new store with these states."""
    open_store(url).close()
    with closing(Database(url)) as database, database.write() as connection:
        put(connection, sources_table, [state_values(state) for state in states])
    return open_store(url)

"""Hours of thousands of sources on a clock that jumps: nobody is asked too often, nothing waits long, and what goes wrong is seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.model import Block, Polled, PollState, Source
from aggregator.store import open_store
from tests.simulation import report
from tests.simulation.compare import compare
from tests.simulation.crowded import crowded
from tests.simulation.day import Plan, simulate
from tests.simulation.memory import MemoryStore
from tests.simulation.world import BEGAN, World

POLITE = (1, timedelta(seconds=1))
SHORT = Plan(places=20, hours=0.1, stops=0.1, begins=0.1)
NAMES = ("s0", "s1", "s2", "s3")
HOSTS = ("h0.example", "h1.example")


@pytest.fixture(scope="module")
def found() -> Mapping[str, Any]:
    """Three hours with one of them away."""
    plan, sources = Plan(places=50, hours=3.0, stops=0.75, begins=1.75), 4_000
    world = World(sources)
    return report.figures(*simulate(world, MemoryStore(world.first_states()), plan), plan, sources=sources)


def test_hosts_see_nothing_impolite(found: Mapping[str, Any]) -> None:
    assert found["polls"] > 2_000
    assert {"200", "304", "429", "500", "no answer"} <= set(found["outcomes"])
    assert found["violations"] == {"at once": 0, "without a pause": 0, "inside Retry-After": 0}
    assert found["most_of_a_host_in_a_second"] == 1


def test_sources_are_polled_in_time(found: Mapping[str, Any]) -> None:
    assert found["late"]["p99"] <= 10.0


def test_what_an_outage_left_comes_without_a_burst(found: Mapping[str, Any]) -> None:
    assert found["overdue_at_the_restart"] > 500
    assert found["never_polled_again"] == 0
    assert found["polled_again_after"]["p99"] < 11 * 60  # they are spread over ten minutes
    assert found["most_under_way"] <= 50
    assert found["most_in_a_second"] <= 50


def overdue(world: World) -> list[PollState]:
    """Every source is due at once."""
    return [replace(state, due_at=BEGAN) for state in world.first_states()]


def test_a_crowded_host_holds_up_nobody_else() -> None:
    late = crowded(sources=900)["late"]
    assert late["of the host"]["max"] > 60
    assert late["others"]["max"] <= 5


@pytest.mark.parametrize(
    ("careless", "seen"), [({"per_host": 3}, "at once"), ({"spacing": timedelta(0)}, "without a pause")], ids=lambda value: str(value)
)
def test_a_careless_daemon_is_found_out(careless: dict[str, Any], seen: str) -> None:
    world = World(1_000)
    _, saw = simulate(world, MemoryStore(overdue(world)), replace(SHORT, **careless), polite=POLITE)
    assert saw.violations[seen] > 0


def test_a_store_that_forgets_what_hosts_asked_for_is_found_out() -> None:
    class Forgetful(MemoryStore):
        def save_poll(self, *args: Any, block: Block | None = None, **others: Any) -> None:
            super().save_poll(*args, **others)

    world = World(1_000)
    for origin in world.origins.values():
        origin.strict = True
    _, saw = simulate(world, Forgetful(overdue(world)), SHORT)
    assert saw.violations["inside Retry-After"] > 0


def test_the_store_in_memory_claims_what_the_real_one_does() -> None:
    assert compare(sources=1_000, hours=0.2) > 40


steps = st.one_of(
    st.tuples(st.just("wait"), st.integers(0, 400)),
    st.tuples(st.just("claim"), st.integers(1, 3)),
    st.tuples(st.just("save"), st.sampled_from(NAMES), st.integers(1, 600), st.booleans()),
    st.tuples(st.just("block"), st.sampled_from(NAMES), st.integers(-50, 500)),
    st.tuples(st.just("postpone"), st.sampled_from(NAMES), st.integers(0, 300)),
    st.tuples(st.just("free")),
)


@settings(max_examples=15, deadline=None)
@given(st.lists(steps, max_size=25), st.sampled_from([None, 1, 2]))
def test_whatever_happens_the_same_sources_can_be_claimed(story: Sequence[tuple[Any, ...]], per_host: int | None) -> None:
    urls = {name: f"https://{HOSTS[place % 2]}/{name}" for place, name in enumerate(NAMES)}
    states = [PollState(source=name, url=url, configured_url=url, due_at=BEGAN) for name, url in urls.items()]
    memory, now = MemoryStore(states), BEGAN
    with closing(open_store("sqlite://")) as store:
        store.sync_sources([Source(name=name, url=url) for name, url in urls.items()], now=now)
        for state in states:
            store.save_poll(state, [], [], Polled(source=state.source, at=now, outcome="fetched"))
        for what, *rest in story:
            now += timedelta(seconds=rest[0] if what == "wait" else 0)
            one, other = (act(each, what, rest, now, per_host) for each in (memory, store))  # type: ignore[arg-type]
            assert one == other
        assert memory.states() == store.states()


def act(store: MemoryStore, what: str, rest: Sequence[Any], now: datetime, per_host: int | None) -> object:
    """One step on one of the stores."""
    if what == "wait":
        return None
    if what == "claim":
        return list(store.claim_sources(now=now, limit=rest[0], lease=timedelta(seconds=120), per_host=per_host))
    if what == "free":
        return store.free_claims()
    name, later, *gone = rest
    state = store.states([name])[name]
    if what == "postpone":
        return store.postpone_sources({name: now + timedelta(seconds=later)})
    host, until = HOSTS[NAMES.index(name) % 2], now + timedelta(seconds=later)
    block = Block(host=host, until=until, reason="asked") if what == "block" else None
    after = replace(state, due_at=until, gone=bool(gone and gone[0]))
    return store.save_poll(after, [], [], Polled(source=name, at=now, outcome="fetched"), block=block)

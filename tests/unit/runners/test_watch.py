"""The watch over a whole house on a real store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import feedparser
import pytest

from aggregator import config, wiring
from aggregator.model import Polled, Usage
from aggregator.runners.watch import Watch
from aggregator.wiring import House

TABLE = {
    "site": {"title": "News", "timezone": "UTC"},
    "paths": {"data": "data"},
    "budget": {"characters_per_day": 1000},
    "sources": {name: {"url": f"https://{name}.example/feed"} for name in ("a", "b")},
}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with wiring.open_house(config.from_table(TABLE, folder=tmp_path, environ={})) as house:
        house.sync_sources()
        yield house


def poll(house: House, **fields: object) -> None:
    """Store another state of source a, as a poll would."""
    state = replace(house.store.states()["a"], **fields)  # type: ignore[arg-type]
    house.store.save_poll(state, [], [], Polled(source="a", at=house.pipeline.clock(), outcome="fetched"))


def titles(watch: Watch) -> list[str]:
    watch.note_incidents()
    return [entry.title for entry in feedparser.parse(watch.feed()).entries]


def test_what_goes_wrong_for_long_stands_in_the_feed_until_it_is_over_and_after(house: House) -> None:
    watch = Watch(lambda: house)
    assert titles(watch) == []
    poll(house, gone=True, error="It is gone.")
    now = house.pipeline.clock()
    house.store.spend(Usage(day=now.date(), engine="google", source="a", language="en", characters=900))
    assert sorted(titles(watch)) == ["a is gone", "budget.characters_per_day is used up"]
    before = watch.feed()
    watch.note_incidents()
    assert watch.feed() == before
    poll(house, gone=False)
    assert titles(watch)[0] == "Over: a is gone"


def test_a_daemon_that_is_late_is_not_ready_and_a_server_that_polls_nothing_is(house: House) -> None:
    poll(house, due_at=house.pipeline.clock() - timedelta(hours=1))
    watch = Watch(lambda: house)
    assert watch.readiness().problems == ()
    watch.pulse.beat("poll")
    (problem,) = watch.readiness().problems
    assert problem.startswith("Sources are polled late, the first of them by 60 minutes")


def test_a_store_that_fails_is_told_of_and_metrics_go_on(house: House) -> None:
    watch = Watch(lambda: house)
    assert b"aggregator_store_up 1.0" in watch.exposition()
    assert b'aggregator_budget_limit{bound="budget.characters_per_day",unit="characters"} 1000.0' in watch.exposition()
    with closing(sqlite3.connect(house.settings.paths.data / "store.db")) as connection:
        connection.execute("DROP TABLE jobs")
    (problem,) = watch.readiness().problems
    assert problem.startswith("The store does not answer: ")
    assert b"aggregator_store_up 0.0" in watch.exposition()

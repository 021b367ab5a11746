from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aggregator import config, wiring
from aggregator.errors import StoreError
from aggregator.model import Change, Item, Polled, PollState, Published, Source
from aggregator.runners import work

NOW = datetime(2026, 5, 1, tzinfo=UTC)
ITEM = Item(
    id="00000000-0000-0000-0000-000000000001", source="a", guid="1", url="https://a.example/1", title="News",
    html="<p>x</p>", summary="x", published=NOW, language="en", digest="1",
)  # fmt: skip
REFUSES = "CREATE TRIGGER full BEFORE UPDATE OF stale ON pages WHEN NEW.stale = 0 BEGIN SELECT RAISE(ABORT, 'full'); END"


def test_what_could_not_be_noted_as_published_is_published_as_soon_as_it_can_be(tmp_path: Path) -> None:
    table = {"sources": {"a": {"url": "https://a.example/feed"}}}
    with wiring.open_house(config.from_table(table, folder=tmp_path / "config", environ={})) as house:
        state = PollState(source="a", url="u", configured_url="u", due_at=NOW)
        house.store.save_poll(state, [Change(item=ITEM, kind="new")], [], Polled(source="a", at=NOW, outcome="fetched"))
        owed, done = work.unpublished(house.pipeline), list[Published]()
        with closing(sqlite3.connect(tmp_path / "data" / "store.db")) as database:
            database.execute(REFUSES)
            with pytest.raises(StoreError):
                asyncio.run(work.publish_some(house.pipeline, done.append, owed))
            assert done == []
            database.execute("DROP TRIGGER full")
        asyncio.run(work.publish_some(house.pipeline, done.append, owed))
    assert {published.mark.kind for published in done} == {"page", "feed"}


def test_sources_of_another_configuration_are_left_to_it_and_named_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    table = {"sources": {"a": {"url": "https://a.example/feed"}}}
    with wiring.open_house(config.from_table(table, folder=tmp_path / "config", environ={})) as house:
        others = [Source(name="b", url="https://b.example/feed"), Source(name="c", url="https://c.example/feed")]
        house.store.sync_sources(others, now=NOW)
        polls = work.polls(house.pipeline, [].append, places=2)

        async def look() -> None:
            for _ in range(3):
                await polls.tick()

        asyncio.run(look())
        free = house.store.claim_sources(now=house.pipeline.clock(), lease=house.pipeline.lease, limit=5)
        assert {state.source for state in free} == {"b", "c"}
    assert [record.message.rpartition(": ")[2] for record in caplog.records] == ["b, c"]

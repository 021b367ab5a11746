from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aggregator import config, placing, wiring
from aggregator.errors import StoreError
from aggregator.model import Change, Document, Item, Mark, Polled, PollState, Published, Source
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


def test_what_was_published_before_the_store_refused_is_told_and_not_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placing, "HELD", 1)
    table = {"sources": {"a": {"url": "https://a.example/feed"}}}
    with wiring.open_house(config.from_table(table, folder=tmp_path / "config", environ={})) as house:
        state = PollState(source="a", url="u", configured_url="u", due_at=NOW)
        other = replace(ITEM, id=f"{2:032}", guid="2", url="https://a.example/2")
        changes = [Change(item=item, kind="new") for item in (ITEM, other)]
        house.store.save_poll(state, changes, [], Polled(source="a", at=NOW, outcome="fetched"))
        owed, done = work.unpublished(house.pipeline), list[Published]()
        with closing(sqlite3.connect(tmp_path / "data" / "store.db")) as database:
            database.execute(REFUSES.replace("ON pages", "ON feeds"))
            with pytest.raises(StoreError):
                asyncio.run(work.publish_some(house.pipeline, done.append, owed))
            assert [published.mark.kind for published in done] == ["page", "page"]
            database.execute("DROP TRIGGER full")
        asyncio.run(work.publish_some(house.pipeline, done.append, owed))
    assert [published.mark.kind for published in done] == ["page", "page", "feed", "feed"]


@pytest.mark.parametrize(("held", "expected"), [(1, [1, 1, 1, 1]), (20, [3, 1]), (1000, [4])])
def test_no_more_documents_are_made_than_can_be_held(monkeypatch: pytest.MonkeyPatch, held: int, expected: list[int]) -> None:
    monkeypatch.setattr(placing, "HELD", held)
    made = list[int]()

    def ready() -> Iterator[placing.Ready]:
        for number, size in enumerate((10, 5, 5, 10)):
            made.append(number)
            yield placing.Ready(Mark(kind="page", key=str(number), language="en"), [Document(root="feeds", path="p", data=b"x" * size)])

    sizes = list[int]()
    for some in placing.portions(ready()):
        sizes.append(len(some))
        assert len(made) == sum(sizes)
    assert sizes == expected
    assert list(placing.portions(())) == []


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

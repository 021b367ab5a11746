"""`store copy`: a whole SQLite store into PostgreSQL, every row the same, or nothing at all."""

from __future__ import annotations

import fcntl
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from aggregator.errors import StoreError, StoreLocked
from aggregator.model import Alias, Block, Change, Item, Job, Media, Polled, PollState, Query, Source, Usage, Validators
from aggregator.store import copy, migrate, open_store
from tests.system.conftest import Site
from tests.system.origin import Origin, steady
from tests.system.papers import rss

NOW = datetime(2026, 5, 1, 12, 0, 0, 123456, tzinfo=UTC)
STORE = '[store]\nurl = "{url}"\n\n[fetch]'
SOURCE = '\n[sources.{name}]\nurl = "{url}"\nlanguage = "zh-CN"\n'


def filled(path: Path, *, items: int = 1200) -> str:
    """A store with something odd in most of its tables."""
    url = f"sqlite:///{path}"
    with closing(open_store(url)) as store:
        store.sync_sources([Source(name="a", url="https://a.example/"), Source(name="gone", url="https://g.example/")], now=NOW)
        store.sync_sources([Source(name="a", url="https://a.example/")], now=NOW)
        new = [
            Item(
                id=f"i{number:05}", source="a", guid=f"g{number}", url="https://a.example/\ud83d", title="Zeile\n阿里\0", html="<p>x</p>",
                summary="", published=NOW - timedelta(minutes=number), language="en", digest="d", tags=("x", "é", "'"), authors=("Ä",),
                media=(Media(url="https://a.example/m", type="audio/mpeg"),) if number % 3 else (), image="🦉",
            )
            for number in range(items)
        ]  # fmt: skip
        state = PollState(
            source="a", url="https://a.example/", configured_url="https://a.example/", due_at=NOW, validators=Validators(etag="é")
        )
        jobs = [Job(item_id=item.id, language="de", source="a", digest="d") for item in new[:7]]
        block = Block(host="a.example", until=NOW, reason="status 429")
        polled = Polled(source="a", at=NOW, outcome="fetched", lost=None)
        changes = [Change(item=item, kind="new") for item in new]
        store.save_poll(state, changes, jobs, polled, block=block, aliases=[Alias("n", "a", "i00001")])
        store.spend(Usage(day=NOW.date(), engine="e", source="a", language="de", characters=10**12))
        store.fill_archives(feed="a", language="en", size=100, limit=3)
    return url


def test_every_row_arrives_and_is_compared(tmp_path: Path, url: str) -> None:
    old = filled(tmp_path / "store.db")
    copied = {each.table: each for each in copy(old, url)}
    assert copied["items"].rows == 1200
    assert copied["jobs"].rows == 7
    filled_ones = {name for name, each in copied.items() if each.rows}
    assert filled_ones >= {"sources", "polls", "hosts", "items", "aliases", "jobs", "pages", "feeds", "feed_pages", "archives", "usage"}
    assert {"usage", "engines", "incidents", "segments", "translations", "topics", "subscriptions"} <= set(copied)
    with closing(open_store(old)) as before, closing(open_store(url)) as after:
        ids = [f"i{number:05}" for number in range(1200)]
        assert after.items(ids) == before.items(ids)
        assert after.states() == before.states()
        assert after.pending_jobs() == before.pending_jobs()
        assert after.usage(since=NOW.date()) == before.usage(since=NOW.date())
        assert after.counts() == before.counts()
        assert after.unindexed() == 1200
        after.index_older(limit=10)
        assert len(after.find(Query(text="阿里")).ids) == 10
    again = f"sqlite:///{tmp_path / 'back' / 'store.db'}"
    assert {each.table: each for each in copy(url, again)} == copied  # and back: the same digests


def test_a_store_that_is_not_empty_is_left_alone(tmp_path: Path, url: str) -> None:
    old = filled(tmp_path / "store.db", items=3)
    with closing(open_store(url)) as store:
        store.sync_sources([Source(name="mine", url="https://m.example/")], now=NOW)
    with pytest.raises(StoreError, match=r"is not empty \(there are rows in sources\)"):
        copy(old, url)
    with closing(open_store(url)) as store:
        assert list(store.states()) == ["mine"]
        assert store.counts()["items"] == 0


def test_what_differs_is_found_and_nothing_is_copied(tmp_path: Path, url: str) -> None:
    old = filled(tmp_path / "store.db", items=30)
    migrate(url)
    spoil = "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.title = NEW.title || '!'; RETURN NEW; END $$"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(spoil)
        connection.execute("CREATE TRIGGER spoil BEFORE INSERT ON items FOR EACH ROW WHEN (NEW.id = 'i00017') EXECUTE FUNCTION spoil()")
    with pytest.raises(StoreError, match="the 30 rows of items there are not the 30 of"):
        copy(old, url)
    with closing(open_store(url)) as store:
        assert (store.counts()["items"], store.states()) == (0, {})


def test_a_store_that_somebody_is_at_work_on_is_not_copied(tmp_path: Path, url: str) -> None:
    old = filled(tmp_path / "store.db", items=1)
    with (tmp_path / "claims.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        with pytest.raises(StoreLocked, match="stop it first"):
            copy(old, url)
    assert next(each for each in copy(old, url) if each.table == "items").rows == 1


def test_a_store_of_one_machine_becomes_one_of_many(site: Site, origin: Origin, url: str) -> None:
    sources = "".join(
        SOURCE.format(name=name, url=origin.route(f"/{name}", steady(rss(range(3), host=f"{name}.example"), etag='"1"')))
        for name in ("one", "two")
    )
    site.configure(sources)
    assert site.run("fetch", "--all").returncode == 0
    before, (counts,) = site.files(), site.lines("status")
    config = site.config.read_text(encoding="utf-8")
    site.config.write_text(config.replace("[fetch]", STORE.format(url=url)), encoding="utf-8")
    done = site.run("store", "copy", "data/store.db")
    assert done.returncode == 0, done.stderr
    assert "items" in done.stdout
    assert [row["outcome"] for row in site.lines("fetch", "one", "two")] == ["not modified"] * 2
    after = site.lines("status")[0]
    assert {key: after[key] for key in ("items", "translations", "jobs", "marks")} == {
        key: counts[key] for key in ("items", "translations", "jobs", "marks")
    }
    assert site.files() == before
    again = site.run("store", "copy", "data/store.db")
    assert again.returncode == 1
    assert "is not empty" in again.stderr

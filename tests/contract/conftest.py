"""One store of each sort for the contract: a SQLite file, SQLite in memory, and PostgreSQL where it can be started."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.model import Change, Item, Job, Polled, PollState, Source, Translation
from aggregator.store import SqlStore, open_store

NOW = datetime(2026, 5, 1, 12, 0, 0, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["sqlite-file", "sqlite-memory", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite-file":
        return f"sqlite:///{tmp_path / 'store.db'}"
    if request.param == "sqlite-memory":
        return "sqlite://"
    url: str = request.getfixturevalue("postgresql")
    _empty(url)
    return url


@pytest.fixture
def store(store_url: str) -> Iterator[SqlStore]:
    with closing(open_store(store_url)) as store:
        yield store


@pytest.fixture
def other(store: SqlStore, store_url: str) -> Iterator[SqlStore]:
    """The same store as another process has it; in memory there is only the one."""
    if store_url == "sqlite://":
        yield store
        return
    with closing(open_store(store_url)) as other:
        yield other


def _empty(url: str) -> None:
    import psycopg
    from psycopg import sql

    with psycopg.connect(url, autocommit=True) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'")
        for (table,) in tables.fetchall():
            connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.Identifier(table)))


@dataclass(frozen=True)
class Making:
    """Nouns with everything in them that a test does not care about."""

    now: datetime = NOW
    minute: timedelta = MINUTE

    def item(self, number: int = 1, **fields: object) -> Item:
        known = {"guid": f"g{number}", "url": f"https://a.example/{number}", "title": f"Title {number}", "html": "<p>x</p>", "summary": "x"}
        dated = {"published": NOW - timedelta(hours=number), "language": "en", "digest": f"d{number}", "source": "a"}
        return Item(**({"id": f"id-{number:04}"} | known | dated | fields))

    def job(self, item: Item, language: str = "zh-CN", **fields: object) -> Job:
        return Job(**({"item_id": item.id, "language": language, "source": item.source, "digest": item.digest} | fields))

    def translation(self, job: Job, **fields: object) -> Translation:
        text = {"title": "T", "summary": "S", "body": "B", "engine": "e", "made_at": NOW}
        return Translation(**({"item_id": job.item_id, "language": job.language, "of_digest": job.digest} | text | fields))

    def state(self, source: str = "a", **fields: object) -> PollState:
        return PollState(**({"source": source, "url": "u", "configured_url": "u", "due_at": NOW + MINUTE, "polled_at": NOW} | fields))

    def polled(self, source: str = "a", **fields: object) -> Polled:
        return Polled(**({"source": source, "at": NOW, "outcome": "fetched"} | fields))

    def sources(self, *names: str) -> list[Source]:
        return [Source(name=name, url=f"https://{name}.example/feed") for name in names]

    def save(self, store: SqlStore, *items: Item, jobs: tuple[Job, ...] = (), source: str = "a") -> None:
        """One poll that brought these items."""
        known = store.known([item.id for item in items])
        changes = [Change(item=item, kind="updated" if item.id in known else "new") for item in items]
        store.save_poll(self.state(source), changes, jobs, self.polled(source))

    def claim_job(self, store: SqlStore, now: datetime = NOW) -> Job:
        (job,) = store.claim_jobs(now=now, limit=1, lease=MINUTE)
        return job

    def translate(self, store: SqlStore, item: Item, language: str = "zh-CN") -> None:
        """Ask for one translation and store it."""
        store.add_jobs([self.job(item, language)])
        (job,) = [job for job in store.claim_jobs(now=NOW, limit=100, lease=MINUTE) if job.language == language]
        store.save_translation(job, self.translation(job))

    def marks(self, store: SqlStore) -> set[tuple[str, str, str]]:
        """What is out of date, which is then published and no longer so."""
        marks = store.claim_marks(now=NOW, limit=10_000, lease=MINUTE)
        store.clear_marks(marks)
        return {(mark.kind, mark.key, mark.language) for mark in marks}


@pytest.fixture
def make() -> Making:
    return Making()

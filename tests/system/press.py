"""Everything from the store on, in this process: real store, pipeline, publishers and files, on a clock that a test moves."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from aggregator import archiving
from aggregator.core.volatile import text_digest
from aggregator.fetch.client import HttpFetcher
from aggregator.model import Change, Item, Job, Polled, PollState, Published, Retention, Source, Translation
from aggregator.pipeline import LEASE, Pipeline
from aggregator.pruning import prune
from aggregator.publishers import files, together
from aggregator.publishers.feeds import FeedPublisher
from aggregator.publishers.markdown import MarkdownPublisher
from aggregator.store import SqlStore, open_store
from aggregator.translators.router import Router
from tests.system.days import LIMITS, Here

BEGAN = datetime(2026, 5, 1, tzinfo=UTC)
BASE = "https://me.example"
SOURCE = Source(name="paper", url="https://paper.example/feed", title="The Paper", folder="paper", translate_to=("en", "fr"))


def item(number: int, **fields: object) -> Item:
    """An item of the paper in Chinese, a minute after the one before it."""
    title, text = f"第 {number} 条新闻", f"软件的第 {number} 条新闻。"
    known = Item(
        id=str(uuid5(NAMESPACE_URL, str(number))), source=SOURCE.name, guid=str(number), url=f"https://paper.example/{number}", title=title,
        html=f"<p>{text}</p><p>{text}</p>", summary=text, published=BEGAN + timedelta(minutes=number), language="zh-CN",
        tags=("markets",), digest=text_digest(title, text),
    )  # fmt: skip
    return replace(known, **fields)


def add_tags(database: sqlite3.Connection, tags: Sequence[str], *, like: str) -> None:
    """Let the feeds of these tags be as that of another one, published and all, in the database itself."""
    for table, name in (("feeds", "name"), ("feed_pages", "feed")):
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        values = ", ".join("?" if column == name else column for column in columns)
        copied = f"INSERT INTO {table} SELECT {values} FROM {table} WHERE {name} = ?"
        database.executemany(copied, [(f"tag/{tag}", f"tag/{like}") for tag in tags])


@dataclass
class Press:
    """A store and what is published of it below `folder`."""

    folder: Path
    store: SqlStore
    now: datetime = BEGAN + timedelta(days=30)
    limit: int = 10
    hub: str = ""
    base_url: str = BASE

    @property
    def roots(self) -> dict[str, Path]:
        return {"content": self.folder / "content", "feeds": self.folder / "feeds"}

    @cached_property
    def pipeline(self) -> Pipeline:
        """The parts, put together."""
        fetcher = HttpFetcher(spacing=timedelta(0))
        return Pipeline(
            store=self.store, fetcher=fetcher, page_fetcher=fetcher, reader=Here(),
            sources={SOURCE.name: SOURCE}, router=Router({}, [], memory=self.store),
            publishers=(MarkdownPublisher(zone=ZoneInfo("Asia/Shanghai")), FeedPublisher(base_url=self.base_url, hub=self.hub)),
            write=lambda asked: together.write(asked, self.roots),
            erase=lambda document, path: files.erase(document, self.roots[document.root], path=path),
            present=lambda root, path: files.present(self.roots[root], path), limits=LIMITS, site_title="Site", site_link=self.base_url,
            feed_limit=self.limit, hub=self.hub, clock=lambda: self.now, dice=lambda: 0.0,
        )  # fmt: skip

    def bring(self, *items: Item) -> None:
        """One poll that brought these items."""
        known = self.store.known([one.id for one in items])
        changes = [Change(item=one, kind="updated" if one.id in known else "new") for one in items]
        state = PollState(source=SOURCE.name, url=SOURCE.url, configured_url=SOURCE.url, due_at=self.now, polled_at=self.now)
        self.store.save_poll(state, changes, [], Polled(source=SOURCE.name, at=self.now, outcome="fetched"))
        self.now += timedelta(seconds=1)

    def translate(self, one: Item, language: str = "en") -> None:
        """A translation that arrives now."""
        self.store.add_jobs([Job(item_id=one.id, language=language, source=one.source, digest=one.digest)])
        (job,) = self.store.claim_jobs(now=self.now, limit=1, lease=LEASE)
        texts = {"title": f"News {one.guid}", "summary": f"Summary {one.guid}", "body": f"First {one.guid}.\n\nSecond."}
        made = Translation(
            item_id=one.id, language=language, **texts, engine="pseudo", of_digest=one.digest, made_at=self.now, verified=True,
        )  # fmt: skip
        self.store.save_translation(job, made)
        self.now += timedelta(seconds=1)

    def retain(self, *, items: int, age: timedelta | None = None) -> None:
        """Take away what is beyond the newest items, or too old."""
        source = replace(SOURCE, retention=Retention(items=items, age=age))
        prune(replace(self.pipeline, sources={source.name: source}))

    def publish(self) -> list[Published]:
        """Bring everything up to date."""
        return [published for marks in iter(self._claimed, []) for published in archiving.publish(self.pipeline, marks)]

    def _claimed(self) -> list[object]:
        return list(self.store.claim_marks(now=self.now, limit=8, lease=LEASE))  # type: ignore[arg-type]

    def files(self) -> Mapping[str, tuple[bytes, int]]:
        """Bytes and time of the last change of every file, by path below the folder."""
        paths = (path for path in sorted(self.folder.rglob("*")) if path.is_file() and path.suffix not in (".db", ".db-wal", ".db-shm"))
        return {str(path.relative_to(self.folder)): (path.read_bytes(), path.stat().st_mtime_ns) for path in paths}


@contextmanager
def press(folder: Path, **options: object) -> Iterator[Press]:
    """A press with a store of its own."""
    with closing(open_store(f"sqlite:///{folder / 'store.db'}")) as store:
        yield Press(folder, store, **options)  # type: ignore[arg-type]

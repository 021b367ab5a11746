"""The pages around the feeds are laid out again when what they say has changed, not whenever something is published."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator import archiving, config
from aggregator.model import Change, Item, Job, Polled, PollState, Translation
from aggregator.runners.chores import Chore, chores
from aggregator.wiring import House, open_house
from tests.system.press import item

NOW = datetime(2026, 6, 1, tzinfo=UTC)
TABLE = {
    "site": {"title": "T", "base_url": "https://me.example", "languages": ["fr"]},
    "paths": {"site": "public", "feeds": "public/feeds", "data": "data"},
    "sources": {"paper": {"url": "https://paper.example/feed", "retention": {"items": 2}}},
}


@dataclass
class Work:
    """A house with a site, and its chore."""

    house: House
    chore: Chore = field(init=False)

    def __post_init__(self) -> None:
        (self.chore,) = (chore for chore in chores(self.house) if chore.name == "index pages")
        self.house.store.sync_sources(self.house.settings.sources, now=NOW)
        self.bring(item(0))
        self.publish()
        asyncio.run(self.chore.tick())

    def bring(self, *items: Item, title: str = "", renamed: tuple[str, ...] = ()) -> None:
        state = PollState(source="paper", url="u", configured_url="u", due_at=NOW, polled_at=NOW, title=title)
        changes = [Change(item=one, kind="new") for one in items]
        self.house.store.save_poll(state, changes, [], Polled(source="paper", at=NOW, outcome="fetched"), renamed=renamed)

    def translate(self, one: Item) -> None:
        self.house.store.add_jobs([Job(item_id=one.id, language="fr", source=one.source, digest=one.digest)])
        (job,) = self.house.store.claim_jobs(now=NOW, limit=1, lease=timedelta(1))
        made = Translation(
            item_id=one.id, language="fr", title="T", summary="S", body="B", engine="e", of_digest=one.digest, made_at=NOW
        )  # fmt: skip
        self.house.store.save_translation(job, made)

    def publish(self) -> int:
        """Publish what is out of date, with the chore listening. Returns how many documents were written."""
        written = 0
        while marks := self.house.store.claim_marks(now=NOW, limit=100, lease=timedelta(1)):
            for event in archiving.publish(self.house.pipeline, list(marks)):
                written += len(event.written)
                self.chore.hear(event)
        return written

    @property
    def index(self) -> str:
        """The index page after the chore had its turn."""
        asyncio.run(self.chore.tick())
        return (self.house.settings.paths.site or Path()).joinpath("index.html").read_text("utf-8")


@contextmanager
def working(folder: Path) -> Iterator[Work]:
    with open_house(config.from_table(TABLE, folder=folder, environ={})) as house:
        yield Work(house)


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Work]:
    with working(tmp_path) as work:
        yield work


def test_news_in_feeds_that_are_listed_are_none_for_the_index(work: Work) -> None:
    work.bring(item(1))
    assert work.publish() > 0
    assert not work.chore.wanted


def test_a_new_tag_is(work: Work) -> None:
    work.bring(item(1, tags=("bonds",)))
    work.publish()
    assert work.chore.wanted
    assert "tag/bonds.rss" in work.index
    work.bring(item(2, tags=("bonds",)))
    assert work.publish() > 0
    assert not work.chore.wanted


def test_a_new_language_is_and_its_bilingual_feeds(work: Work) -> None:
    work.translate(item(0))
    work.publish()
    assert work.chore.wanted
    assert "feeds/fr/all.bilingual.rss" in work.index


def test_a_new_title_is(work: Work) -> None:
    work.bring(title="The <Paper>", renamed=("paper",))
    work.publish()
    assert work.chore.wanted
    assert '<th scope="row">The &lt;Paper&gt;</th>' in work.index


def test_a_feed_that_has_lost_its_last_item_is(work: Work) -> None:
    work.bring(item(1, tags=("bonds",)), item(2), item(3))
    work.publish()
    assert "tag/bonds.rss" in work.index
    work.house.prune()
    work.publish()
    assert work.chore.wanted
    assert "tag/bonds.rss" not in work.index


def test_what_was_published_before_this_process_is_laid_out_once(work: Work, tmp_path: Path) -> None:
    (tmp_path / "public" / "index.html").unlink()
    (again,) = (chore for chore in chores(work.house) if chore.name == "index pages")
    asyncio.run(again.tick())
    assert (tmp_path / "public" / "index.html").exists()
    assert not again.wanted

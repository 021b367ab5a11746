"""The operations feed, read back by a feed reader's parser."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import feedparser

from aggregator.model import Incident
from aggregator.publishers.incidents import atom

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LASTING = Incident(kind="failing", subject="a", key="k", began=NOW, updated=NOW + HOUR, title="a can't be polled", text="No answer.")
LOST = Incident(kind="lost", subject="b", key="k", began=NOW, updated=NOW, ended=NOW, title="b: up to 3 items may be lost", text="")
SITE = {"title": "News", "base_url": "https://news.example"}


def test_the_last_changed_stands_first_and_ids_and_dates_are_those_of_the_incidents() -> None:
    read = feedparser.parse(atom([LOST, LASTING], **SITE))
    assert (read.bozo, read.feed.title, read.feed.updated) == (False, "News: operations", "2026-05-01T13:00:00+00:00")
    assert [link.href for link in read.feed.links] == ["https://news.example/operations.atom"]
    assert [entry.title for entry in read.entries] == ["a can't be polled", "b: up to 3 items may be lost"]
    assert [entry.published for entry in read.entries] == ["2026-05-01T12:00:00+00:00"] * 2
    assert len({entry.id for entry in read.entries}) == 2


def test_an_end_is_an_update_of_the_same_entry() -> None:
    (begun,) = feedparser.parse(atom([LASTING], **SITE)).entries
    (over,) = feedparser.parse(atom([replace(LASTING, ended=NOW + 2 * HOUR, updated=NOW + 2 * HOUR)], **SITE)).entries
    assert (over.id, over.published, over.title) == (begun.id, begun.published, "Over: a can't be polled")
    assert over.updated > begun.updated


def test_the_bytes_depend_on_the_incidents_alone_and_nothing_in_them_breaks_the_feed() -> None:
    hostile = replace(LASTING, key="other", title="<script>\x00\x1b[2J\ud800", text="]]>&\x08 ")
    assert atom([LASTING, LOST, hostile], **SITE) == atom([hostile, LOST, LASTING], **SITE)
    read = feedparser.parse(atom([hostile], title="\x00", base_url=""))
    assert not read.bozo
    assert feedparser.parse(atom([], **SITE)).feed.updated == "1970-01-01T00:00:00+00:00"

"""What is told later of a stored article reaches it: by the publisher, and by the configuration; through the real pipeline and store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.model import Item, Source
from aggregator.store import open_store
from tests.system.days import MONDAY, Days
from tests.system.origin import Origin, plain

LOCAL = datetime(2024, 4, 28, 10, 0, tzinfo=UTC)
ENTRY = (
    "<item><guid isPermaLink='false'>{0}</guid><title>Número {0}</title><description>El texto de {0}.</description>"
    "<pubDate>2024-04-28 10:00:0{0}</pubDate>{1}</item>"
)


def rss(*more: str) -> bytes:
    entries = "".join(ENTRY.format(number, told) for number, told in enumerate(more, start=1))
    return f"<rss version='2.0'><channel><title>T</title><link>https://paper.example/</link>{entries}</channel></rss>".encode()


@pytest.fixture
def days(tmp_path: Path) -> Iterator[Days]:
    with Origin(address="") as origin:
        yield Days(origin=origin, folder=tmp_path, sources=[Source(name="s", url=origin.url("/s"), translate_to=("de",))])


def poll(days: Days) -> tuple[int, int, int]:
    days.now += timedelta(hours=1)
    days.poll(["s"])
    row = days.polled[-1]
    return row.new, row.updated, row.jobs


def stored(days: Days) -> list[Item]:
    with closing(open_store(f"sqlite:///{days.folder / 'store.db'}")) as store:
        return sorted(store.search(), key=lambda item: item.guid)


def test_a_link_an_enclosure_and_a_category_that_come_later_are_taken_over_and_nothing_is_translated_for_them(days: Days) -> None:
    days.origin.route("/s", plain(200, rss("", "", "")))
    assert poll(days)[:2] == (3, 0)
    link, sound = "<link>https://paper.example/1</link>", "<enclosure url='https://paper.example/2.mp3' type='audio/mpeg' length='9'/>"
    days.origin.route("/s", plain(200, rss(link, sound, "<category>economy</category>")))
    assert poll(days) == (0, 3, 0)
    first, second, third = stored(days)
    assert (first.url, second.media[0].url, third.tags) == ("https://paper.example/1", "https://paper.example/2.mp3", ("economy",))
    assert {(item.revision, item.amended, item.updated) for item in (first, second, third)} == {(0, 1, None)}
    days.origin.route("/s", plain(200, rss(link, sound, "<category>economy</category>") + b" "))
    assert poll(days) == (0, 0, 0)


def test_language_time_zone_and_tags_of_the_configuration_reach_what_is_stored(days: Days) -> None:
    """Though the origin would say that nothing is new."""
    days.origin.route("/s", plain(200, rss("", ""), etag='"1"'))
    assert poll(days)[:2] == (2, 0)
    assert {(item.language, item.published.hour) for item in stored(days)} == {("und", 10)}
    days.sources = [replace(days.sources[0], language="es", timezone="Asia/Shanghai", tags=("world",))]
    assert poll(days) == (0, 2, 2)
    assert {(item.language, item.published.hour, item.tags) for item in stored(days)} == {("es", 2, ("world",))}
    with closing(open_store(f"sqlite:///{days.folder / 'store.db'}")) as store:
        assert len(store.newest(feed="s", language="es", limit=9)) == len(store.newest(feed="tag/world", language="es", limit=9)) == 2
        assert not store.newest(feed="s", language="und", limit=9)
    assert poll(days) == (0, 0, 0)
    moved = rss("", "").replace(b"10:00", b"12:00")
    days.origin.route("/s", plain(200, moved, etag='"2"'))
    assert poll(days) == (0, 0, 0)
    assert {item.published.hour for item in stored(days)} == {2}


def test_items_without_text_get_it_from_their_pages_when_full_text_is_set_later(days: Days) -> None:
    link = "<link>https://paper.example/{}</link>"
    body = rss(link.format(1), link.format(2), "").replace(b"El texto de 1.", b"").replace(b"El texto de 3.", b"")
    days.origin.route("/s", plain(200, body, etag='"1"'))
    assert poll(days) == (3, 0, 3)
    days.sources = [replace(days.sources[0], full_text="article")]
    assert poll(days) == (0, 0, 1)
    with closing(open_store(f"sqlite:///{days.folder / 'store.db'}")) as store:
        assert [store.items([job.item_id])[job.item_id].url for job in store.pending_jobs() if not job.language] == [
            "https://paper.example/1"
        ]
    assert poll(days) == (0, 0, 0)


def test_a_form_of_dates_that_is_given_later_dates_what_was_undated_once(days: Days) -> None:
    body = rss("", "").replace(b"2024-04-28 10:00:0", b"04/03/2024 10:00:0")
    days.origin.route("/s", plain(200, body))
    poll(days)
    assert [item.flags for item in stored(days)] == [("undated",)] * 2
    days.sources = [replace(days.sources[0], options={"date_format": "%d/%m/%Y %H:%M:%S"})]
    assert poll(days)[:2] == (0, 2)
    assert [item.published for item in stored(days)] == [datetime(2024, 3, 4, 10, 0, second, tzinfo=UTC) for second in (1, 2)]
    days.sources = [replace(days.sources[0], options={"date_format": "%m/%d/%Y %H:%M:%S"})]
    poll(days)
    assert [item.published.month for item in stored(days)] == [3, 3]


def test_documents_of_the_reference_format_keep_their_dates(days: Days) -> None:
    days.sources = [replace(days.sources[0], profile="compat", language="es")]
    days.origin.route("/s", plain(200, rss("")))
    poll(days)
    days.sources = [replace(days.sources[0], timezone="Asia/Shanghai")]
    assert poll(days) == (0, 0, 0)
    assert [item.published for item in stored(days)] == [LOCAL.replace(second=1)]
    assert days.now < MONDAY + timedelta(days=1)

"""Entries that have not changed are not read again, and everything comes out as if they were."""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aggregator.model import PollState, Source
from aggregator.store import open_store
from tests.system.days import HOUR, MONDAY, Days, Here
from tests.system.origin import Asked, Origin, Wire, answer

MINUTE = timedelta(minutes=1)


@pytest.fixture
def days(tmp_path: Path) -> Iterator[Days]:
    with Origin() as origin:
        yield Days(origin=origin, folder=tmp_path, sources=[Source(name="s", url=origin.url("/feed"))])


def entry(number: object, *, text: str = "Text", title: str = "Item", minute: int | None = None, guid: object = None) -> str:
    date = "" if minute is None else f"<pubDate>{MONDAY + minute * MINUTE:%a, %d %b %Y %H:%M:%S} GMT</pubDate>"
    return (
        f"<item><guid>{guid or number}</guid><title>{title} {number}</title><link>https://example.org/{number}</link>{date}"
        f"<description>{text} of {number}.</description></item>"
    )


def rss(*entries: str, head: str = "") -> bytes:
    top = "<title>T</title><link>https://example.org/</link><lastBuildDate>{}</lastBuildDate>"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{top}{head}{" ".join(entries)}</channel></rss>'.encode()


def shows(days: Days, body: bytes, *, status: int = 200, etag: str = "") -> None:
    """What the origin has from now on; with an entity tag it answers 304 to whoever sends it."""

    def scenario(asked: Asked, wire: Wire) -> None:
        same = etag and asked.header("if-none-match") == etag
        wire.send(answer(304, etag=etag) if same else answer(status, body, content_type="application/rss+xml", etag=etag))

    days.origin.route("/feed", scenario)


def poll(days: Days, body: bytes | None = None, **answered: Any) -> tuple[int, int, int, int]:
    """An hour later: how many entries were read, how many there were, how many were new and how many updated."""
    if body is not None:
        shows(days, body, **answered)
    days.now += HOUR
    days.reader.read_last = 0
    days.poll(["s"])
    polled = days.polled[-1]
    assert polled.outcome != "failed", polled.error
    return days.reader.read_last, polled.entries, polled.new, polled.updated


def state(days: Days) -> PollState:
    with closing(open_store(f"sqlite:///{days.folder / 'store.db'}")) as store:
        return store.states()["s"]


def rows(days: Days, query: str = "SELECT * FROM items ORDER BY id") -> list[Any]:
    with closing(sqlite3.connect(days.folder / "store.db")) as connection, connection:
        return connection.execute(query).fetchall()


def titles(days: Days) -> list[str]:
    return sorted(title for (title,) in rows(days, "SELECT title FROM items"))


def test_only_what_is_new_or_changed_is_read(days: Days) -> None:
    one, two, three = entry(1), entry(2), entry(3)
    assert poll(days, rss(two, one)) == (2, 2, 2, 0)
    assert poll(days, rss(three, two, one)) == (1, 3, 1, 0)
    assert poll(days, rss(three, entry(2, text="Another text"), one)) == (1, 3, 0, 1)
    assert poll(days, rss(one, three)) == (0, 2, 0, 0)
    assert titles(days) == ["Item 1", "Item 2", "Item 3"]


def test_an_entry_that_goes_back_to_what_it_was_is_read_again(days: Days) -> None:
    poll(days, rss(entry(1), entry(2)))
    assert poll(days, rss(entry(1, text="Wrong"), entry(2))) == (1, 2, 0, 1)
    assert poll(days, rss(entry(1), entry(2))) == (1, 2, 0, 1)


def test_an_item_that_was_removed_stays_away_and_is_read_once_more_only(days: Days) -> None:
    poll(days, rss(entry(1), entry(2)))
    rows(days, "DELETE FROM items WHERE title = 'Item 1'")
    assert poll(days, rss(entry(1), entry(2), entry(3))) == (3, 3, 1, 0)
    assert poll(days, rss(entry(1), entry(2), entry(3), entry(4))) == (1, 4, 1, 0)
    assert titles(days) == ["Item 2", "Item 3", "Item 4"]


@pytest.mark.parametrize(
    "change", [{"profile": "compat"}, {"identity": "link"}, {"strip": ("^Text",)}, {"tags": ("x",)}, {"title": "Other"}, {"full_text": "p"}]
)
def test_with_other_settings_everything_is_asked_for_and_read_again_once(days: Days, change: dict[str, Any]) -> None:
    poll(days, rss(entry(1), entry(2)), etag='"1"')
    assert poll(days) == (0, 0, 0, 0)
    days.sources = [replace(days.sources[0], language="en", **change)]
    assert poll(days)[:2] == (2, 2)
    assert poll(days) == (0, 0, 0, 0)
    assert [asked.header("if-none-match") for asked in days.origin.log] == [None, '"1"', None, '"1"']


def test_other_times_and_languages_to_translate_into_are_no_reason_to_ask_for_everything(days: Days) -> None:
    poll(days, rss(entry(1)), etag='"1"')
    days.sources = [replace(days.sources[0], every=HOUR, translate_to=("fr",), headers={"X-Key": "k"})]
    assert poll(days) == (0, 0, 0, 0)
    assert days.origin.log[-1].header("if-none-match") == '"1"'


def test_what_a_rule_left_out_comes_when_the_rule_goes(days: Days) -> None:
    days.sources = [replace(days.sources[0], exclude={"title": "Item 1"})]
    assert poll(days, rss(entry(1), entry(2))) == (2, 2, 1, 0)
    assert poll(days, rss(entry(1), entry(2), entry(3))) == (1, 3, 1, 0)
    assert days.polled[-1].skipped == 1
    days.sources = [replace(days.sources[0], exclude={})]
    assert poll(days) == (3, 3, 1, 0)
    assert titles(days) == ["Item 1", "Item 2", "Item 3"]


def test_an_entry_that_could_not_be_read_is_tried_again(days: Days) -> None:
    broken = entry(1, guid="b" * 2**14)
    assert poll(days, rss(broken, entry(2))) == (2, 2, 1, 0)
    assert days.polled[-1].broken == 1
    assert poll(days, rss(broken, entry(2), entry(3))) == (2, 3, 1, 0)
    assert days.polled[-1].broken == 1


def test_of_two_entries_with_one_id_each_is_read_again_and_stays_itself(days: Days) -> None:
    first, second = entry(1, guid="x"), entry(2, guid="x")
    poll(days, rss(first, second))
    assert poll(days, rss(first, entry(2, guid="x", text="Edited"), entry(3))) == (3, 3, 1, 1)
    assert poll(days, rss(entry(1, guid="x", text="Edited"), entry(2, guid="x"), entry(3))) == (2, 3, 0, 2)
    assert titles(days) == ["Item 1", "Item 2", "Item 3"]


def test_an_entry_of_the_future_is_read_until_its_time_has_come(days: Days) -> None:
    ahead, there = entry(1, minute=150), entry(2, minute=0)
    assert poll(days, rss(ahead, there))[0] == 2
    assert poll(days, rss(ahead, there, head=" "))[0] == 1
    assert poll(days, rss(ahead, there, head="  "))[0] == 1
    assert poll(days, rss(ahead, there, head="   "))[0] == 0


def test_a_delta_adds_to_what_is_known_and_an_old_form_in_it_is_forgotten(days: Days) -> None:
    poll(days, rss(entry(2), entry(1)), etag='"1"')
    shows(days, rss(entry(1, text="Edited"), entry(3)), status=226)
    assert poll(days) == (2, 2, 1, 1)
    assert poll(days, rss(entry(3), entry(2), entry(1))) == (1, 3, 0, 1)
    assert poll(days, rss(entry(4), entry(3), entry(2), entry(1))) == (1, 4, 1, 0)


def test_what_the_document_asks_for_goes_on_holding_while_it_stays_the_same(days: Days) -> None:
    poll(days, rss(entry(1), head="<ttl>120</ttl>").replace(b"{}", b"Mon"))
    assert poll(days, rss(entry(1), head="<ttl>120</ttl>").replace(b"{}", b"Tue")) == (0, 1, 0, 0)
    assert state(days).ttl == 2 * HOUR
    poll(days, rss(entry(1), head="<ttl>240</ttl>"))
    assert state(days).ttl == 4 * HOUR


def test_unchanged_entries_are_no_gap_and_are_still_marked(days: Days) -> None:
    poll(days, rss(*map(entry, range(10))))
    poll(days, rss(*map(entry, range(1, 11))))
    assert (days.polled[-1].pages, days.polled[-1].lost) == (0, 0)
    whole = Here(forgetful=True)
    marks, days.reader = state(days).seen, whole
    poll(days, rss(*map(entry, range(1, 11)), head=" "))
    assert {mark.split()[0] for mark in marks} == {mark.split()[0] for mark in state(days).seen}
    poll(days, rss(*map(entry, range(50, 60))))
    assert days.polled[-1].lost is None


# the same as when everything is read


class History:
    """A publisher's day: entries come, are edited, go, come back, change their order; two may have one id, some have no date."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.shown: list[dict[str, Any]] = []
        self.gone: list[dict[str, Any]] = []
        self.count = 0

    def document(self) -> bytes:
        """The next state of the feed."""
        for _ in range(self.dice.choice((0, 1, 1, 1, 2, 4))):
            self.dice.choice((self.publish, self.publish, self.edit, self.go, self.come_back, self.shuffle, self.double))()
        del self.shown[12:]
        head = self.dice.choice(("",) * 12 + ("<ttl>7</ttl>", "<language>fr</language>", "<image><title>i</title></image>"))
        date = str(self.dice.random()).encode()
        return rss(*(entry(**each) for each in self.shown), head=head).replace(b"{}", date)

    def publish(self) -> None:
        self.count += 1
        minute = self.dice.choice((None, self.count * 7, self.count * 7, self.count * 7))
        self.shown.insert(0, {"number": self.count, "minute": minute})

    def edit(self) -> None:
        if self.shown:
            self.dice.choice(self.shown).update({self.dice.choice(("text", "title")): f"Form {self.dice.randrange(3)}"})

    def go(self) -> None:
        if self.shown:
            self.gone.append(self.shown.pop(self.dice.randrange(len(self.shown))))

    def come_back(self) -> None:
        if self.gone:
            self.shown.append(self.gone.pop())

    def shuffle(self) -> None:
        self.dice.shuffle(self.shown)

    def double(self) -> None:
        if self.shown:
            self.shown.insert(
                self.dice.randrange(len(self.shown)), {"number": f"2-{self.count}", "guid": self.dice.choice(self.shown)["number"]}
            )


@pytest.mark.parametrize("seed", range(int(os.environ.get("HISTORIES", "4"))))
def test_a_whole_history_comes_to_the_same_as_when_everything_is_read(tmp_path: Path, seed: int) -> None:
    settings = {"exclude": {"title": "Form 2"}} if seed % 2 else {}
    with Origin() as origin:
        both = []
        for name, forgetful in (("news", False), ("whole", True)):
            (tmp_path / name).mkdir()
            source = Source(name="s", url=origin.url("/feed"), **settings)  # type: ignore[arg-type]
            both.append(Days(origin=origin, folder=tmp_path / name, sources=[source], reader=Here(forgetful=forgetful)))
        news, whole = both
        history, read = History(seed), 0
        for _ in range(25):
            document = history.document()
            assert poll(news, document)[1:] == poll(whole, document)[1:]
            read += news.reader.read_last
            assert told(news) == told(whole)
    assert read < sum(polled.entries for polled in whole.polled)


def told(days: Days) -> tuple[object, ...]:
    """All that is stored but for what says which entries were read, and how long that took."""
    polls = [replace(polled, took=timedelta(0)) for polled in days.polled]
    with closing(sqlite3.connect(days.folder / "store.db")) as connection:
        names = [name for _, name, *_ in connection.execute("PRAGMA table_info(sources)") if name not in ("known", "seen")]
    state = f"{', '.join(names)} FROM sources"
    tables = (state, "* FROM items ORDER BY id", "* FROM pages ORDER BY item_id", "* FROM feed_pages ORDER BY age")
    return *polls, *(rows(days, f"SELECT {table}") for table in tables)

"""Entries that share an id, through the real pipeline and store: each is kept, as itself, whatever else stands in the document."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from aggregator.model import Item, Source
from aggregator.store import open_store
from tests.system.days import Days, Here
from tests.system.origin import Origin, plain

PAPER = "https://paper.example"
Entry = tuple[int, str]  # its number, and what its text adds
Form = Callable[[Entry], str]


def rss(*written: str, built: int = 0) -> bytes:
    head = f"<title>T</title><link>{PAPER}/</link><lastBuildDate>Mon, 29 Apr 2024 01:{built:02}:00 GMT</lastBuildDate>"
    return f"<rss version='2.0'><channel>{head}{''.join(written)}</channel></rss>".encode()


def item(entry: Entry, *identified: str) -> str:
    number, added = entry
    told = f"<title>Story {number}</title><description>Text of story {number}{added}</description>"
    return f"<item>{''.join(identified)}{told}<pubDate>Mon, {number + 1:02} Apr 2024 0{number % 9}:10:00 GMT</pubDate></item>"


FORMS: dict[str, Form] = {
    "one guid": lambda entry: item(entry, "<guid isPermaLink='false'>post</guid>", f"<link>{PAPER}/a{entry[0]}</link>"),
    "one guid that is an address": lambda entry: item(entry, f"<guid>{PAPER}/feed</guid>", f"<link>{PAPER}/a{entry[0]}</link>"),
    "one guid and one link": lambda entry: item(entry, "<guid>0</guid>", f"<link>{PAPER}/live</link>"),
    "one link": lambda entry: item(entry, f"<link>{PAPER}/alerts</link>"),
    "links that differ in their fragments": lambda entry: item(entry, f"<link>{PAPER}/changelog#v1.{entry[0]}</link>"),
}


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin(address="") as origin:
        yield origin


class Feed:
    """A source whose entries share an id, polled as often as is asked for."""

    def __init__(self, origin: Origin, folder: Path, form: Form, *, reader: Here | None = None, **settings: str) -> None:
        self.origin, self.form, self.built = origin, form, 0
        source = replace(Source(name="s", url=origin.url("/s")), **settings)  # type: ignore[arg-type]
        self.days = Days(origin=origin, folder=folder, sources=[source], reader=reader or Here())

    def shows(self, *entries: int | Entry) -> tuple[int, int]:
        """Poll it with these entries, a number for one as it first was: how many were new and how many updated."""
        self.built += 1
        written = [self.form((entry, "") if isinstance(entry, int) else entry) for entry in entries]
        self.origin.route("/s", plain(200, rss(*written, built=self.built)))
        return self.polled()

    def polled(self) -> tuple[int, int]:
        del self.days.polled[:]
        self.days.poll(["s"])
        (row,) = self.days.polled
        assert (row.outcome, row.broken, row.error) == ("fetched", 0, "")
        return row.new, row.updated

    def stored(self) -> dict[str, Item]:
        """Items by title."""
        with closing(open_store(f"sqlite:///{self.days.folder / 'store.db'}")) as store:
            return {item.title: item for item in store.search(source="s")}


@pytest.fixture(params=[*FORMS][1:])
def feed(request: pytest.FixtureRequest, origin: Origin, tmp_path: Path) -> Feed:
    return Feed(origin, tmp_path, FORMS[request.param])


def test_all_are_kept_and_stay_what_they_are(feed: Feed) -> None:
    assert feed.shows(5, 4, 3, 2, 1) == (5, 0)
    first = feed.stored()
    assert feed.shows(5, 4, 3, 2, 1) == feed.shows(1, 2, 3, 4, 5) == (0, 0)
    assert feed.shows(6, 5, 4, 3) == (1, 0)
    assert feed.shows((6, ", corrected"), 5, 1) == (0, 1)
    assert feed.shows(11, 10, 9, 8, 7) == (5, 0)
    assert {title: item for title, item in feed.stored().items() if title in first} == first


def test_one_alone_does_not_take_another_s_place(feed: Feed) -> None:
    assert feed.shows(2, 1) == (2, 0)
    assert feed.shows(3) == (1, 0)
    assert feed.shows(1) == feed.shows(3) == (0, 0)
    assert feed.shows((3, ", corrected")) == (0, 1)
    assert set(feed.stored()) == {"Story 1", "Story 2", "Story 3"}


def test_the_first_one_stays_itself_when_others_come_to_share_its_id(feed: Feed) -> None:
    assert feed.shows(1) == (1, 0)
    alone = feed.stored()
    assert feed.shows(2, 1) == (1, 0)
    assert feed.shows(2, (1, ", corrected")) == (0, 1)
    assert feed.shows(1, 2, 3) == (1, 1), "what was corrected is corrected back"
    assert feed.stored()["Story 1"].id == alone["Story 1"].id


def test_of_one_text_is_one(feed: Feed) -> None:
    assert feed.shows(1, 1) == (1, 0)
    assert feed.shows(2, 1, 1, 2) == (1, 0)
    assert feed.shows(2, 2, 1) == (0, 0)


def test_one_text_under_two_addresses_of_one_guid_is_one(origin: Origin, tmp_path: Path) -> None:
    feed = Feed(origin, tmp_path, FORMS["one guid"])
    origin.route("/s", plain(200, rss(*(FORMS["one guid"]((number, "")).replace("/a", f"/{at}/a") for number in (2, 1) for at in "bc"))))
    assert feed.polled() == (2, 0)


def test_only_those_that_share_an_id_are_read_again(origin: Origin, tmp_path: Path) -> None:
    ids = [*("post" for _ in range(3)), *(f"own-{number}" for number in range(20))]

    def form(entry: Entry) -> str:
        return item(entry, f"<guid>{ids[entry[0] - 1]}</guid>", f"<link>{PAPER}/a{entry[0]}</link>")

    reader = Here()
    feed = Feed(origin, tmp_path, form, reader=reader)
    assert feed.shows(*range(1, 23)) == (22, 0)
    assert (feed.shows(*range(1, 23)), reader.read_last) == ((0, 0), 3)
    assert (feed.shows(*range(2, 24)), reader.read_last) == ((1, 0), 3)
    assert (feed.shows(1, *range(3, 24)), reader.read_last) == ((0, 0), 2)


def test_an_unchanged_entry_is_read_again_when_another_one_comes_under_its_id(origin: Origin, tmp_path: Path) -> None:
    reader = Here()
    feed = Feed(origin, tmp_path, FORMS["one guid"], reader=reader)
    own = item((9, ""), "<guid>own</guid>", f"<link>{PAPER}/own</link>")
    for entries, expected in (([1], (2, 0)), ([2, 1], (1, 0)), ([2], (0, 0))):
        origin.route("/s", plain(200, rss(own, *(feed.form((entry, "")) for entry in entries))))
        assert feed.polled() == expected
    assert reader.read_last == 1


def test_entries_of_a_json_feed_with_one_id_are_all_kept(origin: Origin, tmp_path: Path) -> None:
    feed = Feed(origin, tmp_path, FORMS["one guid"])
    for numbers, expected in (((1, 2, 3), (3, 0)), ((3, 1, 2), (0, 0)), ((4, 3, 2), (1, 0))):
        entries = [{"id": "0", "content_text": f"Text {number}"} for number in numbers]
        document = {"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": entries}
        origin.route("/s", plain(200, json.dumps(document).encode(), content_type="application/feed+json"))
        assert feed.polled() == expected


def test_one_entry_in_several_states_is_one(origin: Origin, tmp_path: Path) -> None:
    """RFC 4287 section 4.1.1: entries of one id are one; here it is certain, as address, date and title say so, too."""
    feed = Feed(origin, tmp_path, FORMS["one guid"])
    assert feed.shows(1, (1, " as it was before")) == (1, 0)


@pytest.mark.parametrize(("identity", "expected"), [("guid", 3), ("link", 1), ("content", 3)])
def test_who_takes_the_link_for_the_article_gets_one_of_each(origin: Origin, tmp_path: Path, identity: str, expected: int) -> None:
    feed = Feed(origin, tmp_path, FORMS["one link"], identity=identity)
    assert feed.shows(1, 2, 3) == (expected, 0)
    assert feed.shows(1, 2, 3) == (0, 0)


def test_by_content_another_guid_and_link_make_no_other_item(origin: Origin, tmp_path: Path) -> None:
    def form(entry: Entry) -> str:
        return item(entry, f"<guid>{feed.built}-{entry[0]}</guid>", f"<link>{PAPER}/{feed.built}/{entry[0]}</link>")

    feed = Feed(origin, tmp_path, form, identity="content")
    assert (feed.shows(1, 2), feed.shows(3, 1, 2), feed.shows(2, 3)) == ((2, 0), (1, 0), (0, 0))


def test_articles_whose_addresses_end_in_one_number_are_two(origin: Origin, tmp_path: Path) -> None:
    def form(entry: Entry) -> str:
        return item(entry, f"<link>{PAPER}/story-{'abc'[entry[0]]}-2026</link>")

    feed = Feed(origin, tmp_path, form, identity="link-number")
    assert (feed.shows(1, 2), feed.shows(2), feed.shows(2, 1)) == ((2, 0), (0, 0), (0, 0))

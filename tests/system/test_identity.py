"""No story twice: feeds that change ids, addresses, order and counters, through the real pipeline and store."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from typing import Literal

import pytest

from aggregator.core.elsewhere import links
from aggregator.model import Fetched, ParsedFeed, RawItem, Source
from aggregator.sources.feed import FeedKind
from aggregator.store import open_store
from tests.system.days import DAY, MONDAY, Days, Here
from tests.system.origin import Origin, plain

FEEDS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "feeds"
SMALL = 30_000  # bytes
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # for XML
LARGE = 100_000  # bytes; larger feeds take time and show nothing more
Mutation = Callable[[int, RawItem], RawItem]


def other_scheme(url: str) -> str:
    return url.replace("http://", "https://") if url.startswith("http://") else url.replace("https://", "http://")


def tracked(url: str) -> str:
    return url and url + ("&" if "?" in url else "?") + "utm_source=rss&fbclid=x1"


def counted(entry: RawItem, number: int) -> RawItem:
    return replace(entry, html=f"{entry.html or entry.text or entry.summary}<p>{number} comments</p><p>Posted {number} hours ago</p>")


def moved(url: str) -> str:
    """The same address as sites write it in other years."""
    return tracked(other_scheme(url)) if "://" in url else url


def slashed(url: str) -> str:
    return url.removesuffix("/") if url.endswith("/") else f"{url}/"


MUTATIONS: dict[str, Mutation] = {
    "nothing": lambda number, entry: entry,
    "http to https, trackers": lambda number, entry: replace(entry, guid=moved(entry.guid), link=moved(entry.link)),
    "no guids": lambda number, entry: replace(entry, guid="", link=slashed(entry.link) if entry.link else ""),
    "new guids": lambda number, entry: replace(entry, guid=f"urn:x:{number}"),
    "links as guids": lambda number, entry: replace(entry, guid=entry.link or entry.guid),
    "new permalinks": lambda number, entry: replace(entry, link=entry.link.replace("://", "://new.")),
}
OTHER_LINKS = ("no guids", "new guids", "new permalinks")  # than in the poll before: the items stay, and have the new ones


@dataclass
class Changing:
    """A feed whose entries are changed in one way, and may be turned round."""

    mutation: Mutation = MUTATIONS["nothing"]
    turned: bool = False
    read: dict[bytes, ParsedFeed] = field(default_factory=dict)

    def problems(self, source: Source) -> list[tuple[str, str]]:
        return []

    def parse(self, source: Source, fetched: Fetched, *, known: Collection[str] = ()) -> ParsedFeed:
        body = fetched.body.rstrip()
        feed = self.read[body] if body in self.read else FeedKind().parse(source, fetched)
        self.read[body] = feed
        entries = tuple(self.mutation(number, entry) for number, entry in enumerate(feed.entries))
        return replace(feed, entries=entries[::-1] if self.turned else entries, digests=(), context="")


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin(address="") as origin:
        yield origin


@pytest.mark.skipif(not FEEDS.is_dir(), reason="the recorded feeds in ../shared are not here")
def test_no_recorded_feed_has_news_when_it_changes_its_ids_addresses_or_order(origin: Origin, tmp_path: Path) -> None:
    kind = Changing()
    days = Days(origin=origin, folder=tmp_path, reader=Here(kind))
    bodies = {path.name: path.read_bytes() for path in sorted(FEEDS.rglob("*")) if path.is_file() and path.stat().st_size < LARGE}
    days.sources = [Source(name=name, url=origin.url(f"/{name}")) for name in bodies]

    def poll(number: int) -> dict[str, tuple[int, int]]:
        del days.polled[:]
        origin.routes({f"/{name}": plain(200, body + b"\n" * number) for name, body in bodies.items()})
        days.poll([source.name for source in days.sources])
        assert len(days.polled) == len(bodies)
        return {row.source: (row.new, row.updated) for row in days.polled if row.new or row.updated}

    first = poll(0)
    assert sum(new for new, _ in first.values()) > 500
    for number, (name, kind.mutation) in enumerate(MUTATIONS.items(), start=1):
        kind.turned = not kind.turned
        changed = poll(number)
        amended = {source: counts for source, counts in changed.items() if name in OTHER_LINKS and not counts[0]}
        assert (name, changed) == (name, amended)
    kind.mutation = lambda number, entry: counted(entry, 3)
    edited = poll(100)
    assert {new for new, _ in edited.values()} == {0}
    kind.mutation = lambda number, entry: counted(entry, 27)
    assert poll(101) == {}


def written(entries: Sequence[RawItem], built: int) -> bytes:
    """The entries as a document."""
    head = f"<title>T</title><link>https://paper.example/</link><lastBuildDate>{built}</lastBuildDate>"
    return f"<rss version='2.0'><channel>{head}{''.join(map(written_item, entries))}</channel></rss>".encode()


def written_item(entry: RawItem) -> str:
    told = {
        "guid": entry.guid,
        "link": entry.link,
        "title": entry.title,
        "description": entry.html or entry.text or entry.summary,
        "pubDate": str(entry.published or ""),
    }
    parts = [f"<{name}>{escape(UNFIT.sub('', text))}</{name}>" for name, text in told.items() if text]
    return f"<item>{''.join(parts)}</item>"


@pytest.mark.skipif(not FEEDS.is_dir(), reason="the recorded feeds in ../shared are not here")
def test_nor_where_every_other_entry_changes_and_only_those_are_read(origin: Origin, tmp_path: Path) -> None:
    days = Days(origin=origin, folder=tmp_path, now=MONDAY + 1000 * DAY)  # a date that lies ahead is read again each time
    bodies = {path.name: path.read_bytes() for path in sorted(FEEDS.rglob("*")) if path.is_file() and path.stat().st_size < SMALL}
    days.sources = [Source(name=name, url=origin.url(f"/{name}")) for name in bodies]
    recorded = {source.name: FeedKind().parse(source, Fetched(url=source.url, body=bodies[source.name])).entries for source in days.sources}

    def poll(number: int, mutation: Mutation, *, turned: bool) -> tuple[int, int]:
        """New and updated items of all feeds, with every other entry changed."""
        del days.polled[:]
        for name, entries in recorded.items():
            changed = [mutation(n, entry) if n % 2 else entry for n, entry in enumerate(entries)]
            origin.route(f"/{name}", plain(200, written(changed[::-1] if turned else changed, number)))
        days.poll(list(recorded))
        return sum(row.new for row in days.polled), sum(row.updated for row in days.polled)

    there = sum(map(len, recorded.values()))
    assert poll(0, MUTATIONS["nothing"], turned=False) == (there, 0)
    for number, (name, mutation) in enumerate(MUTATIONS.items(), start=1):
        new, updated = poll(number, mutation, turned=number % 2 == 1)
        assert (name, new) == (name, 0)
        assert name in OTHER_LINKS or updated == 0, name
        assert sum(days.reader.read_of.values()) < 0.6 * there, "the others are not read again"
    assert sum(days.reader.read_of.values()) > 0.2 * there


ITEM = (
    "<item><guid isPermaLink='false'>{guid}</guid><link>{link}</link><title>{title}</title><description>{text}</description>"
    "<pubDate>Mon, 29 Apr 2024 0{hour}:10:00 GMT</pubDate></item>"
)


def rss(*entries: tuple[str, str, str, int]) -> bytes:
    """A feed of entries of guid, link, title, and the hour they are dated."""
    rows = [ITEM.format(guid=guid, link=link, title=title, text=f"Text of {title}", hour=hour) for guid, link, title, hour in entries]
    return f"<rss version='2.0'><channel><title>T</title><link>https://paper.example/</link>{''.join(rows)}</channel></rss>".encode()


def news(days: Days) -> list[tuple[str, int, int]]:
    return [(row.source, row.new, row.updated) for row in days.polled]


def test_different_items_at_one_address_are_all_kept(origin: Origin, tmp_path: Path) -> None:
    days = Days(origin=origin, folder=tmp_path, sources=[Source(name="s", url=origin.url("/s"))])
    live = "https://paper.example/live"
    for number in range(1, 5):
        entries = [(str(each), live, f"Update {each}", each) for each in range(number, 0, -1)]
        origin.route("/s", plain(200, rss(*entries[:2])))
        days.poll(["s"])
    assert news(days) == [("s", 1, 0)] * 4


def test_an_article_of_two_sources_is_one_item_in_the_feeds_of_both(origin: Origin, tmp_path: Path) -> None:
    link = "https://paper.example/a"
    origin.route("/main", plain(200, rss(("1", link, "Story", 4), ("2", "https://paper.example/b", "Second", 3))))
    origin.route("/part", plain(200, rss(("p1", link + "?utm_medium=part", "Story", 4), ("p3", "https://paper.example/c", "Third", 2))))
    days = Days(
        origin=origin, folder=tmp_path, sources=[Source(name=name, url=origin.url(f"/{name}"), language="en") for name in ("main", "part")]
    )
    days.poll(["main"])
    days.poll(["part"])
    origin.route("/part", plain(200, rss(("p1", link, "Story", 4), ("p3", "https://paper.example/c", "Third", 2))))
    days.poll(["part"])
    assert news(days) == [("main", 2, 0), ("part", 1, 0), ("part", 0, 0)]
    with closing(open_store(f"sqlite:///{tmp_path / 'store.db'}")) as store:
        titles = {item.id: item.title for item in store.search()}
        feeds = {name: [titles[id] for id in store.newest(feed=name, language="en", limit=9)] for name in ("all", "main", "part")}
    assert feeds == {"all": ["Story", "Second", "Third"], "main": ["Story", "Second"], "part": ["Story", "Third"]}


@pytest.mark.parametrize("profiles", [("compat", "clean"), ("clean", "compat")])
def test_an_article_of_a_source_in_the_reference_format_is_its_own(
    origin: Origin, tmp_path: Path, profiles: tuple[Literal["compat", "clean"], ...]
) -> None:
    sources = [Source(name=profile, url=origin.url(f"/{profile}"), language="en", profile=profile) for profile in profiles]
    for source in sources:
        origin.route(f"/{source.name}", plain(200, rss(("1", "https://paper.example/a", "Story", 4))))
    days = Days(origin=origin, folder=tmp_path, sources=sources)
    for source in sources:
        days.poll([source.name])
    assert news(days) == [(source.name, 1, 0) for source in sources]


def test_a_story_of_two_papers_is_one_item_where_both_say_so(origin: Origin, tmp_path: Path) -> None:
    words = " ".join(f"word{number}" for number in range(200))
    first = rss(("1", "https://one.example/1", "Bridge opens", 4)).replace(b"Text of", words.encode())
    origin.route("/one", plain(200, first))
    origin.route("/two", plain(200, first.replace(b"one.example", b"two.example").replace(b"word77", b"other").replace(b"04:10", b"06:15")))
    both = [Source(name=name, url=origin.url(f"/{name}"), language="en", translate_to=("de",)) for name in ("one", "two")]
    for same_story in (True, False):
        folder = tmp_path / str(same_story)
        folder.mkdir()
        days = Days(origin=origin, folder=folder, sources=[replace(source, same_story=same_story) for source in both])
        days.poll(["one"])
        days.poll(["two"])
        assert news(days) == [("one", 1, 0), ("two", 0 if same_story else 1, 0)]
        with closing(open_store(f"sqlite:///{folder / 'store.db'}")) as store:
            assert len(store.newest(feed="two", language="en", limit=9)) == 1
            assert [links(item) for item in store.search()] == [{"two": "https://two.example/1"}] if same_story else [{}, {}]
            assert len(store.newest(feed="all", language="en", limit=9)) == len(store.pending_jobs()) == (1 if same_story else 2)

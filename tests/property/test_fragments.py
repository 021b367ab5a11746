"""A feed put together of known entries has the bytes of one that was written as a whole, whatever was known of them."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.model import Document, Feed, Page
from aggregator.publishers.channel import Channel, channel
from aggregator.publishers.feeds import FeedPublisher
from aggregator.publishers.fragments import Fragments
from aggregator.publishers.jsonfeed import json_feed
from aggregator.publishers.rss_atom import atom, rss
from tests.property.test_feeds import BASE, EMPTY_FEED, SETTINGS, pages

FEW = settings(SETTINGS, max_examples=SETTINGS.max_examples * 2 // 3)
PAGES = st.lists(pages(), max_size=4)
TURNS = st.lists(st.tuples(EMPTY_FEED, st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=4)


def told(feed: Feed, of: list[Page], base_url: str) -> Channel:
    return channel(replace(feed, pages=tuple(of)), base_url=base_url, hub="https://hub.example/")


@FEW
@given(PAGES, TURNS, BASE)
def test_fragments_make_the_bytes_of_the_whole(made: list[Page], turns: list[tuple[Feed, int, int]], base_url: str) -> None:
    fragments = Fragments()
    for feed, start, end in turns:
        ready = told(feed, made[start:end] + made[:start], base_url)
        assert fragments.document(ready, "rss") == rss(ready)
        assert fragments.document(ready, "atom") == atom(ready)
        assert fragments.document(ready, "json") == json_feed(ready)


@FEW
@given(st.lists(PAGES, min_size=2, max_size=3), EMPTY_FEED)
def test_what_stands_in_documents_makes_the_bytes_of_the_whole(versions: list[list[Page]], feed: Feed) -> None:
    before: dict[str, Document] = {}
    for version in [*versions, versions[0]]:
        whole = replace(feed, pages=tuple(version))
        made = FeedPublisher(base_url="https://me.example").feed(replace(whole, before=before))
        assert made == FeedPublisher(base_url="https://me.example").feed(whole)
        before = {document.path: document for document in made}


@FEW
@given(st.lists(PAGES, min_size=2, max_size=3), EMPTY_FEED)
def test_another_text_of_the_same_entry_is_never_taken_for_it(versions: list[list[Page]], feed: Feed) -> None:
    publisher = FeedPublisher(base_url="https://me.example")
    for version in [*versions, versions[0]]:
        whole = replace(feed, pages=tuple(version))
        assert publisher.feed(whole) == FeedPublisher(base_url="https://me.example").feed(whole)

"""The validator of these tests finds what is wrong: each fault is put into a feed that has none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from aggregator.model import Feed, Item, Media, Page, Source
from aggregator.publishers.feeds import FeedPublisher
from tests.validation import problems

ITEM = Item(
    id="0c5f4c0e-3f0a-5d0b-9a53-6f8f7a2b6d31", source="s", guid="1", url="https://a.example/1", title="Title", html="", summary="Summary",
    published=datetime(2025, 1, 1, tzinfo=UTC), language="en", authors=("Zhang",), tags=("x",),
    media=(Media(url="https://a.example/1.mp3", type="audio/mpeg", length=5),),
)  # fmt: skip
PAGE = Page(
    item=ITEM, source=Source(name="s", url="https://a.example/f"), language="en", title="Title", summary="Summary", body="",
    html='<p>Text <a href="https://a.example/">x</a></p>', languages=("en",),
)  # fmt: skip
FEED = Feed(name="s", language="en", title="Feed", link="https://a.example/", pages=(PAGE,), siblings=("en", "fr"), archives=1)
DATA = {
    document.path[5:]: document.data for document in FeedPublisher(base_url="https://me.example", hub="https://hub.example/").feed(FEED)
}

FAULTS = {
    "atom": [
        (b"<id>urn", b"<id>x urn"), (b"<title>Title</title>", b""), (b"<title>Title</title>", b"<title> </title>"),
        (b"+00:00", b""),
        (b'rel="self"', b'rel="me"'), (b'hreflang="fr"', b'hreflang="f r"'), (b"<name>Zhang</name>", b""),
        (b'term="x"', b'term=""'),
        (b"&lt;p&gt;", b"&lt;script&gt;"), (b"https://a.example/\"&gt;", b"/a\"&gt;"),
        (b"<entry ", b"<entri/><entry "), (b'type="audio/mpeg"', b'type="audio"'), (b'length="5"', b'length="-5"'),
        (b'<entry xml:lang="en"', b"<entry"), (b"</entry>", b"<x xmlns='urn:x'/><y xmlns=''/></entry>"),
        (b"2025-01-01T", b"2025-02-31T"),
    ],
    "rss": [
        (b"<guid isPermaLink=\"false\"", b"<guid"), (b"<title>Title</title>", b""),
        (b"<link>https://a.example/1</link>", b"<link>/1</link>"),
        (b"<language>en</language>", b"<language>e n</language>"), (b"Wed, 01 Jan 2025", b"2025-01-01"),
        (b"<dc:creator>Zhang</dc:creator>", b""),
        (b"<item ", b"<items/><item "), (b"<item ", b"<language>en</language><item "), (b'length="5"', b""),
        (b'rel="self"', b'rel="me"'),
        (b"&lt;p&gt;", b"&lt;p onclick=x&gt;"), (b"</item>", b"<x xmlns='urn:x'/></item>"), (b"</item>",
        b"<enclosure/><enclosure/></item>"),
        (b'version="2.0"', b'version="3"'), (b"Summary", b"Summary&#x202e;"), (b'url="https://a.example/1.mp3"', b'url="a b"'),
    ],
    "json": [
        (b'"title": "Feed (en)",', b""), (b"version/1.1", b"version/1"), (b'"id": "urn', b'"id": "x urn'),
        (b'"url": "https://a.example/1"', b'"url": ""'),
        (b'"content_html"', b'"content"'), (b'"language": "en"', b'"language": "e n"'), (b'"size_in_bytes": 5',
        b'"size_in_bytes": "5"'),
        (b'"tags"', b'"labels"'), (b'"name": "Zhang"', b'"name": ""'), (b"+00:00", b""),
        (b'"mime_type": "audio/mpeg",', b""), (b"<p>", b"<form>"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("path", FAULTS)
def test_a_good_feed_has_no_problems(path: str) -> None:
    assert problems(f".{path}", DATA[path]) == []


@pytest.mark.parametrize(("path", "right", "wrong"), [(path, *fault) for path, faults in FAULTS.items() for fault in faults])
def test_a_fault_is_found(path: str, right: bytes, wrong: bytes) -> None:
    broken = DATA[path].replace(right, wrong)
    if broken != DATA[path]:
        assert problems(f".{path}", broken)
    else:
        raise AssertionError(f"{right!r} is not in {DATA[path].decode()}")

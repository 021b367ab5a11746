import json

import pytest

from aggregator.errors import ParseError
from aggregator.model import Fetched, Media, Source
from aggregator.sources.feed import FeedKind

SOURCE = Source(name="s", url="https://news.example/feed.json")


def parse(items, *, source=SOURCE, encoding="utf-8", **head):
    document = {"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": items, **head}
    body = json.dumps(document, ensure_ascii=False).encode(encoding)
    return FeedKind().parse(
        source, Fetched(url="https://news.example/feed.json", body=body, headers={"content-type": "application/octet-stream"})
    )


def only(item, **options):
    (entry,) = parse([item], **options).entries
    return entry


def test_an_item_with_everything():
    entry = only(
        {
            "id": "urn:1",
            "url": "https://news.example/1",
            "external_url": "https://other.example/",
            "title": "A <b> & c",
            "content_html": "<p>x</p>",
            "content_text": "x",
            "summary": "a < b",
            "image": "/i.png",
            "date_published": "2025-05-16T06:30:00+02:00",
            "date_modified": "2025-05-17T06:30:00+02:00",
            "authors": [{"name": "Anke Öz"}, {"url": "https://b.example/"}, {"name": "Anke Öz"}],
            "tags": ["Natur", "", "Natur", 7],
            "language": "de-AT",
            "attachments": [
                {"url": "/a.mp3", "mime_type": "audio/mpeg", "title": "17", "size_in_bytes": 5, "duration_in_seconds": 90.5},
                {"mime_type": "x"},
                3,
            ],
        },
        home_page_url="https://home.example/",
    )
    assert (entry.guid, entry.link, entry.title, entry.title_is_text) == ("urn:1", "https://news.example/1", "A <b> & c", True)
    assert (entry.html, entry.text, entry.summary) == ("<p>x</p>", "", "a &lt; b")
    assert (entry.published, entry.updated) == ("2025-05-16T06:30:00+02:00", "2025-05-17T06:30:00+02:00")
    assert (entry.authors, entry.tags, entry.language) == (("Anke Öz", "https://b.example/"), ("Natur", "7"), "de-AT")
    assert (entry.image, entry.base) == ("https://home.example/i.png", "https://home.example/")
    assert entry.media == (Media(url="https://home.example/a.mp3", type="audio/mpeg", title="17", length=5, duration=90),)


def test_an_item_with_nothing_is_an_item():
    entry = only({})
    assert (entry.guid, entry.link, entry.title, entry.html, entry.published, entry.media) == ("", "", "", "", None, ())


def test_an_id_may_be_a_number_and_a_text_plain():
    entry = only({"id": 20250514, "content_text": "1 < 2", "external_url": "https://other.example/"})
    assert (entry.guid, entry.text, entry.html, entry.link) == ("20250514", "1 < 2", "", "https://other.example/")


def test_authors_of_the_feed_serve_where_an_item_has_none():
    assert only({}, authors=[{"name": "Desk"}]).authors == ("Desk",)
    assert only({}, author={"name": "One"}).authors == ("One",)  # version 1.0
    assert only({"author": {"name": "Two"}}, author={"name": "One"}).authors == ("Two",)


def test_one_odd_item_costs_that_item():
    feed = parse([{"id": 1}, "two", None, {"id": 4, "tags": "x", "attachments": {}, "authors": "me", "title": ["t"], "url": {"a": 1}}])
    assert [entry.guid for entry in feed.entries] == ["1", "4"]
    assert feed.complaints == ("entry 2 is a text, not an object", "entry 3 is null, not an object")
    assert feed.broken == 2


def test_what_the_document_says_of_itself():
    feed = parse(
        [],
        language="de",
        home_page_url="https://h.example/",
        feed_url="https://f.example/",
        hubs=[{"type": "rssCloud", "url": "x"}, {"type": "WebSub", "url": "https://hub.example/"}],
    )
    assert (feed.title, feed.link, feed.language, feed.self_url, feed.hub) == (
        "T",
        "https://h.example/",
        "de",
        "https://f.example/",
        "https://hub.example/",
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_every_unicode_encoding_is_read(encoding):
    assert only({"title": "Möwe 喆"}, encoding=encoding).title == "Möwe 喆"


def test_half_a_character_is_replaced():
    body = rb'{"version": "https://jsonfeed.org/version/1", "items": [{"title": "a\ud83d b\ud83d\ude00"}]}'
    (entry,) = FeedKind().parse(SOURCE, Fetched(url=SOURCE.url, body=body)).entries
    assert entry.title == "a\ufffd b😀"


def test_no_more_items_are_read_than_wanted():
    assert len(parse([{}] * 9, source=Source(name="s", url="x", max_items=2)).entries) == 2


@pytest.mark.parametrize(
    "body",
    [
        b"[1]",
        b"{}",
        b'{"version": "2", "items": []}',
        b'{"version": "https://jsonfeed.org/version/1"}',
        b"[" * 100_000,
        b'{"a": ' + b"9" * 5000 + b"}",
    ],
)
def test_other_json_is_refused(body):
    with pytest.raises(ParseError) as caught:
        FeedKind().parse(SOURCE, Fetched(url=SOURCE.url, body=body))
    assert caught.value.kind == "not_a_feed"
    assert caught.value.advice


def test_older_pages_are_found():
    assert parse([], next_url="feed.json?page=2").next_page == "https://news.example/feed.json?page=2"
    assert parse([]).next_page == ""


def read(body: bytes):
    return FeedKind().parse(SOURCE, Fetched(url=SOURCE.url, body=body))


WHOLE = b'{"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [%s], "language": "de"}'
ITEMS = [b'{"id": "%d", "title": "Title %d", "content_text": "Text", "tags": ["a", "b"]}' % (number, number) for number in range(3)]


@pytest.mark.parametrize(
    ("items", "titles"),
    [
        (b",".join(ITEMS).replace(b"Text", b"two\nlines\tand a tab"), 3),
        (b",".join(ITEMS) + b",", 3),
        (b",".join(ITEMS).replace(b"]}", b",],}"), 3),
        (b" ".join(ITEMS), 3),
        (b", ,".join(ITEMS), 3),
    ],
)
def test_json_that_is_not_quite_json_is_read_whole(items, titles):
    feed = read(WHOLE % items)
    assert ([entry.title for entry in feed.entries], feed.language) == ([f"Title {number}" for number in range(titles)], "de")
    assert (feed.more, feed.broken) == (False, 0)
    assert feed.complaints == () or feed.complaints[0].startswith("the JSON is broken, but was read all the same: ")


@pytest.mark.parametrize("end", range(1, len(ITEMS[2])))
def test_of_a_document_that_breaks_off_all_whole_items_are_read(end):
    feed = read((WHOLE % b",".join(ITEMS))[: -len(b'], "language": "de"}') - end])
    assert [entry.guid for entry in feed.entries] == ["0", "1"]
    assert (feed.more, feed.broken) == (True, 0 if end == len(ITEMS[2]) else 1)
    assert "read up to there" in feed.complaints[0]
    assert "Title" not in feed.complaints[0]


def test_after_a_fault_in_the_middle_what_stood_before_it_counts():
    feed = read(WHOLE % b",".join([ITEMS[0], b'{"id": "1", "title": "a "quoted" word"}', ITEMS[2]]))
    assert ([entry.guid for entry in feed.entries], feed.more, feed.broken) == (["0"], True, 1)


@pytest.mark.parametrize("kept", [b'{"id": "1", "url": "https://e.org/1"}', b'{"content_html": "<p>a</p>"}'])
def test_a_feed_that_does_not_say_that_it_is_one_is_known_by_its_items(kept):
    assert len(read(b'{"title": "T", "items": [%s]}' % kept).entries) == 1
    with pytest.raises(ParseError):
        read(b'{"items": [{"id": 1, "headline": "a", "href": "/a"}]}')

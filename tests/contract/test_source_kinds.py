"""What every kind of source keeps to, on bodies of its own and on anything else."""

from dataclasses import dataclass, field
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import ParseError
from aggregator.model import Fetched, ParsedFeed, RawItem, Source
from aggregator.ports import SourceKind
from aggregator.sources.feed import FeedKind
from aggregator.sources.html import HtmlKind
from aggregator.sources.json import JsonKind

FAILURES = {"not_a_feed", "empty", "bot_wall"}
URL = "https://news.example/list"


@dataclass(frozen=True)
class Case:
    name: str
    kind: SourceKind
    body: bytes  # three entries titled one, two, three
    options: dict[str, object] = field(default_factory=dict)


RSS = "".join(f"<item><title>{n}</title><link>https://news.example/{n}</link><guid>{n}</guid></item>" for n in ("one", "two", "three"))
ATOM = "".join(f'<entry><title>{n}</title><link href="https://news.example/{n}"/><id>{n}</id></entry>' for n in ("one", "two", "three"))
OBJECTS = ", ".join(
    f'{{"id": "{n}", "title": "{n}", "url": "https://news.example/{n}", "link": "https://news.example/{n}"}}'
    for n in ("one", "two", "three")
)
PAGE = "".join(f'<li id="{n}"><a href="https://news.example/{n}">{n}</a></li>' for n in ("one", "two", "three"))
CASES = [
    Case("rss", FeedKind(), f'<rss version="2.0"><channel><title>T</title>{RSS}</channel></rss>'.encode()),
    Case("atom", FeedKind(), f'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>{ATOM}</feed>'.encode()),
    Case(
        "rdf",
        FeedKind(),
        f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">{RSS}</rdf:RDF>'.encode(),
    ),
    Case("json feed", FeedKind(), f'{{"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [{OBJECTS}]}}'.encode()),
    Case(
        "html",
        HtmlKind(),
        f"<html><title>T</title><ul>{PAGE}</ul></html>".encode(),
        {"items": "li", "fields": {"id": "@id", "title": "a", "link": "a"}},
    ),
    Case("json", JsonKind(), f'{{"data": [{OBJECTS}]}}'.encode()),
]
every_kind = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def parse(case, body, *, max_items=5000):
    return case.kind.parse(
        Source(name="s", url=URL, max_items=max_items, options=case.options),
        Fetched(url=URL, body=body, headers={"content-type": "text/plain"}),
    )


def sound(feed):
    """Nothing in a feed is of another type than the nouns say."""
    assert isinstance(feed, ParsedFeed)
    assert isinstance(feed.entries, tuple)
    for entry in feed.entries:
        assert isinstance(entry, RawItem)
        assert all(
            isinstance(value, str)
            for value in (entry.guid, entry.link, entry.title, entry.html, entry.text, entry.summary, entry.language, entry.image)
        )
        assert all(
            date is None or isinstance(date, str) or (isinstance(date, datetime) and date.tzinfo)
            for date in (entry.published, entry.updated)
        )
        "".join((entry.guid, entry.link, entry.title, entry.html, entry.text)).encode()  # no half characters


@every_kind
def test_entries_come_in_the_order_of_the_document(case):
    feed = parse(case, case.body)
    assert [entry.title for entry in feed.entries] == ["one", "two", "three"]
    assert [entry.guid for entry in feed.entries] == ["one", "two", "three"]
    assert [entry.link for entry in feed.entries] == [f"https://news.example/{n}" for n in ("one", "two", "three")]
    assert feed.complaints == ()
    sound(feed)


@every_kind
def test_the_same_body_gives_the_same_feed(case):
    assert parse(case, case.body) == parse(case, case.body)


@every_kind
@pytest.mark.parametrize("wanted", [0, 1, 2, 3, 4])
def test_no_more_entries_come_than_wanted(case, wanted):
    feed = parse(case, case.body, max_items=wanted)
    assert [entry.title for entry in feed.entries] == ["one", "two", "three"][:wanted]
    assert feed.more == (wanted < 3)


@every_kind
@pytest.mark.parametrize("body", [b"", b" \n", b"<html><body>No</body></html>", b"\x00\x01\x02", b"GIF89a", b"{}", b"[]x", b"null"])
def test_what_it_cannot_read_is_a_parse_error_with_advice(case, body):
    with pytest.raises(ParseError) as caught:
        parse(case, body)
    assert caught.value.kind in FAILURES
    assert URL in str(caught.value)
    assert caught.value.advice


@every_kind
def test_good_settings_have_no_problems(case):
    assert list(case.kind.problems(Source(name="s", url=URL, options=case.options))) == []


@every_kind
@given(noise=st.binary(max_size=60), start=st.integers(0, 400), length=st.integers(0, 60))
def test_a_damaged_body_gives_entries_or_a_parse_error(case, noise, start, length):
    try:
        feed = parse(case, case.body[:start] + noise + case.body[start + length :])
    except ParseError as error:
        assert error.kind in FAILURES
    else:
        sound(feed)

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from aggregator.core import bounds
from aggregator.core.bodies import read_body
from aggregator.core.contents import losses
from aggregator.errors import ParseError
from aggregator.model import Failed, Fetched, ParsedFeed, RawItem, Source

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SOURCE = Source(name="s", url="https://e.org/feed", max_items=5, exclude={"title": "^advert"})
FETCHED = Fetched(url=SOURCE.url, body=b"", status=203)


class Given:
    """A kind that reads what it was given."""

    def __init__(self, *entries, error=None):
        self.feed = ParsedFeed(entries=entries, title="t")
        self.error = error

    def problems(self, source):
        return ()

    def parse(self, source, fetched, *, known=frozenset()):
        if self.error:
            raise self.error
        return self.feed


def test_every_entry_is_counted_once():
    kind = Given(
        RawItem(guid="1", title="one"),
        RawItem(guid="2", title="advertisement"),
        RawItem(guid="3" * (bounds.ADDRESS + 1)),
        RawItem(guid="4", title="t" * (bounds.TITLE + 1)),
        RawItem(guid="5"),
        RawItem(guid="6 is more than max_items"),
    )
    contents = read_body(kind, SOURCE, FETCHED, now=NOW)
    assert [item.guid for item in contents.items] == ["1", "4", "5"]
    assert (contents.skipped, contents.broken) == (1, 1)
    assert "8,193 characters" in contents.reasons[0]
    assert "cut" in contents.items[1].flags
    assert (contents.feed.title, contents.feed.entries, contents.feed.more) == ("t", (), True)


def test_what_a_document_loses_is_told():
    too_long = [RawItem(guid=str(n) * (bounds.ADDRESS + 1)) for n in range(7)]
    source = replace(SOURCE, max_items=9)
    kind = Given(*too_long, RawItem(guid="8", title="t" * (bounds.TITLE + 1)), RawItem(guid="9", title="9"), RawItem(guid="10"))
    told = losses(read_body(kind, source, FETCHED, now=NOW))
    assert [loss.partition(":")[0] for loss in told[:5]] == ["an entry could not be read"] * 5
    assert told[5:] == [
        "2 more entries could not be read",
        "1 entries had too long or too many texts and were shortened; they are flagged 'cut'",
        "there is more in the document than its first 9 entries, which alone were read",
    ]


def test_a_complaint_is_told_once():
    kind = Given(RawItem(guid="1", title="one"))
    kind.feed = replace(kind.feed, complaints=("no list", "entry 2 is null"), broken=1)
    contents = read_body(kind, SOURCE, FETCHED, now=NOW)
    assert contents.broken == 1
    assert losses(contents) == ["no list", "entry 2 is null"]
    assert losses(contents, known=["no list"]) == ["entry 2 is null"]


def test_of_a_whole_document_no_loss_is_told():
    assert losses(read_body(Given(RawItem(guid="1", title="one")), SOURCE, FETCHED, now=NOW)) == []


def test_a_body_that_is_none_of_the_kinds_is_a_failure():
    error = ParseError("no feed", kind="bot_wall", advice="ask")
    assert read_body(Given(error=error), SOURCE, FETCHED, now=NOW) == Failed(kind="bot_wall", message="no feed", advice="ask", status=203)

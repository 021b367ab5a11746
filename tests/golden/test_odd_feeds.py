"""The test files of feedparser and of the W3C's feed validator, 4,400 odd documents: every entry that feedparser finds becomes an item.

They stand in ../shared/corpus/odd, or where ODD_FEEDS says: a folder with `feedparser` (`tests` of its source archive) and `w3c`
(`testcases` of the validator's repository) in it.
"""

from __future__ import annotations

import io
import os
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest

from aggregator.core.bodies import read_body
from aggregator.core.contents import Contents
from aggregator.model import Failed, Fetched, Item, ParsedFeed, Source
from aggregator.sources.feed import FeedKind

ROOT = Path(os.environ.get("ODD_FEEDS") or Path(__file__).resolve().parents[3] / "shared" / "corpus" / "odd")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SOURCE = Source(name="odd", url="https://news.example/feed")
FOUND = {"feedparser": 1209, "w3c": 1467}  # entries, those of feedparser 6.0.14 and of the validator in 2025
SAME_IDS = {"feedparser": 4, "w3c": 21}  # at most; some of these tests are of entries that are repeated
GARBLED = "shiftjis.xml"  # feedparser takes it for another encoding, and for another one with each version of chardet
DECLARED = re.compile(rb"Header:\s*Content-type:\s*([^\r\n]+)", re.IGNORECASE)
MINUTE = timedelta(minutes=1)  # a 61st second is read in two ways

pytestmark = [
    pytest.mark.skipif(not ROOT.is_dir(), reason="the test files of feedparser and of the W3C in ../shared/corpus/odd are not here"),
    pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning"),  # feedparser's, of what is odd
]


@dataclass(frozen=True)
class Read:
    """One document as feedparser reads it, and as we do."""

    name: str
    theirs: list[Mapping[str, Any]]
    feed: ParsedFeed | None
    items: tuple[Item, ...]


def documents(corpus: str) -> Iterator[Read]:
    for path in sorted((ROOT / corpus).rglob("*.xml")):
        body = path.read_bytes()
        told = DECLARED.search(body[:2000])
        headers = {"content-type": told[1].decode("latin-1").strip() if told else "application/xml", "content-location": SOURCE.url}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = feedparser.parse(io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
        fetched = Fetched(url=SOURCE.url, body=body, headers=headers)
        contents = read_body(FeedKind(), SOURCE, fetched, now=NOW)
        if isinstance(contents, Failed):
            yield Read(path.name, theirs.entries, None, ())
            continue
        assert isinstance(contents, Contents)
        assert (path, contents.broken, contents.skipped) == (path, 0, 0)
        yield Read(path.name, theirs.entries, FeedKind().parse(SOURCE, fetched), contents.items)


@pytest.mark.parametrize("corpus", FOUND)
def test_every_entry_is_an_item_with_the_title_and_date_that_feedparser_reads(corpus: str) -> None:
    entries = ids = 0
    wrong: list[tuple[object, ...]] = []
    for read in documents(corpus):
        if len(read.items) != len(read.theirs):
            wrong.append((read.name, "entries", len(read.items), len(read.theirs)))
            continue
        entries, ids = entries + len(read.items), ids + len({item.id for item in read.items})
        raws = read.feed.entries if read.feed else ()
        for raw, item, their in zip(raws, read.items, read.theirs, strict=True):
            if raw.title != their.get("title", "") and read.name != GARBLED:
                wrong.append((read.name, "title", raw.title, their.get("title", "")))
            if not agree(item, their):
                wrong.append((read.name, "date", item.published, raw.published, raw.updated))
    assert wrong == []
    assert entries >= FOUND[corpus]
    assert entries - ids <= SAME_IDS[corpus]


def agree(item: Item, their: Mapping[str, Any]) -> bool:
    """Whether dates are equal, as far as feedparser has one that can be one of an article."""
    parts = their.get("published_parsed") or their.get("updated_parsed")
    if not parts or parts.tm_year < 1970:
        return True
    date = datetime(*parts[:6], tzinfo=UTC)
    return date > NOW if "undated" in item.flags else abs(item.published - date) < MINUTE or date > NOW

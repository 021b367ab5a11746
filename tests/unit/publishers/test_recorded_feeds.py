"""Real feeds, read and written again."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

import feedparser
import pytest

from aggregator.core import markup
from aggregator.model import Feed, Item, Media, Page, Source
from aggregator.publishers.feeds import FeedPublisher

CORPUS = Path(__file__).parents[3].parent / "shared" / "corpus" / "feeds"


def written(feed: Feed) -> dict[str, bytes]:
    return {document.path.rpartition(".")[2]: document.data for document in FeedPublisher(base_url="https://me.example").feed(feed)}


def read(data: bytes) -> Any:
    return feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)


def pages_of(path: Path) -> list[Page]:
    parsed = read(path.read_bytes())
    return [page_of(entry, number, language=parsed.feed.get("language", "en")) for number, entry in enumerate(parsed.entries[:12])]


def page_of(entry: Any, number: int, *, language: str) -> Page:
    html = entry.content[0].value if "content" in entry else entry.get("summary", "")
    item = Item(
        id=str(uuid5(NAMESPACE_URL, f"{entry.get('id', '')} {number}")),
        source="corpus",
        guid=entry.get("id", ""),
        url=entry.get("link", ""),
        title=entry.get("title", ""),
        html=html,
        summary=entry.get("summary", "")[:200],
        published=datetime(2025, 1, 1, tzinfo=UTC),
        language=language,
        authors=(entry.get("author", ""),),
        media=tuple(Media(url=link.get("href", ""), type=link.get("type", "")) for link in entry.get("enclosures", ())),
        tags=tuple(tag.term or "" for tag in entry.get("tags", ())),
    )
    source = Source(name="corpus", url=entry.get("base", ""))
    clean = markup.clean(html, item.url)
    return Page(
        item=item, source=source, language=language, title=item.title, summary=item.summary, body="", html=clean, languages=(language,)
    )


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the recorded feeds in ../shared/corpus are not here")
def test_recorded_feeds_come_out_well_formed_with_their_entries(feed: Callable[..., Feed]) -> None:
    total = 0
    for path in sorted(CORPUS.iterdir()):
        pages = pages_of(path)
        documents = written(feed(pages=tuple(pages), language="en"))
        total += len(pages)
        assert len(json.loads(documents["json"])["items"]) == len(pages)
        for form in ("rss", "atom"):
            parsed = read(documents[form])
            assert not parsed.bozo, path.name
            assert len({entry.id for entry in parsed.entries}) == len(pages)
            assert all(urlsplit(link.href).scheme in ("http", "https") for entry in parsed.entries for link in entry.get("links", ()))
    assert total > 300

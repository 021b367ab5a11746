"""A folder of published feeds, made by the publisher itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.model import Feed, Item, Page, Source
from aggregator.publishers import files
from aggregator.publishers.feeds import FeedPublisher

BASE = "http://127.0.0.1:8080"
START = datetime(2026, 7, 1, tzinfo=UTC)

Publish = Callable[..., None]


def page(number: int, *, text: str = "") -> Page:
    """An item as a page; `text` is what is told in it."""
    day, body = START + timedelta(days=number), text or f"What happened on day {number}. " + "And then this. " * 20
    item = Item(
        id=f"{number:08}-2222-5333-8444-555555555555", source="news", guid=str(number), url=f"https://example.org/{number}",
        title=f"Day {number}", html=f"<p>{body}</p>", summary="", published=day, language="en", digest=str(number),
    )  # fmt: skip
    source = Source(name="news", title="The News", url="https://example.org/feed")
    return Page(item=item, source=source, language="en", title=item.title, summary="", body=body, html=item.html, languages=("en",))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "feeds"


@pytest.fixture
def publish(folder: Path) -> Publish:
    """Writes a feed of these days, newest first, in all formats."""

    def write(*numbers: int, name: str = "news", variant: str = "translation", **texts: str) -> None:
        pages = tuple(page(number, text=texts.get(f"day_{number}", "")) for number in sorted(numbers, reverse=True))
        feed = Feed(name=name, language="en", title="The News", link="https://example.org/", pages=pages, variant=variant)  # type: ignore[arg-type]
        for document in FeedPublisher(base_url=BASE).feed(feed):
            files.write(document, {"feeds": folder})

    return write

"""Pages and feeds for the publishers' tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from aggregator.model import Feed, Item, Page, Source, Translation

ITEM = Item(
    id="0c5f4c0e-3f0a-5d0b-9a53-6f8f7a2b6d31",
    source="news",
    guid="100",
    url="https://example.org/100",
    title="标题 <b> & more",
    html="<p>正文</p>",
    summary="摘要 < 50 & more",
    published=datetime(2025, 1, 1, 8, tzinfo=UTC),
    language="zh-CN",
    authors=("Zhang",),
    tags=("markets",),
    label="News",
)
SOURCE = Source(name="news", title="The News", url="https://user:password@example.org/feed?token=canary#x")
TRANSLATION = Translation(
    item_id=ITEM.id,
    language="en",
    title="Title <b> & more",
    summary="Summary < 50 & more",
    body="one\n\ntwo",
    engine="opencc",
    of_digest="d",
    made_at=datetime(2025, 1, 2, tzinfo=UTC),
    untranslated=1,
)


@pytest.fixture
def original() -> Callable[..., Page]:
    def make(source: Source = SOURCE, **changes: Any) -> Page:
        item = replace(ITEM, **changes)
        return Page(
            item=item,
            source=source,
            language=item.language,
            title=item.title,
            summary=item.summary,
            body="正文",
            html=item.html,
            languages=(item.language,),
        )

    return make


@pytest.fixture
def translated(original: Callable[..., Page]) -> Callable[..., Page]:
    def make(source: Source = SOURCE, **changes: Any) -> Page:
        made = TRANSLATION
        return replace(
            original(source, **changes),
            language=made.language,
            title=made.title,
            summary=made.summary,
            body=made.body,
            html="<p>one</p>\n<p>two</p>",
            languages=("en", "zh-CN"),
            translation=made,
            original_body="一\n\n二",
        )

    return make


@pytest.fixture
def feed(original: Callable[..., Page], translated: Callable[..., Page]) -> Callable[..., Feed]:
    def make(*pages: Page, **changes: Any) -> Feed:
        shown = pages or (translated(), original(id="11111111-2222-5333-8444-555555555555", language="en"))
        base = Feed(name="news", language="en", title="The News", link="https://example.org/", pages=shown, siblings=("en", "zh-CN"))
        return replace(base, **changes)

    return make

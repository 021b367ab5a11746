"""Whatever comes in, the feeds that go out are valid, complete and say what came in."""

from __future__ import annotations

import io
import json
import os
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import feedparser
import pytest
from lxml import etree

from aggregator.core import markup
from aggregator.core.characters import one_line
from aggregator.core.normalize import normalize, skip_reason
from aggregator.model import Feed, Fetched, Media, Page, ParsedFeed, RawItem, Source, Translation
from aggregator.publishers.feeds import FeedPublisher
from aggregator.sources.feed import FeedKind
from aggregator.sources.html import HtmlKind
from aggregator.sources.json import JsonKind
from tests.validation import problems
from tests.validation.hostile import EACH, hostile

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PUBLISHER = FeedPublisher(base_url="https://me.example/reader", hub="https://hub.example/")
HOSTILE = hostile()
ROOT = Path(__file__).resolve().parents[3]
SEEDS: dict[str, Any] = tomllib.loads((ROOT / "seeds" / "sources.toml").read_text(encoding="utf-8"))["sources"]
RECORDED = sorted((ROOT.parent / "shared" / "corpus" / "feeds").glob("*"))
KINDS = {"feed": FeedKind(), "html": HtmlKind(), "json": JsonKind()}
MOST_TOLD = 5


def original(raw: RawItem, source: Source, feed: ParsedFeed) -> Page:
    item = normalize(raw, source, feed=feed, now=NOW)
    html = markup.clean(item.html, item.url)
    return Page(
        item=item, source=source, language=item.language, title=item.title, summary=item.summary, body="", html=html, languages=("en",)
    )


def translated(page: Page, text: str) -> Page:
    """A page whose translation says the same hostile things."""
    made = Translation(
        item_id=page.item.id, language="fr", title=text, summary=text, body=text, engine=text, of_digest="", made_at=NOW, verified=True
    )
    return replace(
        page, language="fr", title=text, summary=text, body=text, html=markup.to_html(text), translation=made, original_body=text
    )


@cache
def harmless() -> list[Page]:
    """Pages for hostile translations, the same for all of them."""
    source = Source(name="hostile", url="https://a.example/feed")
    return [original(raw("harmless", number), source, ParsedFeed(entries=())) for number in range(EACH)]


def raw(text: str, number: int) -> RawItem:
    """An entry with a hostile text wherever there is room for one."""
    media = (Media(url=f"https://a.example/{number}.mp3", type=text[:40], title=text[:80]), Media(url=text[:200], role="image"))
    published = NOW - timedelta(minutes=number) if number % 7 else "2099-12-31"
    updated = None if number % 5 else "2099-12-30"
    return RawItem(
        guid=f"{number} {text[:100]}", link=f"https://a.example/{number}?{text[:100]}", title=text, title_is_text=True, html=text,
        summary=text, published=published, updated=updated, language="en", authors=(text[:200],), tags=(text[:80],), media=media,
        image=text[:200],
    )  # fmt: skip


def written(pages: Sequence[Page], **changes: object) -> dict[str, bytes]:
    feed = Feed(name="all", language="en", title="All", link="", pages=tuple(pages), siblings=("en", "fr"), archives=3)
    documents = PUBLISHER.feed(replace(feed, **changes))
    return {document.path: document.data for document in documents if document.path.endswith((".rss", ".atom", ".json"))}


def wrong(documents: dict[str, bytes]) -> list[str]:
    return [f"{path}: {problem}" for path, data in documents.items() for problem in problems(path, data)][:MOST_TOLD]


def titles(documents: dict[str, bytes]) -> list[list[str]]:
    """The titles of the entries, by format."""
    found = []
    for path, data in documents.items():
        if path.endswith(".json"):
            found.append([item["title"] for item in json.loads(data)["items"]])
        else:
            root = etree.fromstring(data, etree.XMLParser(huge_tree=True))
            entries = root.iterfind("channel/item") if path.endswith(".rss") else root.iterfind("{*}entry")
            found.append([entry.findtext("{*}title") for entry in entries])
    return found


def expected(page: Page, variant: object = "translation") -> str:
    title = one_line(unescape(page.title) if page.source.profile == "compat" else page.title)
    return f"{title} / {page.item.title}" if variant == "bilingual" and title not in ("", page.item.title) else title


def check(pages: Sequence[Page], **changes: object) -> None:
    documents = written(pages, **changes)
    assert len(documents) == 3
    assert wrong(documents) == []
    wanted = [expected(page, changes.get("variant")) for page in pages]
    for found in titles(documents):
        assert len(found) == len(pages)
        assert [title for title, known in zip(found, wanted, strict=True) if known] == list(filter(None, wanted))


def test_every_class_of_hostile_texts_has_enough_of_them() -> None:
    assert min(len(set(texts)) for texts in HOSTILE.values()) == EACH >= 400


@pytest.mark.parametrize("profile", ["clean", "compat"])
@pytest.mark.parametrize("name", HOSTILE)
def test_feeds_of_hostile_items_are_valid_and_complete(name: str, profile: str) -> None:
    source = Source(name="hostile", url="https://a.example/feed", title=HOSTILE[name][7][:200], profile=profile)  # type: ignore[arg-type]
    every = 4 if profile == "compat" and not os.environ.get("WHOLE") else 1  # the two differ in their documents more than in their feeds
    check([original(raw(text, number), source, ParsedFeed(entries=())) for number, text in enumerate(HOSTILE[name][::every])])


@pytest.mark.parametrize("name", HOSTILE)
def test_bilingual_feeds_of_hostile_translations_are_valid_and_complete(name: str) -> None:
    check([translated(page, text) for page, text in zip(harmless(), HOSTILE[name], strict=True)], variant="bilingual", language="fr")


def test_texts_that_only_look_dangerous_come_through_as_they_are() -> None:
    for name in ("CDATA", "markup", "entities", "XSS"):
        texts = [text for text in HOSTILE[name] if text == one_line(text)]
        pages = [original(raw(text, number), Source(name="s", url=""), ParsedFeed(entries=())) for number, text in enumerate(texts)]
        assert len(texts) > 100
        for found in titles(written(pages)):
            assert found == texts


@pytest.mark.parametrize("name", SEEDS)
def test_the_feeds_of_every_seed_are_valid_and_complete(name: str) -> None:
    settings = dict(SEEDS[name])
    options = {key: settings.pop(key) for key in ("items", "fields", "date_format", "next") if key in settings}
    source = Source(name=name, options=options, **settings)
    body = (ROOT / "seeds" / source.url.removeprefix("{origin}/")).read_bytes()
    feed = KINDS[source.kind].parse(source, Fetched(url="https://seeds.example/", body=body))
    pages = [
        page for raw in feed.entries if not skip_reason(raw, (page := original(raw, source, feed)).item, source)
    ]  # fmt: skip
    assert pages
    check(pages, link=feed.link, title=feed.title or source.title)
    check([translated(page, page.title) for page in pages], variant="bilingual", language="fr")


@pytest.mark.skipif(not RECORDED, reason="the recorded feeds in ../shared/corpus are not here")
@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_the_feeds_of_every_recorded_feed_are_valid_and_complete(path: Path) -> None:
    source = Source(name=path.stem, url="https://recorded.example/feed")
    body = path.read_bytes()
    feed = FeedKind().parse(source, Fetched(url=source.url, body=body))
    pages = [original(raw, source, feed) for raw in feed.entries]
    check(list({page.item.id: page for page in pages}.values()), link=feed.link, title=feed.title)
    read = feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False).entries
    assert len(pages) == len(read) or not read  # one is too broken for feedparser alone
    simple = [
        (page.title, one_line(entry.title)) for page, entry in zip(pages, read, strict=bool(read)) if is_simple(entry.get("title", ""))
    ]
    assert [ours for ours, _ in simple] == [theirs for _, theirs in simple]


def is_simple(title: str) -> bool:
    """Whether a title is nothing but text to every reader."""
    return bool(title) and not any(character in title for character in "<&")

"""Feeds over arbitrary pages: always well formed, complete, and with nothing in them that runs."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import feedparser
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from lxml import etree

from aggregator.core import markup
from aggregator.core.characters import one_line
from aggregator.model import Feed, Item, Media, Page, Source, Translation
from aggregator.publishers.feeds import FeedPublisher
from aggregator.publishers.opml import opml

SPECIAL = st.sampled_from(
    [
        *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "]]>", "<![CDATA[", "&amp;", "&lt;b&gt;", "&#0;", "<!--", "-->"),
        *("javascript:alert(1)", "https://example.org/", "http://[::1", "%zz", "data:text/html,x", "//", "@", ":99999/"),
        *("\x00", "\x1b", "\ud800", "\uffff", "\ufeff", "\u2028", "\x85", "\r\n", "\t", " ", "🙂", "日本"),
    ]
)
HOSTILE = st.lists(SPECIAL | st.text(max_size=6), max_size=6).map("".join)
INSTANT = st.integers(-10_000_000_000, 100_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
NUMBER = st.integers(-5, 10**9)
MEDIA = st.builds(
    Media,
    url=HOSTILE,
    type=HOSTILE | st.just("audio/mpeg"),
    length=NUMBER,
    title=HOSTILE,
    role=st.sampled_from(["enclosure", "image", "media"]),
    width=NUMBER,
    height=NUMBER,
    duration=NUMBER,
)
ITEM = st.builds(
    Item,
    id=st.integers(0, 5).map(lambda number: str(uuid5(NAMESPACE_URL, str(number)))),
    source=st.just("s"),
    guid=HOSTILE,
    url=HOSTILE,
    title=HOSTILE,
    html=HOSTILE.map(lambda html: markup.clean(html, "https://example.org/")),
    summary=HOSTILE,
    published=INSTANT,
    language=HOSTILE | st.just("zh-CN"),
    updated=st.none() | INSTANT,
    authors=st.lists(HOSTILE, max_size=2).map(tuple),
    image=HOSTILE,
    media=st.lists(MEDIA, max_size=3).map(tuple),
    tags=st.lists(HOSTILE, max_size=3).map(tuple),
    label=HOSTILE,
)
SOURCE = st.builds(Source, name=HOSTILE, url=HOSTILE, title=HOSTILE)


@st.composite
def pages(draw: st.DrawFn) -> Page:
    item, source, body = draw(ITEM), draw(SOURCE), draw(HOSTILE)
    made = Translation(
        item_id=item.id,
        language=draw(st.sampled_from(["en", "ja"])),
        title=draw(HOSTILE),
        summary=draw(HOSTILE),
        body=body,
        engine=draw(HOSTILE),
        of_digest="",
        made_at=draw(INSTANT),
        verified=draw(st.booleans()),
    )
    if draw(st.booleans()):
        return Page(
            item=item, source=source, language=item.language, title=item.title, summary=item.summary, body="", html=item.html, languages=()
        )
    return Page(
        item=item,
        source=source,
        language=made.language,
        title=made.title,
        summary=made.summary,
        body=body,
        html=markup.to_html(body),
        languages=(),
        translation=made,
        original_body=draw(HOSTILE),
    )


EMPTY_FEED = st.builds(
    Feed,
    name=st.just("all") | HOSTILE,
    language=st.sampled_from(["en", "zh-CN"]),
    title=HOSTILE,
    link=HOSTILE | st.just("https://example.org/"),
    pages=st.just(()),
    variant=st.sampled_from(["translation", "bilingual"]),
    siblings=st.lists(st.sampled_from(["en", "zh-CN", "ja"]), unique=True).map(tuple),
)
FEED = st.builds(replace, EMPTY_FEED, pages=st.lists(pages(), max_size=4).map(tuple))
SETTINGS = settings(settings.get_profile("costly"), phases=set(Phase) - {Phase.explain})  # explaining a failure takes minutes here
BASE = st.sampled_from(["", "https://me.example", "not a url"])
RUNS = re.compile(
    r"<\s*(?:script|iframe|object|embed|svg|style|form|link|meta)\b|<[^>]*\s(?:on\w+|style)\s*=|(?:javascript|vbscript|data)\s*:",
    re.IGNORECASE,
)
TAG = re.compile(r"<[A-Za-z][^>]*>")


def first_of_each(pages: Iterable[Page]) -> list[Page]:
    found: dict[tuple[str, str | None], Page] = {}
    for page in pages:
        found.setdefault((page.item.id, page.translation and page.language), page)
    return list(found.values())


def title_of(page: Page, variant: str) -> str:
    title, original = one_line(page.title), one_line(page.item.title)
    return f"{title} / {original}" if title and original not in ("", title) and variant == "bilingual" else title


def read(data: bytes) -> Any:
    return feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)


@SETTINGS
@given(FEED, BASE)
def test_any_feed_is_well_formed_complete_and_the_same_when_built_again(feed: Feed, base_url: str) -> None:
    documents = FeedPublisher(base_url=base_url).feed(feed)
    assert documents == FeedPublisher(base_url=base_url).feed(feed)
    rss, atom, json_feed = (document.data for document in documents[:3])
    items = json.loads(json_feed)["items"]
    distinct = first_of_each(feed.pages)
    assert len(items) == len({item["id"] for item in items}) == len(distinct)
    for data in (rss, atom):
        etree.fromstring(data)
        parsed = read(data)
        assert not parsed.bozo
        assert parsed.feed.language == feed.language
        assert [entry.id for entry in parsed.entries] == [item["id"] for item in items]
        assert all(entry.title for entry in parsed.entries)
        assert all(entry.author for entry in parsed.entries)
    titles = [entry.findtext("{*}title") for entry in etree.fromstring(atom).iterfind("{*}entry")]
    assert (
        titles == [item["title"] for item in items] == [item.findtext("title") for item in etree.fromstring(rss).iterfind("channel/item")]
    )
    assert {title_of(page, feed.variant) for page in distinct} - {""} <= set(titles)
    updates = [entry.findtext("{*}updated") for entry in etree.fromstring(atom).iterfind("{*}entry")]
    assert len(set(updates)) == len(updates)


@SETTINGS
@given(FEED)
def test_nothing_in_a_feed_runs(feed: Feed) -> None:
    rss, atom, json_feed = (document.data for document in FeedPublisher(base_url="https://me.example").feed(feed)[:3])
    for item in json.loads(json_feed)["items"]:
        assert not any(RUNS.search(tag) for tag in TAG.findall(item["content_html"]))
    for data in (rss, atom):
        for element in etree.fromstring(data).iter():
            addresses = [element.get(name, "") for name in ("href", "url")] + ([element.text or ""] if element.tag == "link" else [])
            assert not any(RUNS.match(address) for address in addresses)
            assert all(address.startswith(("http://", "https://", "urn:uuid:")) for address in addresses if address)
        for entry in read(data).entries:
            parts = [*entry.get("content", ()), *filter(None, [entry.get("summary_detail")])]
            bodies = [part.value for part in parts if part.type == "text/html"]
            assert not any(RUNS.search(tag) for body in bodies for tag in TAG.findall(body))


@SETTINGS
@given(st.lists(EMPTY_FEED, max_size=6), HOSTILE)
def test_any_list_of_feeds_has_unique_titles(feeds: list[Feed], title: str) -> None:
    titles = [outline.get("title") for outline in etree.fromstring(opml(feeds, title=title, base_url="")).iterfind("body/outline/outline")]
    assert len(set(titles)) == len(titles) == len(feeds)

"""Documents broken at random: whatever arrives, reading it ends in entries or in a ParseError, and every entry in a document.

Broken are the documents in seeds/, by pieces cut out, doubled, moved, and by what breaks parsers put in between. FUZZ sets how many
are tried of each kind; `make fuzz` tries 20,000.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.core import discovery, frontmatter, pages
from aggregator.core.bodies import read_body
from aggregator.core.contents import Contents
from aggregator.errors import ParseError
from aggregator.model import Failed, Fetched, Source
from aggregator.sources.article import ArticleBySelector
from aggregator.sources.feed import FeedKind
from aggregator.sources.html import HtmlKind
from aggregator.sources.json import JsonKind
from aggregator.sources.opml import read_list
from tests.golden.test_seeds import SEEDS, SOURCES, source

NOW = datetime(2026, 1, 1, tzinfo=UTC)
KINDS = {"feed": FeedKind(), "json": JsonKind(), "html": HtmlKind()}
OPML = b"""<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Mine</title></head><body>
<outline text="News" title="News"><outline type="rss" text="One &amp; only" xmlUrl="https://one.example/feed" htmlUrl="https://one.example/"/>
<outline type="rss" text="Two" xmlUrl="https://two.example/feed" category="/a/b,c"/></outline>
<outline text="Include" type="include" url="https://three.example/list.opml"/></body></opml>"""
FUZZ = settings(max_examples=int(os.environ.get("FUZZ", "30")), deadline=None, suppress_health_check=list(HealthCheck))

spliced = st.one_of(
    st.binary(max_size=8),
    st.sampled_from([
        b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"&a;", b"&#0;", b"&#xD800;",
        b"&#99999999;",
        b'"', b"'", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\x1b$B", b"<item>", b"</item>", b"<entry>",
        b"</entry>", b"</rss>",
        b"<x:y>", b"xml:base='//['", b"xml:lang='x'", b"<guid>", b"<link/>", b"<pubDate>Thu, 32 Foo 99999 99:99:99 +9999</pubDate>",
        b"<enclosure url='//[' length='-1'/>", b"null", b"[", b"]", b"{", b"}", b"1e999", b"-", b"\\ud800", b"\\u0000", b",", b"NaN",
        b"<html>", b"<script>", b"<base href='http://['>", b"<svg>", b"<template>", b"<table>", b"<?xml version='1.0' encoding='utf-7'?>",
    ]),
)  # fmt: skip
place = st.floats(0, 1, exclude_max=True)
cuts = st.lists(st.tuples(place, st.integers(0, 400), st.sampled_from(["cut", "double", "move", "put"]), spliced), min_size=1, max_size=8)


def broken(body: bytes, changes: list[tuple[float, int, str, bytes]]) -> bytes:
    """The body with pieces cut out, doubled, moved to the front, or something put in."""
    for where, length, how, new in changes:
        start = int(where * len(body))
        before, piece, after = body[:start], body[start : start + length], body[start + length :]
        body = {"cut": before + after, "double": before + piece * 2 + after, "move": piece + before + after}.get(
            how, before + new + piece + after
        )
    return body


def published(name: str, body: bytes, content_type: str) -> int:
    """Read a body as the source of that name; how many documents it became."""
    settings = source(name)
    fetched = Fetched(url="https://seeds.example/feed", body=body, headers={"content-type": content_type} if content_type else {})
    contents = read_body(KINDS[settings.kind], settings, fetched, now=NOW)
    if isinstance(contents, Failed):
        assert contents.message
        return 0
    originals = [pages.original(item, settings, languages=(item.language,)) for item in contents.items]
    documents = [frontmatter.render(page, zone=ZoneInfo("Asia/Shanghai")) for page in originals]
    assert contents.reasons == ()
    return sum(document.startswith("---\n") for document in documents)


TYPES = ["", "text/xml; charset=gbk", "application/json", "text/html; charset=utf-16", "x; charset=\x00"]


@pytest.mark.parametrize("name", SOURCES)
def test_what_a_source_sends_is_read_or_refused(name: str) -> None:
    whole = (SEEDS / source(name).url.removeprefix("{origin}/")).read_bytes()
    assert published(name, whole, "")

    @FUZZ
    @given(
        changes=cuts,
        content_type=st.sampled_from(TYPES),
    )
    def read(changes: list[tuple[float, int, str, bytes]], content_type: str) -> None:
        published(name, broken(whole, changes), content_type)

    read()


@FUZZ
@given(changes=cuts)
def test_a_list_of_subscriptions_is_read_or_refused(changes: list[tuple[float, int, str, bytes]]) -> None:
    try:
        found = read_list(broken(OPML, changes))
    except ParseError as error:
        assert str(error)
    else:
        assert all(each.url for each in found.feeds)


@FUZZ
@given(changes=cuts, selector=st.sampled_from(["article", "p", "html"]))
def test_an_articles_page_is_read_or_refused(changes: list[tuple[float, int, str, bytes]], selector: str) -> None:
    body = broken((SEEDS / "margem" / "noticias.html").read_bytes(), changes)
    page = Source(
        name="page",
        url="https://seeds.example/a",
        kind="page by selector",
        options={"selector": selector, "title": "T", "link": "https://seeds.example/a", "summary": ""},
    )
    contents = read_body(ArticleBySelector(), page, Fetched(url=page.url, body=body), now=NOW)
    assert isinstance(contents, Contents | Failed)
    discovery.feeds_in_page(page.url, body.decode("utf-8", "replace"))

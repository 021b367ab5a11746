"""What the origins of these tests publish, and how a strict reader reads what we publish."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any

import feedparser

BEGAN = datetime(2026, 5, 1, tzinfo=UTC)
CHANNEL = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>{title}</title><link>https://{host}/</link><description>d</description>{items}</channel></rss>
"""
ITEM = """
<item><title>{title}</title><link>https://{host}/{id}</link><guid isPermaLink="false">{id}</guid><pubDate>{date}</pubDate>
<description>{html}</description></item>"""


def rss(ids: Iterable[int], *, host: str = "paper.example", title: str = "软件新闻", html: str = "<p>软件的第 {id} 条新闻。</p>") -> bytes:
    """An RSS 2.0 document in Simplified Chinese, a minute between two items; `{id}` in title and text stands for the item's number."""
    items = (
        ITEM.format(
            title=escape(title.format(id=id) if "{id}" in title else f"{title} {id}"),
            host=host,
            id=id,
            date=format_datetime(BEGAN + timedelta(minutes=id)),
            html=escape(html.format(id=id)),
        )
        for id in ids
    )
    return CHANNEL.format(title=host, host=host, items="".join(items)).encode()


def entries(feed: Path) -> list[Any]:
    """The entries of a published RSS or Atom feed that is sound: well-formed, in the language of its folder, no id twice."""
    read = feedparser.parse(feed.read_bytes())
    assert not read.bozo, (feed, read.get("bozo_exception"))
    language = next(parent for parent in feed.parents if parent.parent.name == "feeds").name
    assert read.feed.language == language, feed
    ids = [entry.id for entry in read.entries]
    assert len(set(ids)) == len(ids), feed
    assert all(ids), feed
    return list(read.entries)

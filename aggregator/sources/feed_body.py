"""Reads a body as a feed: which format it is in, and who reads that."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

from aggregator.core.links import public_url
from aggregator.model import Fetched, ParsedFeed, Source
from aggregator.sources import dating, feed_reading, jsonfeed
from aggregator.sources.diagnosis import refusal, root
from aggregator.sources.encoding import decode


def read(source: Source, fetched: Fetched, *, known: Set[str]) -> ParsedFeed:
    """The feed, its entries dated as the source says, without those that are `known`. Raises ParseError where it is none."""
    return dating.dated(_read(source, fetched, known), source)


def _read(source: Source, fetched: Fetched, known: Set[str]) -> ParsedFeed:
    text, complaint = decode(fetched.body, content_type=fetched.headers.get("content-type", ""), language=source.language)
    text = text.lstrip("\ufeff \t\r\n")
    if text.startswith(("{", "[")):
        return jsonfeed.parse(fetched, limit=source.max_items)
    if not text or root(text) == "html":
        raise refusal(text, fetched, wanted="a feed")
    feed = feed_reading.read(text, source, location=public_url(fetched.url), known=known)
    if feed is None:
        raise refusal(text, fetched, wanted="a feed")
    return replace(feed, complaints=(complaint, *feed.complaints)) if complaint else feed

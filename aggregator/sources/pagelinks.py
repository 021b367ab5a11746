"""The feeds that a page names (https://www.rssboard.org/rss-autodiscovery), and the links on it that look like feeds."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser

from aggregator.core import markup
from aggregator.core.characters import one_line
from aggregator.core.links import http_url
from aggregator.model import Fetched
from aggregator.sources.address import join, path
from aggregator.sources.encoding import decode

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
_JSON = "application/json"  # JSON Feed 1.0, but of WordPress every page's entry in its API
_API = "/wp-json/"
_LIKE_A_FEED = re.compile(r"(?:^|/)(?:feeds?|rss|atom)/?$|\.(?:rss|atom|rdf)$|(?:^|/)(?:feed|rss|atom|index)\.(?:xml|json)$", re.IGNORECASE)
_MOST = 10
DEEPEST = 500
"""How deep a page may be nested: building the tree takes time quadratic in the depth, 490 s for a megabyte of `<div>`."""
_LONGEST_TITLE = 120


class Page(NamedTuple):
    """What a page says of feeds: those it declares, links that look like feeds, and all of its text."""

    declared: list[FeedLink]
    feedlike: list[FeedLink]
    text: str


class FeedLink(NamedTuple):
    """An absolute http(s) address, and what the page calls it."""

    url: str
    title: str


def page_of(fetched: Fetched) -> Page | None:
    """The page that an answer is, or None where it is none, or nested too deeply to be read."""
    text, _ = decode(fetched.body, content_type=fetched.headers.get("content-type", ""))
    if "<" not in text or markup.depth(text) > DEEPEST:
        return None
    page, url = LexborHTMLParser(text), http_url(fetched.url)
    return Page(linked_feeds(page, url), feedlike_links(page, url), text)


def linked_feeds(page: LexborHTMLParser, url: str) -> list[FeedLink]:
    """The feeds that the page at this address declares, in its order, those that say only JSON last, ten at most."""
    return _distinct([*_declared(page, _FEED_TYPES), *_declared(page, (_JSON,))], base_of(page, url))


def feedlike_links(page: LexborHTMLParser, url: str) -> list[FeedLink]:
    """The links on the page whose addresses look like those of feeds, in its order, ten at most."""
    links = ((link.attributes.get("href") or "", link.text()) for link in page.css("a[href]"))
    return _distinct(((href, text) for href, text in links if _LIKE_A_FEED.search(path(href))), base_of(page, url))


def base_of(page: LexborHTMLParser, url: str) -> str:
    """What the page's relative addresses are relative to."""
    base = page.css_first("base[href]")
    return join(url, base.attributes.get("href") or "") or url if base else url


def _declared(page: LexborHTMLParser, kinds: Container[str]) -> Iterator[tuple[str, str]]:
    for link in page.css("link[href]"):
        attributes = {name: value or "" for name, value in link.attributes.items()}
        kind = attributes.get("type", "").partition(";")[0].strip().lower()
        if (
            "alternate" in attributes.get("rel", "").lower().split()
            and kind in kinds
            and not (kind == _JSON and _API in attributes["href"])
        ):
            yield attributes["href"], attributes.get("title", "")


def _distinct(links: Iterable[tuple[str, str]], base: str) -> list[FeedLink]:
    found: dict[str, FeedLink] = {}
    for href, title in links:
        url = join(base, href).partition("#")[0]
        if url.startswith(("http://", "https://")):
            found.setdefault(url, FeedLink(url, one_line(title)[:_LONGEST_TITLE]))
    return list(found.values())[:_MOST]

"""Reads lists of subscriptions: OPML in all its shapes, and RDF/FOAF, as far as they can be read.

listparser's handler is driven directly: its `parse` fetches what looks like an address, and takes UTF-8 for Latin-1 with lxml.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from listparser import Handler

from aggregator.core.characters import one_line
from aggregator.core.subscriptions import Subscription
from aggregator.errors import ParseError
from aggregator.sources.diagnosis import root
from aggregator.sources.encoding import decode

_DEEPEST = 10  # folders that count; the handler copies all of them for each feed
_MOST_OPEN = 1000  # outlines in one another that are told apart
_FAULTS = (AssertionError, IndexError, LookupError, ValueError)  # what Python's HTML parser and the handler raise on malformed input
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_OUTLINE = re.compile(r"<(?:\w+:)?outline\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionList:
    """The feeds of a list in its order, repeated ones too, and what of it could not be used, in words."""

    feeds: tuple[Subscription, ...]
    complaints: tuple[str, ...] = ()


class _Handler(Handler):  # type: ignore[misc]
    """Notes every outline, and bears ends without beginnings."""

    hierarchy: list[str]

    def __init__(self) -> None:
        super().__init__()
        self.harvest.update(feeds=[], lists=[], opportunities=[], meta={}, version="")
        self.repeated: list[str] = []
        self.pages: list[str] = []

    def start_opml_outline(self, attrs: dict[str, str]) -> None:
        url = attrs.get("xmlurl", "").strip()
        if url in self.found_urls:
            self.repeated.append(url)
        if not url and attrs.get("htmlurl", "").strip():
            self.pages.append(attrs["htmlurl"])
        whole, self.hierarchy = self.hierarchy, [name for name in self.hierarchy if name][:_DEEPEST]
        super().start_opml_outline(attrs)
        self.hierarchy = [*whole, self.hierarchy[-1]] if len(whole) < _MOST_OPEN else whole

    def end_opml_outline(self) -> None:
        if self.hierarchy:
            super().end_opml_outline()


def read_list(body: bytes) -> SubscriptionList:
    """The subscriptions in a list. Raises ParseError where it is none."""
    text, complaint = decode(body)
    handler = _Handler()
    try:
        handler.feed(_NOT_TEXT.sub("", text))
        handler.close()
    except _FAULTS:
        complaint = "the list is broken; what stands behind the fault was not read"
    found = handler.harvest
    feeds = [_subscription(feed) for feed in found["feeds"]]
    if not feeds and not found["version"] and not _OUTLINE.search(text):
        what = {"html": "an HTML page", "": "something else"}.get(root(text), "a feed")
        raise ParseError(
            f"this is no list of subscriptions (OPML), but {what if text.strip() else 'empty'}",
            advice="Export your subscriptions as OPML from your feed reader, and import that file.",
        )
    return SubscriptionList(
        feeds=(*feeds, *(Subscription(url=url) for url in handler.repeated)),
        complaints=(*([complaint] if complaint else []), *_others(handler)),
    )


def _subscription(feed: dict[str, Any]) -> Subscription:
    folders = [one_line(name) for path in feed.get("categories", []) for name in path if name]
    return Subscription(
        url=one_line(feed["url"]), title=one_line(feed.get("title", "")), folders=tuple(dict.fromkeys(filter(None, folders)))
    )


def _others(handler: _Handler) -> list[str]:
    lists = [each["url"] for each in handler.harvest["lists"]]
    pages = dict.fromkeys([*(each["url"] for each in handler.harvest["opportunities"]), *handler.pages])
    said = [f"{one_line(url)} is a list of its own: fetch it and import it, too" for url in lists]
    return said + [f"{one_line(url)} is a page without a feed's address: try `aggregator add` with it" for url in pages]

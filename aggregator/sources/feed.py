"""The kind `feed`: RSS 0.9x to 2.0, RDF and Atom with feedparser, JSON Feed by ourselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from aggregator.core.links import public_url
from aggregator.model import Fetched, ParsedFeed, Source
from aggregator.sources import jsonfeed
from aggregator.sources.diagnosis import refusal, root
from aggregator.sources.encoding import decode
from aggregator.sources.feed_entry import parsed_feed


class FeedKind:
    """Reads feeds of every format. Tolerant: of an ill-formed document all that can be read is, and a complaint says what was wrong."""

    def problems(self, source: Source) -> Sequence[tuple[str, str]]:
        """Nothing of this kind can be set wrongly: a feed says itself where things are."""
        return ()

    def parse(self, source: Source, fetched: Fetched) -> ParsedFeed:
        """The first `source.max_items` entries. Raises ParseError where the body is not a feed at all."""
        from aggregator.sources import feed_parsers  # here, so that a process that only checks settings stays small

        text, complaint = decode(fetched.body, content_type=fetched.headers.get("content-type", ""), language=source.language)
        text = text.lstrip("\ufeff \t\r\n")
        if text.startswith(("{", "[")):
            return jsonfeed.parse(fetched, limit=source.max_items)
        if not text or root(text) == "html":
            raise refusal(text, fetched, wanted="a feed")
        location = public_url(fetched.url)
        parser, fault = feed_parsers.read(text, location=location, limit=source.max_items)
        if not parser.version and not parser.entries:
            raise refusal(text, fetched, wanted="a feed")
        feed = parsed_feed(
            _plain(parser.feeddata),
            [_plain(entry) for entry in parser.entries[: source.max_items]],
            version=parser.version,
            location=location,
            complaints=[said for said in (complaint, fault) if said],
        )
        return replace(feed, more=parser.more)


def _plain(found: Any) -> dict[str, Any]:
    """feedparser's dictionaries answer some keys with the value of others: the copy says only what was found."""
    return dict(found)

"""The kind `feed`: RSS 0.9x to 2.0, RDF and Atom with feedparser, JSON Feed by ourselves."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace

from aggregator.core.links import public_url
from aggregator.model import Fetched, ParsedFeed, Source
from aggregator.sources import jsonfeed
from aggregator.sources.diagnosis import refusal, root
from aggregator.sources.encoding import decode


class FeedKind:
    """Reads feeds of every format. Tolerant: of an ill-formed document all that can be read is, and a complaint says what was wrong."""

    def problems(self, source: Source) -> Sequence[tuple[str, str]]:
        """Nothing of this kind can be set wrongly: a feed says itself where things are."""
        return ()

    def parse(self, source: Source, fetched: Fetched, *, known: Set[str] = frozenset()) -> ParsedFeed:
        """The first `source.max_items` entries. Raises ParseError where the body is not a feed at all.

        `known` is what the last reading gave as `context`, `digests` and `unchanged`: entries that are the same as then are left out.
        """
        from aggregator.sources import feed_reading  # here, so that a process that only checks settings stays small

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

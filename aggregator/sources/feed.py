"""The kind `feed`: RSS 0.9x to 2.0, RDF and Atom with feedparser, JSON Feed by ourselves."""

from __future__ import annotations

from collections.abc import Sequence, Set

from aggregator.model import Fetched, ParsedFeed, Source
from aggregator.sources import date_format


class FeedKind:
    """Reads feeds of every format. Tolerant: of an ill-formed document all that can be read is, and a complaint says what was wrong."""

    def problems(self, source: Source) -> Sequence[tuple[str, str]]:
        """What is wrong with `date_format`, as (key, message) pairs: all else a feed says itself."""
        return date_format.problems(source)

    def parse(self, source: Source, fetched: Fetched, *, known: Set[str] = frozenset()) -> ParsedFeed:
        """The first `source.max_items` entries. Raises ParseError where the body is not a feed at all.

        `known` is what the last reading gave as `context`, `digests` and `unchanged`: entries that are the same as then are left out.
        """
        from aggregator.sources import feed_body  # here, so that a process that only checks settings stays small

        return feed_body.read(source, fetched, known=known)

"""Feeds as RSS 2.0, Atom 1.0 and JSON Feed 1.1 documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aggregator.core.slugs import feed_path
from aggregator.model import Document, Feed, Page
from aggregator.publishers.channel import MEDIA_TYPES, Channel, Format, channel
from aggregator.publishers.jsonfeed import json_feed
from aggregator.publishers.rss_atom import atom, rss

_WRITERS: dict[Format, Callable[[Channel], bytes]] = {"rss": rss, "atom": atom, "json": json_feed}


class FeedPublisher:
    """One document for each feed and format, `<language>/<name>.<format>`, none for pages.

    `base_url` is where the site is reached; without it feeds leave out the links to themselves and to their other languages.
    """

    def __init__(self, *, base_url: str = "", formats: Sequence[Format] = tuple(MEDIA_TYPES)) -> None:
        self._base_url = base_url
        self._formats = tuple(formats)

    def page(self, page: Page) -> Sequence[Document]:
        """Nothing: a page stands in feeds."""
        return ()

    def feed(self, feed: Feed) -> Sequence[Document]:
        """The documents of a feed. The same feed gives the same bytes."""
        ready = channel(feed, base_url=self._base_url)
        return [
            Document(
                root="feeds",
                path=feed_path(feed.name, feed.language, variant=feed.variant, extension=form),
                data=_WRITERS[form](ready),
            )
            for form in self._formats
        ]

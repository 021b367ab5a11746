"""Feeds as RSS 2.0, Atom 1.0 and JSON Feed 1.1 documents."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from aggregator.core.templates import PLAIN, Templates
from aggregator.model import Document, Feed, Page
from aggregator.publishers.channel import STYLESHEET, Channel, channel
from aggregator.publishers.fragments import Fragments
from aggregator.publishers.places import MEDIA_TYPES, Format, place


class FeedPublisher:
    """One document for each feed and format, `<language>/<name>.<format>`, none for pages.

    `base_url` is where the site is reached; without it feeds have no link to themselves, and relative ones to their archives and other
    languages. `hub` is the WebSub hub that they name, if any; `templates` make titles and summaries. A stylesheet for browsers stands
    beside them.
    """

    def __init__(
        self, *, base_url: str = "", formats: Sequence[Format] = tuple(MEDIA_TYPES), hub: str = "", templates: Templates = PLAIN
    ) -> None:
        self._base_url = base_url
        self._hub = hub
        self._templates = templates
        self._formats = tuple(formats)
        self._fragments = Fragments()

    def page(self, page: Page) -> Sequence[Document]:
        """Nothing: a page stands in feeds."""
        return ()

    def feed(self, feed: Feed) -> Sequence[Document]:
        """The documents of a feed. The same feed gives the same bytes."""
        ready = channel(feed, base_url=self._base_url, hub=self._hub, templates=self._templates)
        written = [self._document(feed, ready, form) for form in self._formats]
        return written if set(self._formats) == {"json"} else [*written, Document(root="feeds", path=STYLESHEET, data=_stylesheet())]

    def _document(self, feed: Feed, ready: Channel, form: Format) -> Document:
        path = place(feed, form)
        made = self._fragments.made(ready, form, feed.before.get(path))
        return Document(root="feeds", path=path, data=made.data, parts=None if feed.archive else made.parts)


@cache
def _stylesheet() -> bytes:
    return Path(__file__).with_name(STYLESHEET).read_bytes()

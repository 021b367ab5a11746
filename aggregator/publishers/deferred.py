"""A publisher that is loaded when there is something to publish: most rounds bring nothing, and what writes feeds takes 0.05 s to load."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from aggregator.model import Document, Feed, Page
from aggregator.ports import Publisher


class DeferredPublisher:
    """Stands for a publisher, which `make` loads and builds."""

    def __init__(self, make: Callable[[], Publisher]) -> None:
        self._make = make

    @cached_property
    def _publisher(self) -> Publisher:
        return self._make()

    def page(self, page: Page) -> Sequence[Document]:
        """The documents of one item in one language."""
        return self._publisher.page(page)

    def feed(self, feed: Feed) -> Sequence[Document]:
        """The documents of one feed in one language."""
        return self._publisher.feed(feed)

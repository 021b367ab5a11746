"""What a mark came to, into files: documents are written where they differ, and what a feed is not published as any more is deleted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from aggregator.errors import PublishError
from aggregator.model import Document, Feed, Mark, Published
from aggregator.publishers.channel import everywhere
from aggregator.publishers.files import Written

Writer = Callable[[Document, str], Written]
Eraser = Callable[[Document, str], bool | None]


def put(mark: Mark, documents: Sequence[Document], write: Writer, *, former: str = "") -> Published:
    """Write the documents as far as they differ; what could not be written is told."""
    places: list[Written] = []
    error = ""
    try:
        for document in documents:
            places.append(write(document, former))
    except PublishError as caught:
        error = str(caught)
    return Published(
        mark=mark,
        paths=tuple(place.path for place in places),
        written=tuple(place.path for place in places if place.outcome == "written"),
        removed=tuple(place.removed for place in places if place.removed),
        error=error,
    )


def put_feed(mark: Mark, feed: Feed, documents: Sequence[Document], write: Writer, erase: Eraser) -> Published:
    """Write a feed, or an archive of one, and delete the variants and formats that are not among the documents."""
    published = put(mark, documents, write)
    wanted = {document.path for document in documents}
    others = (Document(root="feeds", path=path, data=b"") for path in everywhere(feed) if path not in wanted)
    try:
        gone = [document.path for document in others if erase(document, document.path)]
    except PublishError as caught:
        return replace(published, error=published.error or str(caught))
    return replace(published, removed=tuple(gone))


def no_eraser(document: Document, path: str) -> None:
    """Deletes nothing."""

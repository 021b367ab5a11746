"""What marks came to, into files: documents are written where they differ, and what a feed is not published as any more is deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from aggregator.errors import PublishError
from aggregator.model import Document, Feed, Mark, Published
from aggregator.publishers.files import Written
from aggregator.publishers.places import everywhere
from aggregator.publishers.together import Asked, Placed

Writer = Callable[[Sequence[Asked]], Sequence[Placed]]
Eraser = Callable[[Document, str], bool | None]
Reader = Callable[[str, str], bytes | None]


HELD = 16 * 1024 * 1024  # bytes of documents that wait to be written: what is usual is far below that, and waits for the disk once


class Ready(NamedTuple):
    """What a mark came to before it is written: its documents, and where a page's was written the last time, or which feed it is."""

    mark: Mark
    documents: Sequence[Document]
    former: str = ""
    feed: Feed | None = None


def portions(ready: Iterable[Ready]) -> Iterator[list[Ready]]:
    """As many at once as can be held; the next ones are made when those are done with."""
    some, held = list[Ready](), 0
    for each in ready:
        some.append(each)
        held += sum(len(document.data) for document in each.documents)
        if held >= HELD:
            yield some
            some, held = [], 0
    if some:
        yield some


def put(ready: Sequence[Ready], write: Writer) -> list[Published]:
    """Write all documents as far as they differ; what could not be written is told."""
    placed = iter(write([(document, each.former) for each in ready for document in each.documents]))
    return [_published(each.mark, list(islice(placed, len(each.documents)))) for each in ready]


def to_record(ready: Ready, published: Published) -> list[tuple[str, str, str]]:
    """Where a page's documents stand that stood elsewhere before, and are its own, as (item id, language, path)."""
    paths = () if published.error else published.paths
    return [(ready.mark.key, ready.mark.language, path) for path in paths if path not in (ready.former, *published.kept)]


def clear(published: Published, feed: Feed, wanted: Sequence[Document], erase: Eraser) -> Published:
    """Delete the variants and formats of a feed, or of an archive of one, that are not among the documents."""
    paths = {document.path for document in wanted}
    others = (Document(root="feeds", path=path, data=b"") for path in everywhere(feed) if path not in paths)
    try:
        gone = [document.path for document in others if erase(document, document.path)]
    except PublishError as caught:
        return replace(published, error=published.error or str(caught))
    return replace(published, removed=tuple(gone))


def no_eraser(document: Document, path: str) -> None:
    """Deletes nothing."""


def no_reader(root: str, path: str) -> None:
    """Nothing stands anywhere."""


def _published(mark: Mark, placed: Sequence[Placed]) -> Published:
    places = [place for place in placed if isinstance(place, Written)]
    return Published(
        mark=mark,
        paths=tuple(place.path for place in places),
        written=tuple(place.path for place in places if place.outcome == "written"),
        removed=tuple(place.removed for place in places if place.removed),
        kept=tuple(place.path for place in places if place.outcome == "kept"),
        error=next((str(place) for place in placed if isinstance(place, PublishError)), ""),
    )

"""The pages around the feeds: all of them, or those alone that say something else since some feeds were published."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from aggregator.core import shelves
from aggregator.core.feeding import ALL
from aggregator.core.shelves import FEW, SPREAD, TAGS, Shelf
from aggregator.errors import PublishError
from aggregator.model import Document
from aggregator.publishers import index
from aggregator.publishers.files import Written

if TYPE_CHECKING:
    from aggregator.wiring.house import House


def everything(house: House) -> list[str]:
    """Lay out all pages and lists, and delete pages that are none any more. Returns what was written. Raises PublishError."""
    with house.shown.telling():
        feeds, site = house.listed(), house.settings.site
        made = index.index(
            feeds, title=site.title, base_url=site.base_url, formats=house.settings.feeds.formats, sources=house.pipeline.sources
        )
        documents = list(made)
        written = _write(house, documents)
        _sweep(house, {document.path for document in documents})
        house.shown.now(feeds)
    return written


def news(house: House) -> list[str]:
    """Lay out the pages of feeds of which there is news, or the first page if there is no other. Returns what was written.

    The lists for readers, and the contents of a first page beside others, wait for `everything`. Raises PublishError.
    """
    with house.shown.telling() as names:
        if (few := _few(house)) is None:
            return [path for shelf in _touched(house, names) for path in _shelve(house, shelf)]
        feeds = house.listed(few)
        written = _write(house, [index.home(feeds, (), title=house.settings.site.title, formats=house.settings.feeds.formats)])
        house.shown.now(feeds)
    return written


def _few(house: House) -> list[str] | None:
    """The names of all feeds, if they fit on the first page."""
    sources = house.pipeline.sources
    return None if _has_many_tags(house) or len(sources) > FEW else [ALL, *sources, *house.store.feed_names_between(*TAGS, limit=FEW)]


def _has_many_tags(house: House) -> bool:
    return len(house.store.feed_names_between(*TAGS, limit=FEW + 1)) > FEW


def _touched(house: House, names: set[str]) -> Iterator[Shelf]:
    """The pages beside the first one that say something of these names, or did."""
    for shelf in shelves.shelves(sorted(house.pipeline.sources), "source"):
        if names.intersection(shelf.names):
            yield shelf
    if tags := shelves.of_kind(names, "tag") if _has_many_tags(house) else []:
        opening = {shelves.opening(_before(house, tag)) for tag in tags}
        for first in sorted(opening.union(filter(shelves.opens, tags))):
            yield Shelf("tag", first, _from(house, first))


def _from(house: House, first: str) -> tuple[str, ...]:
    """The names on the page that goes by one; none where there is no feed of that name."""
    names = shelves.until_next(first, _onwards(house, first or TAGS[0]))
    return names if not first or names[:1] == (first,) else ()


def _before(house: House, tag: str) -> Iterator[str]:
    """The names of tags' feeds before one, the nearest first."""
    while names := house.store.feed_names_between(TAGS[0], tag, limit=2 * SPREAD, backwards=True):
        yield from names
        tag = names[-1]


def _onwards(house: House, tag: str) -> Iterator[str]:
    """The names of tags' feeds from one on, if there is one of that name."""
    seen = 0
    while names := house.store.feed_names_between(tag, TAGS[1], limit=2 * SPREAD)[seen:]:
        yield from names
        tag, seen = names[-1], 1


def _shelve(house: House, shelf: Shelf) -> list[str]:
    """Write the page of a shelf, or delete it where it has no feed left. Returns what was written."""
    feeds = house.listed(shelf.names)
    there = {feed.name for feed in feeds}
    kept = shelf._replace(names=tuple(name for name in shelf.names if name in there))
    documents = [index.page(kept, feeds, title=house.settings.site.title, formats=house.settings.feeds.formats)] if kept.names else []
    written = _write(house, documents)
    if not documents:
        _erase(house, index.path_of(shelf.kind, shelf.first))
    house.shown.now(feeds, of=shelf.names)
    return written


def _write(house: House, documents: Sequence[Document]) -> list[str]:
    placed = house.pipeline.write([(document, "") for document in documents])
    for place in placed:
        if isinstance(place, PublishError):
            raise place
    return [place.path for place in placed if isinstance(place, Written) and place.outcome == "written"]


def _sweep(house: House, wanted: set[str]) -> None:
    """Delete the pages that are none any more."""
    site = house.settings.paths.site or Path()
    for file in (site / index.PAGES).rglob("*.html"):
        if (path := file.relative_to(site).as_posix()) not in wanted:
            _erase(house, path)


def _erase(house: House, path: str) -> None:
    house.pipeline.erase(Document(root="site", path=path, data=b"", owner=index.END), path)

"""Takes away what retention does not keep: the documents first, then the items, so that a kill in between leaves no file behind.

items too old or too many -> pages -> ERASE documents -> REMOVE items, keep their names, mark their feeds
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from aggregator.core import feeding, retention
from aggregator.model import Document, Item, Pruned, Source
from aggregator.pipeline import Pipeline

AT_ONCE = 100


def prune(pipeline: Pipeline) -> list[Pruned]:
    """Every configured source that keeps less than everything. Raises PublishError."""
    limited = (source for source in pipeline.sources.values() if source.retention.age or source.retention.items)
    return [_pruned(pipeline, source) for source in limited]


def _pruned(pipeline: Pipeline, source: Source) -> Pruned:
    pruned, now = Pruned(source=source.name), pipeline.clock()
    before = now - source.retention.age if source.retention.age else None
    while ids := pipeline.store.expired(source.name, before=before, keep=source.retention.items, now=now, limit=AT_ONCE):
        items = pipeline.store.items(ids)
        erased = [outcome for item in items.values() for outcome in _erased(pipeline, item)]
        gone = pipeline.store.remove_items(ids, retention.tombstones(items.values(), pipeline.sources, now=now), now=now)
        pruned = replace(
            pruned,
            items=pruned.items + len(gone),
            documents=pruned.documents + erased.count(True),
            left=pruned.left + erased.count(False),
        )
        if not gone:
            break
    return pruned


def _erased(pipeline: Pipeline, item: Item) -> Iterator[bool | None]:
    """Delete an item's documents in all languages from where each was written; what came of each."""
    translations = pipeline.store.translations([item.id]).get(item.id, {})
    for language in (item.language, *translations):
        path = pipeline.store.path_of(item.id, language)
        page = feeding.page_of(item, language, translations, pipeline.sources)
        for document in (document for publisher in pipeline.publishers for document in publisher.page(page)):
            if path:
                yield pipeline.erase(document, path)
            else:
                yield from (
                    True for place in (document.path, document.alternative) if place and pipeline.erase(_unrecorded(document), place)
                )


def _unrecorded(document: Document) -> Document:
    """A document that may stand in its place without our knowing: who wrote it was killed before that was noted.

    Of a kept one only these very bytes are ours: what else stands there was there before.
    """
    return replace(document, owner=b"", key=b"") if document.keep else document

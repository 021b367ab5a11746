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
        erased = [pipeline.erase(document, path) for item in items.values() for document, path in _documents(pipeline, item)]
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


def _documents(pipeline: Pipeline, item: Item) -> Iterator[tuple[Document, str]]:
    """An item's documents in all languages, and where each was written."""
    translations = pipeline.store.translations([item.id]).get(item.id, {})
    for language in (item.language, *translations):
        if path := pipeline.store.path_of(item.id, language):
            page = feeding.page_of(item, language, translations, pipeline.sources)
            yield from ((document, path) for publisher in pipeline.publishers for document in publisher.page(page))

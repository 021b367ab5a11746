"""Feeds and their archives, from claimed marks to files: what no longer fits into a feed stands in archives (RFC 5005 section 4).

An archive takes a fixed number of pages, and never another. It is written before the feed that leads to it, and again only where a page of
its own is gone, or everything is marked to be published again. One that has no page left is deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from aggregator.model import Mark, Published
from aggregator.pipeline import Pipeline

AT_ONCE = 8  # archives of one feed; the feed itself waits for the next turn if there are more


def publish(pipeline: Pipeline, marks: Sequence[Mark], *, report: Callable[[Published], None] = lambda published: None) -> list[Published]:
    """Render claimed marks, and archives that are out of date, and write what differs. What can't be written keeps its mark."""
    feeds = {(mark.key, mark.language): mark for mark in marks if mark.kind == "feed"}
    due = pipeline.store.overflowing(feeds, size=pipeline.feed_limit) if feeds else ()
    early = [published for key, mark in feeds.items() if key in due for published in _archives(pipeline, mark)]
    waiting = {(published.mark.key, published.mark.language) for published in early if published.error or published.mark.generation < 0}
    ready = [mark for mark in marks if mark.kind == "page" or (mark.key, mark.language) not in waiting]
    if unfinished := [published.mark for published in early if published.mark.generation < 0]:
        pipeline.store.clear_marks(unfinished)
    for published in early:
        report(published)
    return early + pipeline.publish(ready, report=report)


def _archives(pipeline: Pipeline, mark: Mark) -> list[Published]:
    """Write the archives of a feed that are out of date; nothing where there are none."""
    of_feed = {"feed": mark.key, "language": mark.language}
    stale = pipeline.store.fill_archives(**of_feed, size=pipeline.feed_limit, limit=AT_ONCE)
    done = []
    for archive in stale:
        done.append(_archive(pipeline, mark, archive.number))
        if done[-1].error:
            return done
        pipeline.store.record_archive(archive, **of_feed)
    return [*done[:-1], replace(done[-1], mark=standing(mark))] if len(stale) == AT_ONCE else done


def _archive(pipeline: Pipeline, mark: Mark, number: int) -> Published:
    ids = pipeline.store.archived(feed=mark.key, language=mark.language, archive=number)
    before = pipeline.store.newest_archive(feed=mark.key, language=mark.language, before=number)
    pages = tuple(pipeline.pages(ids, mark.language))
    feed = replace(pipeline.empty_feed(mark.key, mark.language), pages=pages, archive=number, archives=before)
    (published,) = pipeline.put_feeds([(mark, feed, pipeline.documents_of(feed) if pages else [])])
    return published


def standing(mark: Mark) -> Mark:
    """The mark in a generation that never was: to clear it ends the claim, and what it says is out of date stays so."""
    return replace(mark, generation=-1)

"""An item's own page, read for its full text before the item is translated; once for each item.

claim jobs -> request_for -> FETCH -> EXTRACT -> normalize -> completed -> include, exclude -> SAVE + translation jobs
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

from aggregator.core import decide, feeding, fulltext, hosts, retention, revisions, withholding
from aggregator.core.contents import losses
from aggregator.errors import AggregatorError, LostClaim, Overtaken
from aggregator.model import Completed, Failed, Fetched, Item, Job, PollState, Source
from aggregator.pipeline import Pipeline

log = logging.getLogger(__name__)


async def complete(pipeline: Pipeline, job: Job) -> Completed:
    """One item from its page to the store."""
    item = (await asyncio.to_thread(pipeline.store.items, [job.item_id]))[job.item_id]
    source = feeding.source_of(item, pipeline.sources)
    found = await _read(pipeline, item, source) if fulltext.is_wanted(item, source) else None
    try:
        return await asyncio.to_thread(_save, pipeline, job, item, source, found)
    except LostClaim as error:
        return Completed(item_id=item.id, source=item.source, outcome="put off", error=str(error))


async def _read(pipeline: Pipeline, item: Item, source: Source) -> Item | Failed:
    """The item as its page has it, or why there is none."""
    now, page = pipeline.clock(), fulltext.as_page(item, source)
    blocks = await asyncio.to_thread(pipeline.store.blocks, now=now)
    if block := blocks.get(hosts.host_of(item.url)):
        after = {"retry-after": f"{(block.until - now).total_seconds():.0f}"}
        return Failed(kind="status", message=f"{block.host} wants to be left alone: {block.reason}", headers=after)
    pipeline.reader.expect()
    request = decide.request_for(replace(source, kind="html"), _asked(item), limits=pipeline.limits, now=now)
    outcome = await pipeline.page_fetcher.fetch(request)
    if not isinstance(outcome, Fetched):
        return outcome if isinstance(outcome, Failed) else Failed(kind="protocol", message=f"{item.id}: there is no page in the answer")
    try:
        contents = await pipeline.reader.read(page, outcome, now=pipeline.clock())
    except AggregatorError as error:
        log.exception("reading the page of %s broke", item.id)
        advice = "This is a fault of the program: please report it with the log."
        return Failed(kind="internal", message=f"{type(error).__name__} while reading the page of {item.id}", advice=advice)
    if isinstance(contents, Failed):
        return contents
    if contents.items:
        return feeding.shelved(contents.items[0], source)
    return Failed(kind="too_large", message=f"{item.id}: {'; '.join(losses(contents))}")


def _save(pipeline: Pipeline, job: Job, item: Item, source: Source, found: Item | Failed | None) -> Completed:
    """Store what came, or when to try again; without either the item stays as it is, and is translated as it is."""
    now = pipeline.clock()
    done = Completed(item_id=item.id, source=item.source, outcome="kept")
    if isinstance(found, Failed):
        done = replace(done, outcome="given up", error_kind=found.kind, error=found.message, advice=fulltext.advice_of(found))
        if due_at := fulltext.due_again(job, found, now=now, jitter=pipeline.dice()):
            block = hosts.block_of(_asked(item), found, now=now)
            pipeline.store.postpone_job(job, due_at=due_at, error=found.message, block=block)
            return replace(done, outcome="put off")
        found = None
    told = revisions.retold(fulltext.completed(item, found), item, now=now)
    after, why = withholding.decided(told, source)
    try:
        pipeline.store.save_completed(job, item, after, decide.jobs_for(after, pipeline.sources, now=now), now=now)
    except Overtaken as error:
        pipeline.store.postpone_job(job, due_at=now, error=str(error))
        return replace(done, outcome="put off", error=str(error))
    if why:  # a kill before this leaves an item that nobody is shown
        pipeline.store.remove_items([item.id], retention.tombstones([after], pipeline.sources, now=now), now=now)
        return replace(done, outcome="left out", why=why)
    return done if after.digest == item.digest else replace(done, outcome="taken")


def _asked(item: Item) -> PollState:
    """The state to ask for an item's page with: nothing is held of it."""
    return PollState(source=item.source, url=item.url)

"""The publisher's side of WebSub: tells the hub which feeds have changed, each once for all that changed meanwhile."""

from __future__ import annotations

import asyncio
import logging

from aggregator.core import retry, websub
from aggregator.model import Failed, Request, Topic
from aggregator.pipeline import LEASE, Pipeline

log = logging.getLogger(__name__)

AT_ONCE = 20  # topics claimed at one look; the fetcher pauses between two requests to the hub


async def announce(pipeline: Pipeline) -> None:
    """Tell the hub of every feed that it is to be told of now. What fails is put off, each time for longer."""
    if not pipeline.hub or pipeline.offline:
        return
    if not websub.can_be_called(pipeline.site_link, pipeline.hub, opened=pipeline.limits.allow_networks):
        return
    while topics := await asyncio.to_thread(pipeline.store.claim_topics, now=pipeline.clock(), limit=AT_ONCE, lease=LEASE):
        for topic in topics:
            await _tell(pipeline, topic)


async def _tell(pipeline: Pipeline, topic: Topic) -> None:
    limits = pipeline.limits
    request = Request(
        url=pipeline.hub, form=websub.ping(topic.url), headers={"User-Agent": limits.user_agent}, timeout=limits.timeout,
        allow_networks=limits.allow_networks,
    )  # fmt: skip
    outcome = await pipeline.fetcher.fetch(request)
    if isinstance(outcome, Failed):
        log.warning("the hub was not told of %s: %s", topic.url, outcome.message)
        due_at = retry.due_again(topic.attempts + 1, after=None, now=pipeline.clock(), jitter=pipeline.dice())
        await asyncio.to_thread(pipeline.store.put_off_topic, topic, due_at=due_at, error=outcome.message)
    else:
        log.info("told the hub of %s", topic.url)
        await asyncio.to_thread(pipeline.store.told_topics, [topic])

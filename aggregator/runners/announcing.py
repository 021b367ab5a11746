"""The publisher's side of WebSub: tells the hub which feeds have changed, each once for all that changed meanwhile."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from aggregator.core import hosts, retry, websub
from aggregator.model import Failed, Request, Topic
from aggregator.pipeline import Pipeline

log = logging.getLogger(__name__)


async def announce(pipeline: Pipeline) -> None:
    """Tell the hub of every feed that it is to be told of now. What fails is put off, each time for longer, and in the end given up."""
    if not pipeline.hub or pipeline.offline:
        return
    if not websub.can_be_called(pipeline.site_link, pipeline.hub, opened=pipeline.limits.allow_networks):
        return
    while topics := await asyncio.to_thread(_claimed, pipeline):
        for topic in topics:
            await _tell(pipeline, topic)


def _claimed(pipeline: Pipeline) -> Sequence[Topic]:
    """What the hub is to be told next: one at a time, as after any answer it may want to be left alone."""
    now = pipeline.clock()
    if hosts.host_of(pipeline.hub) in pipeline.store.blocks(now=now):
        return []
    return pipeline.store.claim_topics(now=now, limit=1, lease=pipeline.lease)


async def _tell(pipeline: Pipeline, topic: Topic) -> None:
    limits = pipeline.limits
    request = Request(
        url=pipeline.hub, form=websub.ping(topic.url), headers={"User-Agent": limits.user_agent}, timeout=limits.timeout,
        allow_networks=limits.allow_networks,
    )  # fmt: skip
    outcome = await pipeline.fetcher.fetch(request)
    if isinstance(outcome, Failed):
        await asyncio.to_thread(_put_off, pipeline, topic, outcome)
    else:
        log.info("told the hub of %s", topic.url)
        await asyncio.to_thread(pipeline.store.told_topics, [topic])


def _put_off(pipeline: Pipeline, topic: Topic, failed: Failed) -> None:
    now = pipeline.clock()
    block = hosts.asked_to_wait(pipeline.hub, failed, least=retry.FIRST_WAIT, now=now)
    due_at = websub.told_again(topic, block, now=now, jitter=pipeline.dice())
    log.warning("the hub was not told of %s%s: %s", topic.url, "" if due_at else ", and is not until it changes", failed.message)
    pipeline.store.put_off_topic(topic, due_at=due_at, error=failed.message, block=block)

"""One round of the whole job, for a command that ends: the three calls of the pipeline without the ticks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection
from datetime import timedelta

from aggregator.core import decide, hosts
from aggregator.core.reading import polled_of
from aggregator.model import LONG_AGO, Block, Completed, Polled, PollState, Published, Translated
from aggregator.pipeline import Pipeline
from aggregator.runners import work
from aggregator.runners.announcing import announce
from aggregator.runners.work import Event, Round, Watcher


def recorder(round: Round, tell: Watcher) -> Watcher:
    """A watcher that keeps what it sees in `round`, logs what went well (the command itself says what did not) and passes it on."""

    def see(event: Event) -> None:
        match event:
            case Polled():
                round.polled.append(event)
            case Completed():
                round.completed.append(event)
            case Translated():
                round.translated.append(event)
            case Published():
                round.published.append(event)
        if not event.error:
            work.log_event(event)
        tell(event)

    return see


async def fetch(pipeline: Pipeline, tell: Watcher, *, places: int, names: Collection[str] | None = None, override: bool = False) -> Round:
    """Poll the due sources, or the named ones; publish what came; read articles' pages, translate; publish that.

    With `override` a host that wants to be left alone is asked all the same.
    """
    round = Round()
    await asyncio.to_thread(pipeline.store.sync_sources, list(pipeline.sources.values()), now=pipeline.clock())
    await asyncio.to_thread(work.pull_in, pipeline)
    see = recorder(round, tell)
    blocked = await asyncio.to_thread(resting, pipeline, names)
    await work.polls(pipeline, see, places=places, names=names, override=override).until_empty()
    polled = {row.source for row in round.polled}
    round.resting = {name: block for name, block in blocked.items() if name not in polled}
    left = {name for name in names or () if name not in polled and name not in round.resting}
    states = await asyncio.to_thread(pipeline.store.states, left) if left else {}
    round.busy = [name for name in names or () if name in left and not (name in states and states[name].paused)]
    await work.publish_all(pipeline, see)
    await work.pages(pipeline, see, sources=names, due_by=pipeline.clock()).until_empty()
    await work.translations(pipeline, see, sources=names, due_by=pipeline.clock()).until_empty()
    await work.publish_all(pipeline, see)
    await announce(pipeline)
    return round


def resting(pipeline: Pipeline, names: Collection[str] | None) -> dict[str, Block]:
    """The sources, of these or of all due, whose host wants to be left alone."""
    now = pipeline.clock()
    if not (blocks := pipeline.store.blocks(now=now)):
        return {}
    states = pipeline.store.states(names)
    due = {name: hosts.host_of(state.url) for name, state in states.items() if names is not None or state.due_at <= now}
    return {name: blocks[host] for name, host in due.items() if host in blocks}


async def look(pipeline: Pipeline, *, names: Collection[str] | None = None) -> list[Polled]:
    """Poll and compare the due or named sources, and store nothing at all."""
    known, now = await asyncio.to_thread(pipeline.store.states), pipeline.clock()
    states = {
        name: decide.adopt(source, known[name], now=now) if name in known else decide.first_state(source, now=now)
        for name, source in pipeline.sources.items()
    }
    due = [name for name, state in states.items() if state.due_at <= now and not (state.gone or state.paused)]
    wanted = [states[name] for name in (due if names is None else names)]
    return list(await asyncio.gather(*(_looked(pipeline, state) for state in wanted)))


async def _looked(pipeline: Pipeline, state: PollState) -> Polled:
    started, reading = await pipeline.read(state)
    took = timedelta(seconds=time.monotonic() - started)
    return polled_of(pipeline.sources[state.source], reading, now=pipeline.clock(), took=took)


async def translate(pipeline: Pipeline, tell: Watcher, *, names: Collection[str] | None = None, again: bool = False) -> Round:
    """Ask for what is missing, or for everything `again`, take up what was put off, work it all off and publish it."""
    round = Round()
    see = recorder(round, tell)
    await asyncio.to_thread(pipeline.store.add_jobs, await asyncio.to_thread(pipeline.wanted_jobs, names), again=again)
    await asyncio.to_thread(pipeline.store.hurry_jobs, names, now=pipeline.clock())
    await work.pages(pipeline, see, sources=names, due_by=pipeline.clock()).until_empty()
    await work.translations(pipeline, see, sources=names, due_by=pipeline.clock()).until_empty()
    await work.publish_all(pipeline, see)
    await announce(pipeline)
    return round


async def correct(pipeline: Pipeline, tell: Watcher) -> Round:
    """Make the translations again that hold a segment which a person has put right, and nothing else; publish them."""
    round = Round()
    see = recorder(round, tell)
    await work.translations(pipeline, see, due_by=LONG_AGO).until_empty()
    await work.publish_all(pipeline, see)
    await announce(pipeline)
    return round


async def publish(pipeline: Pipeline, tell: Watcher) -> Round:
    """Publish what is out of date."""
    round = Round()
    await work.publish_all(pipeline, recorder(round, tell))
    await announce(pipeline)
    return round

"""What a person has done about sources and translations: now, no more, again. Each is a row in the store; the daemon does the rest."""

from __future__ import annotations

from collections.abc import Collection

from aggregator.core import decide
from aggregator.core.hosts import host_of
from aggregator.correcting import language_of
from aggregator.errors import UsageError
from aggregator.model import LONG_AGO, Job
from aggregator.pipeline import Pipeline


def refresh(pipeline: Pipeline, name: str) -> str:
    """Have a source polled at the next beat, also one that is gone; a host that wants to be left alone still is. Says what will happen."""
    _check(pipeline, [name])
    now, state = pipeline.clock(), pipeline.store.states([name])[name]
    if state.paused:
        raise UsageError(f"{name} is paused. Resume it first.")
    pipeline.store.hurry_sources([name], now=now)
    if block := pipeline.store.blocks(now=now).get(host_of(state.url)):
        return f"{name} is polled as soon as its host allows it, at {block.until:%Y-%m-%d %H:%M} UTC, because {block.reason}."
    return f"{name} is due now: the daemon polls it within seconds."


def pause(pipeline: Pipeline, names: Collection[str]) -> None:
    """Poll sources no more, until `resume` or unless somebody fetches them by name."""
    _check(pipeline, names)
    pipeline.store.pause_sources(names, paused=True)


def resume(pipeline: Pipeline, names: Collection[str]) -> None:
    """Poll sources again, by the rhythm that they had."""
    _check(pipeline, names)
    pipeline.store.pause_sources(names, paused=False)


def retry(pipeline: Pipeline, item_id: str, language: str) -> Job:
    """Have an item translated before all others, once more where it is already. What is remembered costs nothing. Returns the job."""
    item, target = pipeline.store.items([item_id]).get(item_id), language_of(language)
    if item is None:
        raise UsageError(f"There is no item {item_id!r}.")
    wanted = {job.language: job for job in decide.jobs_for(item, pipeline.sources, now=LONG_AGO)}
    if target not in wanted:
        raise UsageError(f"The item is not to be translated into {target}; it is into {', '.join(wanted) or 'no language'}.")
    if not pipeline.store.add_jobs([wanted[target]], again=True):
        pipeline.store.hurry_job(item_id, target)
    return wanted[target]


def _check(pipeline: Pipeline, names: Collection[str]) -> None:
    for name in names:
        if name not in pipeline.sources:
            raise UsageError(f"There is no source {name!r} in the configuration.")

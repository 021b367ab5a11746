"""`/sources/<name>`: how a source is doing, what its last polls came to, and why it is due when it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from starlette.exceptions import HTTPException

from aggregator.core import health
from aggregator.core.explain import explain
from aggregator.core.health import Health
from aggregator.core.hosts import host_of
from aggregator.core.links import public_url
from aggregator.model import Polled, PollState
from aggregator.web.pages.catalogue import page_of
from aggregator.web.pages.view import Ask, Parameter, View
from aggregator.wiring import House

POLLS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """One poll: `status` is the HTTP code, 0 where there was no answer; `lost` is None where it is unknown how many items were missed."""

    at: datetime
    outcome: str
    status: int
    new: int
    updated: int
    size: int
    seconds: float
    lost: int | None
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """A source. `unchanged` is the part of its last polls that were answered with 304, None where there was none.

    `url` is without what may be secret. `lost` items may have been missed at `lost_at`, None for unknown. `complaints` are of its last
    document, which was read all the same.
    """

    name: str
    title: str
    kind: str
    url: str
    language: str
    tags: tuple[str, ...]
    translate_to: tuple[str, ...]
    items: dict[str, int]
    feeds: dict[str, str]
    health: Health
    polled: datetime | None
    due: datetime | None
    changed: datetime | None
    failures: int
    error: str
    advice: str
    complaints: tuple[str, ...]
    unchanged: float | None
    lost: int | None
    lost_at: datetime | None
    reasons: tuple[str, ...]
    polls: tuple[Poll, ...]


def gather(house: House, ask: Ask) -> SourceView:
    """The source, or 404 for one that is not configured."""
    store, now, name = house.store, house.pipeline.clock(), ask.path["name"]
    source, state = house.pipeline.sources.get(name), store.states([name]).get(name)
    if source is None or state is None:
        raise HTTPException(404)
    history, codes = store.history(name, limit=POLLS), store.codes([name]).get(name, [])
    block = store.blocks(now=now).get(host_of(state.url))
    reasons = explain(source, state, history, limits=house.pipeline.limits, block=block, now=now)
    sizes = {language: count for (_, language), (count, _) in sorted(store.feed_sizes([name]).items())}
    return SourceView(
        name=name,
        title=house.titles([name])[name],
        kind=source.kind,
        url=public_url(state.url or source.url),
        language=source.language,
        tags=source.tags,
        translate_to=source.translate_to,
        items=sizes,
        feeds={language: page_of(name, language) for language in sizes},
        health=health.health_of(state, now=now),
        polled=state.polled_at,
        due=None if state.gone or state.paused else state.due_at,
        changed=state.changed_at,
        failures=state.failures,
        error=state.error,
        advice=advice(state, now=now),
        complaints=state.complaints,
        unchanged=codes.count(304) / len(codes) if codes else None,
        lost=state.lost,
        lost_at=state.gap_at,
        reasons=(reasons.polled, reasons.due, reasons.request),
        polls=tuple(map(_poll, history)),
    )


def advice(state: PollState, *, now: datetime) -> str:
    """What a person can do about a source."""
    return state.advice or health.silence_in_words(state, now=now)


def _poll(polled: Polled) -> Poll:
    return Poll(
        at=polled.at,
        outcome=polled.outcome,
        status=polled.status,
        new=polled.new,
        updated=polled.updated,
        size=polled.size,
        seconds=round(polled.took.total_seconds(), 3),
        lost=polled.lost,
        error=polled.error,
    )


VIEW = View(
    path="/sources/{name}",
    twin="/sources/{name}.json",
    template="source.html",
    about="A source: its health, its last polls, and why it is due when it is.",
    data=SourceView,
    gather=gather,
    parameters=(Parameter("name", "The source's name.", "path"),),
)

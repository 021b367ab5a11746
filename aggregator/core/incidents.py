"""What went wrong for long, as one thing from beginning to end: who operates the program is told of each twice, not at every poll."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from aggregator.core import budget
from aggregator.core.budget import Rules
from aggregator.core.readiness import LATEST
from aggregator.model import Cap, Incident, PollState, Resting, Trouble

FAILURES = 5  # polls in a row: with the back-off between them that is hours
GAPS_COUNT = timedelta(days=7)
LONG_PAUSE = timedelta(minutes=5)
SPENT = 0.95  # of what bodies may use: what is left has no room for one


class Told(NamedTuple):
    """What is said of an incident."""

    kind: Trouble
    subject: str
    title: str
    text: str
    at: datetime | None = None  # of what happened at a moment and does not last


def of_sources(states: Iterable[PollState]) -> Iterator[Told]:
    """Sources that are gone, that fail again and again, or that publish more than is seen of them."""
    for state in states:
        name, why = state.source, f"{state.error} {state.advice}".strip()
        if state.gone:
            yield Told("gone", name, f"{name} is gone", why)
        elif state.failures >= FAILURES:
            yield Told("failing", name, f"{name} can't be polled", why)
        if state.gap_at:
            count = "an unknown number of" if state.lost is None else f"up to {state.lost}"
            text = "It published more between two polls than its feed holds: give it a shorter `every`, or a shorter `max_every`."
            yield Told("lost", name, f"{name}: {count} items may be lost", text, state.gap_at)


def of_engines(resting: Mapping[str, Resting]) -> Iterator[Told]:
    """Engines that go on failing."""
    for name, rest in sorted(resting.items()):
        if rest.pause == timedelta.max:
            yield Told("engine", name, f"{name} is not asked any more", "Its key was refused: correct it, and reload the configuration.")
        elif rest.times > 1 or rest.pause >= LONG_PAUSE:
            yield Told("engine", name, f"{name} is left alone", "It failed, and is asked again later each time. The log says how.")


def of_budget(rules: Rules, caps: Sequence[Cap], spent: Sequence[int]) -> Iterator[Told]:
    """Bounds that leave no room for bodies."""
    for cap, so_far in zip(caps, spent, strict=True):
        if so_far >= SPENT * budget.for_the_last_tier(rules, cap):
            text = f"What it leaves for bodies is spent, or nearly; they wait until {cap.until:%Y-%m-%d %H:%M %Z}."
            yield Told("budget", cap.name, f"{cap.name} is used up", text)


def of_schedule(late: timedelta) -> Iterator[Told]:
    """Polls that come too late."""
    if late > LATEST:
        text = "More is due than can be polled: give fetch.concurrency a larger number, or sources a longer `every`."
        yield Told("late", "schedule", "Sources are polled late", text)


def changed(before: Iterable[Incident], told: Iterable[Told], *, now: datetime) -> list[Incident]:
    """The incidents to store: what is new, what is told in other words now, and what is over."""
    known = {_name(each): each for each in before}
    lasting = {name: each for name, each in known.items() if each.ended is None}
    found = []
    for one in told:
        name = (one.kind, one.subject, _key(one.at) if one.at else "")
        if name not in known:
            found.append(_begun(one, now=now))
        elif (held := lasting.pop(name, None)) and (held.title, held.text) != (one.title, one.text):
            found.append(replace(held, title=one.title, text=one.text, updated=now))
    return found + [replace(each, ended=now, updated=now) for each in lasting.values()]


def _name(incident: Incident) -> tuple[str, str, str]:
    """What an incident is found by: one that lasts by kind and subject, one of a moment by that, too."""
    return incident.kind, incident.subject, "" if incident.ended is None else incident.key


def _begun(told: Told, *, now: datetime) -> Incident:
    at = told.at or now
    return Incident(
        kind=told.kind, subject=told.subject, key=_key(at), began=at, updated=at, ended=told.at, title=told.title, text=told.text,
    )  # fmt: skip


def _key(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")

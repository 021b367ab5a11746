"""Rows to nouns and back: columns carry the names of the fields they hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any

from sqlalchemy import Column, Row, Table

from aggregator.core.hosts import host_of
from aggregator.core.states import RHYTHM
from aggregator.model import (
    LONG_AGO,
    Incident,
    Item,
    Job,
    Node,
    Polled,
    PollState,
    Remembered,
    Standing,
    Subscription,
    Translation,
    Usage,
    Validators,
)
from aggregator.store import operating_schema, schema, sharing_schema

Values = dict[str, Any]
_NO_LEASE: Values = {"lease_until": LONG_AGO}
_FRESH: Values = {"attempts": 0, "failures": 0, "given_up": False, "fence": 0, "error": ""}


def _names(noun: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(noun))


def _columns(table: Table, names: tuple[str, ...]) -> tuple[Column[Any], ...]:
    return tuple(table.c[name] for name in names)


_ITEM, _JOB, _TRANSLATION, _POLLED = _names(Item), _names(Job), _names(Translation), _names(Polled)
_VALIDATORS, _SUBSCRIPTION, _MEMORY = _names(Validators), _names(Subscription), _names(Remembered)
_USAGE, _STANDING, _INCIDENT, _NODE = _names(Usage), _names(Standing), _names(Incident), _names(Node)
_STATE = tuple(name for name in _names(PollState) if name != "validators")
_RHYTHM = tuple(name for name in _STATE if name in RHYTHM)

_ITEM_ROW = tuple(name for name in _ITEM if name not in ("summary", "html"))
_MEMORY_ROW = tuple(name for name in _MEMORY if name not in ("source", "text"))
_TRANSLATION_ROW = tuple(name for name in _TRANSLATION if name not in ("summary", "body"))

ITEM_COLUMNS = _columns(schema.items, (*_ITEM_ROW, "texts"))
JOB_COLUMNS = _columns(schema.jobs, _JOB)
TRANSLATION_COLUMNS = _columns(schema.translations, (*_TRANSLATION_ROW, "texts"))
POLLED_COLUMNS = _columns(schema.polls, _POLLED)
SUBSCRIPTION_COLUMNS = _columns(schema.subscriptions, _SUBSCRIPTION)
MEMORY_COLUMNS = _columns(schema.segments, (*_MEMORY_ROW, "texts"))
USAGE_COLUMNS = _columns(operating_schema.usage, _USAGE)
STANDING_COLUMNS = _columns(operating_schema.engines, _STANDING)
INCIDENT_COLUMNS = _columns(operating_schema.incidents, _INCIDENT)
NODE_COLUMNS = _columns(sharing_schema.nodes, _NODE)
STATE_COLUMNS = _columns(schema.sources, _STATE + _VALIDATORS)


def item_values(item: Item, *, first_seen: datetime) -> Values:
    """A row of `items`."""
    return _values(item, _ITEM_ROW) | {"texts": (item.summary, item.html), "first_seen": first_seen}


def job_values(job: Job, *, published: datetime) -> Values:
    """A row of `jobs` that nobody has claimed; `published` is the item's date."""
    return _values(job, _JOB) | _FRESH | {"published": published} | _NO_LEASE


def translation_values(translation: Translation) -> Values:
    """A row of `translations`."""
    return _values(translation, _TRANSLATION_ROW) | {"texts": (translation.summary, translation.body)}


def polled_values(polled: Polled) -> Values:
    """A row of `polls`."""
    return _values(polled, _POLLED)


def subscription_values(subscription: Subscription) -> Values:
    """A row of `subscriptions`."""
    return _values(subscription, _SUBSCRIPTION)


def memory_values(known: Remembered) -> Values:
    """A row of `segments`."""
    return _values(known, _MEMORY_ROW) | {"texts": (known.source, known.text), "characters": len(known.source)}


def usage_values(usage: Usage) -> Values:
    """A row of `usage`."""
    return _values(usage, _USAGE)


def standing_values(standing: Standing) -> Values:
    """A row of `engines`."""
    return _values(standing, _STANDING)


def incident_values(incident: Incident) -> Values:
    """A row of `incidents`."""
    return _values(incident, _INCIDENT)


def node_values(node: Node) -> Values:
    """A row of `nodes`."""
    return _values(node, _NODE)


def item_of(row: Row[Any]) -> Item:
    """A row of ITEM_COLUMNS."""
    known, (summary, html) = row[:-1], row[-1]
    return Item(**dict(zip(_ITEM_ROW, known, strict=True)), summary=summary, html=html)


def translation_of(row: Row[Any]) -> Translation:
    """A row of TRANSLATION_COLUMNS."""
    known, (summary, body) = row[:-1], row[-1]
    return Translation(**dict(zip(_TRANSLATION_ROW, known, strict=True)), summary=summary, body=body)


def memory_of(row: Row[Any]) -> Remembered:
    """A row of MEMORY_COLUMNS: many are read for each document."""
    known, (source, text) = row[:-1], row[-1]
    return Remembered(**dict(zip(_MEMORY_ROW, known, strict=True)), source=source, text=text)


def state_values(state: PollState) -> Values:
    """A row of `sources` that is in the configuration and not claimed."""
    return _values(state, _STATE) | _values(state.validators, _VALIDATORS) | {"asleep": False, "host": host_of(state.url)} | _NO_LEASE


def rhythm_values(state: PollState) -> Values:
    """What a poll that brought nothing changes of a row of `sources`, which is not claimed any more."""
    return _values(state, _RHYTHM) | _values(state.validators, _VALIDATORS) | _NO_LEASE


def page_values(item: Item, language: str) -> Values:
    """A row of `pages`, out of date as it was never written."""
    return {"item_id": item.id, "language": language, "published": item.published, "path": ""} | mark_values()


def mark_values() -> Values:
    """The part of a new row of `pages` or `feeds` that says it has to be published."""
    return {"generation": 1, "stale": True} | _NO_LEASE


def job_of(row: Any) -> Job:
    """A Job from a row that may hold more than its fields."""
    return Job(**_values(row, _JOB))


def state_of(row: Any) -> PollState:
    """A PollState from a row that may hold more than its fields."""
    return PollState(validators=Validators(**_values(row, _VALIDATORS)), **_values(row, _STATE))


def _values(noun: Any, names: tuple[str, ...]) -> Values:
    return dict(zip(names, _getter(names)(noun), strict=True))


@cache
def _getter(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    return attrgetter(*names)

"""Poll states: made anew only where something differs, and told in few words where nothing but the rhythm does."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from aggregator.model import PollState

# What a poll that brings nothing writes: what to ask with, when to ask again, and how this one ended.
RHYTHM = frozenset(
    [
        *("validators", "max_age", "due_at", "polled_at", "interval", "rule", "waits", "silence"),
        *("status", "failures", "spared", "error_kind", "error", "advice", "moves", "moved_to"),
    ]
)
_REST = tuple(field.name for field in fields(PollState) if field.name not in RHYTHM)


def changed(state: PollState, **values: Any) -> PollState:
    """The state with these values; the very same where it has them, for a new one has four dozen fields to fill."""
    return state if all(getattr(state, name) == value for name, value in values.items()) else replace(state, **values)


def is_steady(before: PollState, after: PollState) -> bool:
    """Whether nothing but the rhythm differs."""
    return all(getattr(before, name) == getattr(after, name) for name in _REST)

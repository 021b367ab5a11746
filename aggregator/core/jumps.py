"""What a clock that was ahead leaves behind: moments too far in the future, which are pulled in when it has been put right.

| what | is at most |
|---|---|
| a source's due time | its wait after now: what lay between its last poll and that time, or the interval where something else decided |
| a claim | a lease after now |
| whatever else waits for a moment | `LONGEST` after now, or a WebSub lease: what lies beyond follows from no rule, and is due at once |

A clock that was behind leaves nothing but due times in the past: they are spread like those of any long pause.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from aggregator.model import PollState, Rule

LONGEST = timedelta(days=35)  # until the next month, and a tenth more: a translation that waits for the budget
FROM_NOW: tuple[Rule, ...] = ("first", "spread", "asked")  # rules that reckon from some other moment than the last poll
LEAST = timedelta(seconds=10)  # what is less is a clock that is kept right


def due(states: Iterable[PollState], *, now: datetime) -> dict[str, datetime]:
    """Due times, by source, of those that lie further ahead than they were meant to."""
    return {state.source: at for state in states if not state.gone and (at := now + _wait(state)) < state.due_at}


def may_be_ahead(state: PollState, *, now: datetime) -> bool:
    """Whether `due` need look at a state: all others were polled before now, so they wait as long as they were meant to."""
    return state.due_at > now and (state.polled_at is None or state.polled_at > now or state.rule in FROM_NOW)


def is_jump(moved: timedelta) -> bool:
    """Whether a clock that moved by so much against one that never jumps was set, or stood still."""
    return abs(moved) >= LEAST


def _wait(state: PollState) -> timedelta:
    """How long a source was to wait. One that was spread, or asked for, or never polled, waits for its interval at most."""
    if state.polled_at is None or state.rule in FROM_NOW:
        return state.interval
    return max(state.due_at - state.polled_at, timedelta(0))

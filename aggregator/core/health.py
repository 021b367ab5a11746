"""How a source is doing, in one word; and whether it has fallen silent against its own rhythm."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from math import exp2
from typing import Literal

from aggregator.model import PollState

Health = Literal["new", "ok", "failing", "silent", "gone", "paused"]

FORGOTTEN_IN = timedelta(days=28)  # what half of a silence is forgotten in: one that comes with every weekend is not
UNUSUAL = 3  # times the longest silence
ALWAYS_USUAL = timedelta(days=1)
LAST_CODES = 5


def health_of(state: PollState, *, now: datetime) -> Health:
    """One word for a source."""
    if state.paused:
        return "paused"
    if state.gone:
        return "gone"
    if state.failures:
        return "failing"
    if state.polled_at is None:
        return "new"
    return "silent" if is_silent(state, now=now) else "ok"


def is_silent(state: PollState, *, now: datetime) -> bool:
    """Whether nothing has come for much longer than ever happened lately, although the source answers."""
    if not state.silence or state.changed_at is None or state.failures or state.gone:
        return False
    return now - state.changed_at > max(UNUSUAL * state.silence, ALWAYS_USUAL)


def silence_after(state: PollState, dates: Collection[datetime], *, changed: bool, now: datetime) -> timedelta:
    """The longest silence of a source that is still usual: between two of its items, or between two polls that brought any.

    `dates` are those of the items of the document that was read. Old silences fade.
    """
    past = sorted(date for date in dates if date <= now)
    gaps = [later - earlier for earlier, later in pairwise(past)]
    if changed and state.changed_at:
        gaps.append(now - state.changed_at)
    age = max((now - state.polled_at) / FORGOTTEN_IN, 0.0) if state.polled_at else 0.0
    return max([*gaps, state.silence * exp2(-age)])


def in_words(length: timedelta) -> str:
    """A duration as people say it, in the largest unit that it has two of."""
    seconds = length.total_seconds()
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}s"
    return "1 second" if round(seconds) == 1 else f"{seconds:.0f} seconds"


def silence_in_words(state: PollState, *, now: datetime) -> str:
    """What to say of a silent source, and what to do; empty for any other."""
    if state.changed_at is None or not is_silent(state, now=now):
        return ""
    lasted, usual = in_words(now - state.changed_at), in_words(state.silence)
    return f"Nothing new for {lasted}, though it answers; lately it was never silent for longer than {usual}. See if the site moved."


def share_unchanged(codes: Sequence[int]) -> str:
    """Which part of the polls was answered with 304, such as "92 %"; empty where there was none."""
    return f"{round(100 * codes.count(304) / len(codes))} %" if codes else ""


def last_codes(codes: Sequence[int]) -> str:
    """The last HTTP codes, newest first; a poll without an answer is a dash."""
    return " ".join(str(code or "-") for code in codes[:LAST_CODES])

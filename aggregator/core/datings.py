"""Whether a source's dates are in the wrong time zone, from when its items were first seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from aggregator.core.health import in_words
from aggregator.model import Source

TOLERANCE = timedelta(minutes=5)
"""How far ahead of us a clock may be."""

_ENOUGH = 5  # items that tell something
_FEW = 3  # items that may be ahead by mistake
_STEP = timedelta(minutes=30)  # what offsets between zones are multiples of, with few exceptions
_WIDEST = timedelta(hours=26)  # between two zones


@dataclass(frozen=True, slots=True)
class Verdict:
    """What dates look like: right, all ahead of the time or all behind it by an `offset` that a zone may explain, or some of them odd."""

    dates: Literal["right", "ahead", "behind", "odd", "unknown"]
    offset: timedelta = timedelta(0)
    says: str = ""


def verdict(dated: Sequence[tuple[datetime, datetime]], *, interval: timedelta) -> Verdict:
    """What pairs of (published, first seen) tell; `interval` is the time between polls.

    Nothing is seen before it is published, so a date after that is wrong. What the first poll brought may be of any age; but where all that
    came later was older than the time between polls can explain, the dates may be off in the other direction.
    """
    begun = min((first for _, first in dated), default=None)
    later = [first - published for published, first in dated if first != begun]
    leads = [published - first for published, first in dated if is_ahead(published, first)]
    if leads:
        return _ahead(leads, later)
    if len(later) < _ENOUGH or min(later) > _WIDEST:
        return Verdict("unknown")
    offset = min(later) // _STEP * _STEP
    if offset < max(2 * _STEP, 2 * interval):
        return Verdict("right")
    return Verdict(
        "behind", -offset, f"All that came between polls was dated {in_words(min(later))} or more before: late, or in another zone."
    )


def is_ahead(published: datetime, first_seen: datetime) -> bool:
    """Whether an item is dated after it was seen."""
    return published > first_seen + TOLERANCE


def _ahead(leads: Sequence[timedelta], later: Sequence[timedelta]) -> Verdict:
    """A zone moves most of what comes between polls, a mistake some of it."""
    moved = sum(-lag > TOLERANCE for lag in later)
    says = f"Their dates lie in the future, up to {in_words(max(leads))} after they were seen."
    if len(leads) < _FEW or 2 * moved < len(later):
        return Verdict("odd", says=says)
    return Verdict("ahead", -(-max(leads) // _STEP) * _STEP, says)


def cure(source: Source, found: Verdict, *, zoneless: bool, now: datetime) -> str:
    """The setting that puts the dates right, where there is one."""
    if found.dates == "odd":
        return "None: single dates are wrong at the publisher's."
    if not zoneless:
        return "None: the dates name their zone themselves. Tell the publisher."
    here = now.astimezone(ZoneInfo(source.timezone)).utcoffset() or timedelta(0)
    hours = (here + found.offset) / timedelta(hours=1)
    return f'timezone = "..." of a place at UTC{hours:+g}'

"""What a simulated day came to, as figures for machines and as lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tests.simulation.day import HOUR, Day, Plan
from tests.simulation.witness import Witness

CLASSES = (1, 10, 100, 1000, 10_000, 100_000)  # hosts with so many sources at most
AFTERMATH = 2 * HOUR  # seconds after the restart that count apart


def figures(day: Day, seen: Witness, plan: Plan, *, sources: int) -> dict[str, Any]:
    """Counts, and times in seconds."""
    restart, hours = plan.begins * HOUR, plan.hours - max(min(plan.begins, plan.hours) - plan.stops, 0)
    after = [restart <= began < restart + AFTERMATH for began in seen.began]
    return {
        "sources": sources,
        "hosts": len(seen.hosts),
        "largest_host": max(host.sources for host in seen.hosts.values()),
        "places": plan.places,
        "hours_at_work": hours,
        "polls": len(seen.late),
        "polls_a_second": round(len(seen.late) / (hours * HOUR), 1),
        "items": seen.items,
        "outcomes": dict(sorted(seen.outcomes.items())),
        "violations": {kind: seen.violations[kind] for kind in ("at once", "without a pause", "inside Retry-After")},
        "most_under_way": seen.most_under_way,
        "most_in_a_second": seen.most_in_second,
        "most_of_a_host_in_a_second": seen.most_of_host_in_second,
        "late": spread([late for late, is_after in zip(seen.late, after, strict=True) if not is_after]),
        "late_after_the_restart": spread([late for late, is_after in zip(seen.late, after, strict=True) if is_after]),
        "late_by_host": by_host(seen, after),
        "overdue_at_the_restart": len(day.recovered) + len(day.waiting),
        "polled_again_after": spread(day.recovered),
        "never_polled_again": len(day.left_behind()),
    }


def by_host(seen: Witness, after: Sequence[bool]) -> dict[str, dict[str, float]]:
    """Lateness outside of the time after the restart, by how many sources the host has."""
    found: dict[int, list[float]] = {most: [] for most in CLASSES}
    for late, crowd, is_after in zip(seen.late, seen.crowds, after, strict=True):
        if not is_after:
            found[next(most for most in CLASSES if crowd <= most)].append(late)
    return {str(most): spread(values) for most, values in found.items() if values}


def spread(values: Sequence[float]) -> dict[str, float]:
    """How many, and the middle, the 99th of a hundred and the largest."""
    ordered = sorted(values)
    if not ordered:
        return {"count": 0}
    places = {"p50": 0.5, "p99": 0.99, "max": 1.0}
    return {"count": len(ordered), **{name: round(ordered[round(part * (len(ordered) - 1))], 2) for name, part in places.items()}}


def lines(found: dict[str, Any]) -> Iterator[str]:
    """The same for people."""
    for name, value in found.items():
        yield f"{name.replace('_', ' '):32} {_said(value)}"


def _said(value: Any) -> str:
    if not isinstance(value, dict):
        return f"{value:,}"
    parts = ((name, f"({_said(part)})" if isinstance(part, dict) else _said(part)) for name, part in value.items())
    return " · ".join(f"{name} {part}" for name, part in parts)

"""What the processes on one store keep to together: on PostgreSQL, where they may be on several machines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aggregator.config import Settings
from aggregator.fetch.neighbours import SharedTurns
from aggregator.ports import Store
from aggregator.ports.sharing import Sharing
from aggregator.translators.limits import Limits, Rate, Turns
from aggregator.translators.neighbours import SharedLimits, SharedSegments
from aggregator.wiring.parts import lease


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """The parts that know of other processes; none where there can only be those of one machine."""

    hosts: SharedTurns | None = None
    segments: SharedSegments | None = None
    circuits: Sharing | None = None
    limited: Callable[[str, Rate], Turns] = lambda name, rate: Limits(rate)


def neighbours(settings: Settings, store: Store, *, clock: Callable[[], datetime]) -> Neighbours:
    """The parts for a store."""
    if not is_shared(settings):
        return Neighbours()
    return Neighbours(
        hosts=SharedTurns(store, clock=clock),
        segments=SharedSegments(store, clock=clock, lease=lease(settings)),
        circuits=store,
        limited=lambda name, rate: SharedLimits(store, name, rate, clock=clock),
    )


def is_shared(settings: Settings) -> bool:
    """Whether what is done together is kept in PostgreSQL."""
    return (settings.books or settings.store).url.startswith("postgres")

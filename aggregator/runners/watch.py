"""The program's watch over itself: whether it is ready, what it counts, what went wrong for long."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from aggregator.core import budget, incidents, readiness
from aggregator.errors import StoreError
from aggregator.model import Backlog, Cap
from aggregator.runners.metrics import Metrics, Snapshot
from aggregator.runners.pulse import Pulse
from aggregator.wiring import KEPT_INCIDENTS, House


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Whether the work is done as it should be: if not, `problems` says why. `late` and `beats` as in `core.readiness`."""

    problems: tuple[str, ...] = ()
    late: timedelta = timedelta(0)
    beats: Mapping[str, timedelta] = field(default_factory=dict)


class Watch:
    """Looks at whatever house is at work. Without beats, as in `serve`, nothing is said of polling."""

    def __init__(self, house: Callable[[], House]) -> None:
        self._house = house
        self.metrics = Metrics(self._snapshot)
        self.pulse = Pulse(told=self.metrics.lag.observe)

    def readiness(self) -> Readiness:
        """How things stand. Waits for the store, and at times for the disk."""
        backlog, error = self._backlog()
        beats = self.pulse.ages()
        late = backlog.late if beats else timedelta(0)
        room = self._house().pipeline.room() if beats else ""
        return Readiness(problems=tuple(readiness.hindrances(store=error, late=late, beats=beats, room=room)), late=late, beats=beats)

    def exposition(self) -> bytes:
        """The metrics, as Prometheus reads them. Waits for the store."""
        return self.metrics.text()

    def feed(self) -> bytes:
        """The incidents as an Atom feed. Raises StoreError."""
        return self._house().operations_feed()

    def note_incidents(self) -> None:
        """Store what has begun, changed and ended since the last time. Raises StoreError."""
        house = self._house()
        store, now = house.store, house.pipeline.clock()
        states = store.troubled(failures=incidents.FAILURES, since=now - incidents.GAPS_COUNT)
        caps = self._caps(house)
        told = [
            *incidents.of_sources(states),
            *incidents.of_engines(house.router.resting()),
            *incidents.of_budget(house.settings.spending_rules, caps, store.spent(caps)),
            *incidents.of_schedule(store.backlog(now=now).late),
        ]
        if changed := incidents.changed(store.incidents(limit=KEPT_INCIDENTS), told, now=now):
            store.save_incidents(changed, keep=KEPT_INCIDENTS)

    def _backlog(self) -> tuple[Backlog, str]:
        """What waits, or what the store says instead."""
        house = self._house()
        try:
            return house.store.backlog(now=house.pipeline.clock()), ""
        except StoreError as error:
            return Backlog(), str(error)

    def _snapshot(self) -> Snapshot:
        house = self._house()
        caps = self._caps(house)
        backlog, error = self._backlog()
        try:
            spent, resting = ((), {}) if error else (house.store.spent(caps), house.router.resting())
        except StoreError as failed:
            spent, resting, error = (), {}, str(failed)
        return Snapshot(
            error=error, backlog=backlog, resting=resting, engines=house.router.engines, caps=caps, spent=spent,
            beats=self.pulse.ages(), threads=threading.active_count(),
        )  # fmt: skip

    @staticmethod
    def _caps(house: House) -> list[Cap]:
        zone = ZoneInfo(house.settings.site.timezone)
        return budget.whole(house.settings.spending_rules, now=house.pipeline.clock(), zone=zone)

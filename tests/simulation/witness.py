"""What the origins of a simulated day saw: how late, how many at once, and whatever was not polite."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from aggregator.core import caching
from aggregator.model import Failed, Outcome
from tests.simulation.world import BEGAN, timedelta

SLACK = 1e-6  # seconds: due times are kept to the microsecond


@dataclass
class Host:
    """What a host remembers of us, in seconds since the beginning."""

    sources: int = 0
    under_way: int = 0
    ended: float = float("-inf")
    closed_until: float = 0.0  # by Retry-After
    second: int = -1
    in_second: int = 0


@dataclass
class Witness:
    """Stands at all origins. A host may be asked by `per_host` at once, and `spacing` seconds after an answer again."""

    per_host: int
    spacing: float
    hosts: dict[str, Host] = field(default_factory=dict)
    violations: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    late: array[float] = field(default_factory=lambda: array("f"))
    began: array[float] = field(default_factory=lambda: array("f"))
    crowds: array[int] = field(default_factory=lambda: array("I"))  # how many sources the host has that was asked
    items: int = 0
    under_way: int = 0
    most_under_way: int = 0
    most_in_second: int = 0
    most_of_host_in_second: int = 0
    _second: int = -1
    _in_second: int = 0

    def begin(self, name: str, *, now: float, due: float) -> None:
        """A request begins."""
        host = self.hosts[name]
        if host.under_way >= self.per_host:
            self.violations["at once"] += 1
        if now < host.ended + self.spacing - SLACK:
            self.violations["without a pause"] += 1
        if now < host.closed_until - SLACK:
            self.violations["inside Retry-After"] += 1
        self._count(host, int(now))
        self.late.append(max(now - max(due, host.closed_until), 0.0))
        self.began.append(now)
        self.crowds.append(host.sources)

    def end(self, name: str, outcome: Outcome, *, now: float, items: int) -> None:
        """It is answered, or given up."""
        host = self.hosts[name]
        host.under_way -= 1
        host.ended = now
        self.under_way -= 1
        self.items += items
        self.outcomes[str(outcome.status or "no answer")] += 1
        if isinstance(outcome, Failed) and outcome.status == 429:
            asked = caching.retry_after(outcome.headers, now=BEGAN + timedelta(seconds=now))
            host.closed_until = max(host.closed_until, now + asked.total_seconds())

    def _count(self, host: Host, second: int) -> None:
        host.under_way += 1
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        if second != self._second:
            self._second, self._in_second = second, 0
        if second != host.second:
            host.second, host.in_second = second, 0
        self._in_second += 1
        host.in_second += 1
        self.most_in_second = max(self.most_in_second, self._in_second)
        self.most_of_host_in_second = max(self.most_of_host_in_second, host.in_second)


def witness(hosts: Mapping[str, int], *, per_host: int, spacing: timedelta) -> Witness:
    """Of hosts with so many sources each."""
    return Witness(per_host, spacing.total_seconds(), {name: Host(sources) for name, sources in hosts.items()})

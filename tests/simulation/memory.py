"""The store's claims in memory, for more sources than a database takes in minutes; tests hold it to what the store does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from typing import Any

from aggregator.model import Block, Change, Job, Polled, PollState, Rule


class MemoryStore:
    """Those methods of `ports.Store` that polling needs, on a heap of due times."""

    def __init__(self, states: Iterable[PollState]) -> None:
        self._states = {state.source: state for state in states}
        self._due = [(state.due_at, state.source) for state in self._states.values() if not state.gone]
        heapify(self._due)
        self._leases: dict[str, datetime] = {}
        self._busy: Counter[str] = Counter()  # claimed sources by host
        self._queues: dict[str, list[tuple[datetime, str]]] = {}  # due sources of hosts that have enough of them claimed
        self._lapsing: list[tuple[datetime, str]] = []
        self._blocks: dict[str, datetime] = {}
        self._ending: list[tuple[datetime, str]] = []  # blocks
        self._resting: dict[str, list[str]] = {}  # due sources of blocked hosts

    def states(self, names: Collection[str] | None = None) -> Mapping[str, PollState]:
        """All states, or those of some."""
        return self._states if names is None else {name: self._states[name] for name in names}

    def claim_sources(self, *, now: datetime, limit: int, lease: timedelta, per_host: int | None = None) -> Sequence[PollState]:
        """Due sources that are not leased and whose host is not blocked, earliest first; so many of a host with those that are leased."""
        self._free(now)
        claimed: list[PollState] = []
        while len(claimed) < limit and self._due and self._due[0][0] <= now:
            entry = due_at, source = heappop(self._due)
            state, host = self._states[source], self._host(source)
            if source in self._leases or state.due_at != due_at or state.gone:
                self._bring_up(host)  # this is an entry from before
                continue
            if host in self._blocks:
                self._resting.setdefault(host, []).append(source)
            elif per_host and self._busy[host] >= per_host:
                heappush(self._queues.setdefault(host, []), entry)
            else:
                self._leases[source] = now + lease
                self._busy[host] += 1
                heappush(self._lapsing, (now + lease, source))
                claimed.append(state)
        return claimed

    def save_poll(
        self, state: PollState, changes: Sequence[Change], jobs: Sequence[Job], polled: Polled, *, block: Block | None = None, **_: Any
    ) -> None:
        """A new state, which ends the claim."""
        if state.source in self._leases:
            self._end(state.source)
        self._put(state)
        if block:
            self._blocks[block.host] = block.until
            heappush(self._ending, (block.until, block.host))

    def postpone_sources(self, due: Mapping[str, datetime], *, rule: Rule = "spread") -> None:
        """Other due times for sources that nobody has claimed."""
        for source, due_at in due.items():
            if source not in self._leases:
                self._put(replace(self._states[source], due_at=due_at, rule=rule))

    def free_claims(self) -> None:
        """End every claim."""
        for source in list(self._leases):
            self._end(source)
            heappush(self._due, (self._states[source].due_at, source))

    def _put(self, state: PollState) -> None:
        self._states[state.source] = state
        if not state.gone:
            heappush(self._due, (state.due_at, state.source))

    def _end(self, source: str) -> None:
        """A claim is over."""
        del self._leases[source]
        host = self._host(source)
        self._busy[host] -= 1
        if not self._busy[host]:
            del self._busy[host]
        self._bring_up(host)

    def _bring_up(self, host: str) -> None:
        """One more of those that wait for this host may be looked at."""
        if queue := self._queues.get(host):
            heappush(self._due, heappop(queue))
            if not queue:
                del self._queues[host]

    def _host(self, source: str) -> str:
        """Without the parsing that takes most of the time."""
        return self._states[source].url.split("/", 3)[2]

    def _free(self, now: datetime) -> None:
        """What was leased or blocked until now is to be had again."""
        while self._lapsing and self._lapsing[0][0] <= now:
            until, source = heappop(self._lapsing)
            if self._leases.get(source) == until:
                self._end(source)
                heappush(self._due, (self._states[source].due_at, source))
        while self._ending and self._ending[0][0] <= now:
            _, host = heappop(self._ending)
            if host in self._blocks and self._blocks[host] <= now:
                del self._blocks[host]
                for source in self._resting.pop(host, ()):
                    heappush(self._due, (self._states[source].due_at, source))

"""A day of polling: the real drain, turns and decisions, on a store's claims, with an outage in between."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Protocol

from aggregator.core import decide, hosts, schedule
from aggregator.fetch.failures import FetchError, asked_to_wait
from aggregator.fetch.turns import Turns
from aggregator.model import Failed, Polled, PollState
from aggregator.pipeline import LEASE
from aggregator.runners.daemon import BEAT
from aggregator.runners.drain import Drain
from tests.simulation.virtual import run
from tests.simulation.witness import Witness, witness
from tests.simulation.world import BEGAN, LIMITS, SOURCES, Answer, World

HOUR = 3600.0


class Claims(Protocol):
    """What is used of the store."""

    claim_sources: Any
    save_poll: Any
    postpone_sources: Any
    free_claims: Any
    states: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is simulated: a daemon that works for `hours` hours and is away from hour `stops` to hour `begins`."""

    places: int
    hours: float = 24.0
    stops: float = 8.0
    begins: float = 10.0
    per_host: int = 1
    spacing: timedelta = timedelta(seconds=1)
    seed: int = 1

    @property
    def of_a_host(self) -> int | None:
        """Sources of a host that are claimed at once, as the daemon has it."""
        return hosts.places(per_host=self.per_host, spacing=self.spacing, beat=timedelta(seconds=BEAT))


class Day:
    """One daemon on one store."""

    def __init__(self, world: World, store: Claims, plan: Plan, seen: Witness) -> None:
        self._world, self._store, self._plan, self._seen = world, store, plan, seen
        self._dice = Random(plan.seed)
        self._turns = Turns(per_host=plan.per_host, spacing=plan.spacing)
        self._slots = asyncio.Semaphore(plan.places)
        self.claimed: list[tuple[float, tuple[str, ...]]] = []
        self.waiting: set[str] = set()  # sources that were overdue at the restart and have not been polled since
        self.recovered: list[float] = []  # seconds until they were
        self._restarted = 0.0

    def left_behind(self) -> list[str]:
        """Sources that were overdue at the restart and were not polled since, though their host asks nobody to wait."""
        return sorted(name for name in self.waiting if not self._world.origins[name].strict)

    async def live(self) -> None:
        """From the first second to the last."""
        plan = self._plan
        await self._work(until=plan.stops * HOUR)
        if plan.begins >= plan.hours:
            return
        await asyncio.sleep(plan.begins * HOUR - _time())
        self._restart()
        await self._work(until=plan.hours * HOUR)

    async def _work(self, *, until: float) -> None:
        drain = Drain(self._claim, self._poll, places=self._plan.places)
        while _time() < min(until, self._plan.hours * HOUR):
            await drain.tick()
            await asyncio.sleep(BEAT)
        await drain.stop(grace=HOUR)
        if drain.failures:
            raise drain.failures[0]

    def _restart(self) -> None:
        """As `runners.local.run` begins: claims of the dead are free, and what is overdue is spread out."""
        self._store.free_claims()
        self._turns = Turns(per_host=self._plan.per_host, spacing=self._plan.spacing)
        states, now = self._store.states(), _now()
        self.waiting = {state.source for state in states.values() if state.due_at <= now and not state.gone}
        self._restarted = _time()
        self._store.postpone_sources(schedule.spread(states.values(), now=now))

    async def _claim(self, limit: int) -> Sequence[PollState]:
        states: Sequence[PollState] = self._store.claim_sources(now=_now(), limit=limit, lease=LEASE, per_host=self._plan.of_a_host)
        if states:
            self.claimed.append((_time(), tuple(state.source for state in states)))
        return states

    async def _poll(self, state: PollState) -> None:
        answer = await self._asked(state)
        outcome, now = answer.outcome, _now()
        source = SOURCES[self._world.origins[state.source].settings]
        after = decide.after(
            source, state, outcome, feed=answer.feed, digest=str(answer.items), changed=bool(answer.items), now=now,
            jitter=self._dice.random(), dates=answer.dates,
        )  # fmt: skip
        told = "failed" if isinstance(outcome, Failed) else "fetched" if answer.items else "not modified"
        polled = Polled(source=state.source, at=now, outcome=told, status=outcome.status, next_due=after.due_at, rule=after.rule)
        self._store.save_poll(after, [], [], polled, block=hosts.block_of(state, outcome, now=now))
        if state.source in self.waiting:
            self.waiting.remove(state.source)
            self.recovered.append(_time() - self._restarted)

    async def _asked(self, state: PollState) -> Answer:
        """One exchange when it is its turn, as `fetch.client` makes it."""
        host = self._world.origins[state.source].host
        request = decide.request_for(SOURCES[self._world.origins[state.source].settings], state, limits=LIMITS, now=_now())
        try:
            async with self._turns.turn(host, lasts=LIMITS.timeout), self._slots:
                return await self._exchange(host, state, request)
        except FetchError as error:
            return Answer(error.failed, 0.0)

    async def _exchange(self, host: str, state: PollState, request: Any) -> Answer:
        self._seen.begin(host, now=_time(), due=(state.due_at - BEGAN).total_seconds())
        answer = self._world.ask(state.source, request, now=_time())
        await asyncio.sleep(answer.after)
        self._seen.end(host, answer.outcome, now=_time(), items=answer.items)
        if isinstance(answer.outcome, Failed) and answer.outcome.status == 429:
            self._turns.refuse(host, asked_to_wait(host, 429, answer.outcome.headers))
        return answer


def simulate(world: World, store: Claims, plan: Plan, *, polite: tuple[int, timedelta] | None = None) -> tuple[Day, Witness]:
    """A day, and what the origins saw of it. `polite` is what they ask for, (per_host, spacing); else what the plan keeps to."""
    sizes = Counter(origin.host for origin in world.origins.values())
    per_host, spacing = polite or (plan.per_host, plan.spacing)
    seen = witness(sizes, per_host=per_host, spacing=spacing)

    async def live() -> Day:
        day = Day(world, store, plan, seen)
        await day.live()
        return day

    return run(live()), seen


def _time() -> float:
    return asyncio.get_running_loop().time()


def _now() -> datetime:
    return BEGAN + timedelta(seconds=_time())

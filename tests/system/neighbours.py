"""Many healthy sources, each a host of its own, with or without one hostile one among them: how long after its time does each poll end?"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from aggregator import config, wiring
from aggregator.fetch.client import HttpFetcher
from aggregator.model import Polled, PollState
from aggregator.pipeline import LEASE, Pipeline
from tests.system.conftest import HEAD, Site
from tests.system.hostile_documents import DOCUMENTS
from tests.system.origin import Origin, Scenario, drip, plain
from tests.system.papers import rss

SOURCE = '[sources.{name}]\nurl = "{url}"\nlanguage = "zh-CN"\ntranslate_to = []\n'
EACH_SECOND = 10  # sources that become due: what a slow machine can do
HOSTILE: Mapping[str, tuple[Scenario, str, str]] = {  # what it is, how it is marked, and what its advice names
    "document": (plain(200, DOCUMENTS["namespaces one in another"]()), "too_large", "fetch.parse_timeout"),
    "dripping answer": (drip(0.5), "timeout", "fetch.timeout"),
}


def configure(site: Site, origin: Origin, names: Sequence[str]) -> None:
    """A source for each name, at the host of that name."""
    tables = (SOURCE.format(name=name, url=origin.url(f"/{name}", f"{name}.test")) for name in names)
    site.configure("".join(tables), head=HEAD.replace('timeout = "5s"', 'timeout = "10s"'))


def lateness(site: Site) -> dict[str, tuple[float, Polled]]:
    """Poll everything in a store of its own, some each second, every host on loopback: how many seconds after its time each poll ended."""
    settings = config.load(site.config, environ={})
    came: dict[str, tuple[float, Polled]] = {}

    async def loopback(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    async def polls(pipeline: Pipeline) -> None:
        pipeline.store.sync_sources(settings.sources, now=pipeline.clock())
        states = {state.source: state for state in pipeline.store.claim_sources(now=pipeline.clock(), limit=1000, lease=LEASE)}
        clock = asyncio.get_running_loop().time
        began = clock()

        async def one(due: float, state: PollState) -> None:
            await asyncio.sleep(due - clock())
            polled = await pipeline.poll(state)
            came[state.source] = (clock() - due, polled)

        await asyncio.gather(*(one(began + n / EACH_SECOND, states[source.name]) for n, source in enumerate(settings.sources)))

    with wiring.open_house(settings, write=wiring.no_writer) as house:
        fetcher = HttpFetcher(concurrency=20, spacing=timedelta(seconds=1), resolve=loopback)
        replace(house, fetcher=fetcher, pipeline=replace(house.pipeline, fetcher=fetcher)).run(polls)
    (settings.paths.data / "store.db").unlink()
    return came


def delay(site: Site, origin: Origin, *, healthy: int, hostile: str) -> float:
    """Seconds by which the hostile source makes the healthy ones later, at the 99th percentile."""
    names = [f"s{number:03}" for number in range(healthy)]
    scenario, kind, advice = HOSTILE[hostile]
    origin.routes({f"/{name}": plain(200, rss(range(10), host=f"{name}.example")) for name in names} | {"/hostile": scenario})
    configure(site, origin, names)
    alone = lateness(site)
    configure(site, origin, [*names[:5], "hostile", *names[5:]])
    beside = lateness(site)
    took, row = beside.pop("hostile")
    assert (row.outcome, row.error_kind, advice in row.advice) == ("failed", kind, True)
    assert took < 12
    assert {polled.new for _, polled in (*alone.values(), *beside.values())} == {10}
    return percentile(beside) - percentile(alone)


def percentile(came: Mapping[str, tuple[float, Polled]]) -> float:
    """The 99th, of seconds."""
    late = sorted(seconds for seconds, _ in came.values())
    return late[-(-len(late) * 99 // 100) - 1]

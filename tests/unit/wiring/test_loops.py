"""A process that goes on polls on uvloop where that is installed, and comes to the same as on asyncio's loop."""

from __future__ import annotations

import asyncio
import signal
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator import config, wiring
from aggregator.errors import AggregatorError
from aggregator.fetch.client import HttpFetcher
from aggregator.model import Failed, Outcome, Request
from aggregator.pipeline import Pipeline
from aggregator.wiring import loops
from tests.system.origin import ATOM, Origin, Scenario, answer, drip, endless, hang, packed, plain, raw, redirect, reset_midway, steady

pytest.importorskip("uvloop")

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(ATOM), ATOM)
SCENARIOS: dict[str, Scenario] = {
    "plain": plain(),
    "large": plain(200, ATOM + b" " * 2_000_000),
    "packed": packed(ATOM, "gzip"),
    "unchanged": steady(etag='"1"'),
    "chunked": raw(CHUNKED),
    "until the end": raw(b"HTTP/1.1 200 OK\r\n\r\n" + ATOM),
    "gone": plain(410, b"gone"),
    "not whole": raw(answer(200, ATOM, content_length="9999")),
    "reset": reset_midway,
    "not HTTP": raw(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"),
    "nothing": raw(b""),
    "moved": redirect("/plain", 301),
    "into the network": redirect("http://10.0.0.1/"),
    "endless": endless(b"x" * 65536, head=b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n"),
    "endless without a length": endless(b"x" * 65536, head=b"HTTP/1.1 200 OK\r\n\r\n"),
    "drip": drip(),
    "hang": hang,
}


def fetched(origin: Origin, loop: loops.Loop | None) -> dict[str, Outcome]:
    """What each exchange came to, all of them at once."""
    headers = {"If-None-Match": '"1"'}
    addresses = {name: origin.route("/" + name.replace(" ", "-"), scenario) for name, scenario in SCENARIOS.items()}
    addresses |= {"https": origin.url("/plain").replace("http:", "https:"), "no server": "http://127.0.0.1:9991/"}
    requests = [
        Request(url=url, headers=headers, timeout=timedelta(seconds=2), allow_networks=("127.0.0.0/8",)) for url in addresses.values()
    ]

    async def whole() -> list[Outcome]:
        fetcher = HttpFetcher(per_host=len(requests), spacing=timedelta(0))
        outcomes = await asyncio.gather(*map(fetcher.fetch, requests))
        await fetcher.aclose()
        return list(outcomes)

    with asyncio.Runner(loop_factory=loop) as runner:
        return dict(zip(addresses, runner.run(whole()), strict=True))


def test_exchanges_come_to_the_same_on_both_loops() -> None:
    with Origin() as origin:
        on_asyncio, on_uvloop = (fetched(origin, loop) for loop in (None, loops.lasting()))
    assert on_uvloop == on_asyncio
    failed = {name: outcome.kind for name, outcome in on_asyncio.items() if isinstance(outcome, Failed)}
    assert failed == {
        "gone": "gone", "not whole": "protocol", "reset": "connect", "not HTTP": "protocol", "nothing": "protocol", "https": "connect",
        "into the network": "blocked_address", "endless": "too_large", "endless without a length": "too_large", "drip": "timeout",
        "hang": "timeout", "no server": "connect",
    }  # fmt: skip


@pytest.mark.parametrize("lasts", [True, False])
def test_a_job_ends_at_a_signal_on_the_loop_that_fits_it(lasts: bool, tmp_path: Path) -> None:
    settings = config.defaults(tmp_path)
    settings = replace(settings, store=replace(settings.store, url="sqlite://"))
    found: list[str] = []

    async def job(pipeline: Pipeline) -> None:
        found.append(type(asyncio.get_running_loop()).__module__.partition(".")[0])
        signal.raise_signal(signal.SIGTERM)
        await asyncio.sleep(60)

    with wiring.open_house(settings) as house, pytest.raises(AggregatorError, match="Stopped"):
        house.run(job, lasts=lasts)
    assert found == ["uvloop" if lasts else "asyncio"]

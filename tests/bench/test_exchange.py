"""What one exchange costs against a plain httpx client that checks nothing, in one run."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from statistics import median

import pytest

from aggregator.fetch.client import HttpFetcher
from aggregator.model import NotModified, Request
from tests.bench.figures import Record
from tests.system.origin import Origin, plain

HEADERS = {"If-None-Match": '"1"', "Accept-Encoding": "gzip, br, zstd"}
EXCHANGES, ROUNDS = 200, 5

pytestmark = pytest.mark.bench


async def cost(exchange: Callable[[], Awaitable[None]]) -> float:
    """CPU seconds of this thread for some exchanges one after the other; the origin runs in another."""
    started = time.thread_time()
    for _ in range(EXCHANGES):
        await exchange()
    return time.thread_time() - started


async def pairs(url: str) -> list[tuple[float, float]]:
    """What we and httpx needed, turn about, so that a busy machine is as busy for both."""
    httpx = pytest.importorskip("httpx", reason="the peer of this measurement is not installed: pip install 'httpx[brotli,zstd]'")
    fetcher = HttpFetcher(spacing=timedelta(0))
    request = Request(url=url, headers=HEADERS, allow_networks=("127.0.0.0/8",))
    one_use = httpx.Limits(max_keepalive_connections=0)  # a source is polled too rarely to find its connection open
    async with httpx.AsyncClient(trust_env=False, limits=one_use) as client:

        async def ours() -> None:
            assert isinstance(await fetcher.fetch(request), NotModified)

        async def theirs() -> None:
            assert (await client.get(url, headers=HEADERS)).status_code == 304

        await cost(ours), await cost(theirs)
        taken = [(await cost(ours), await cost(theirs)) for _ in range(ROUNDS)]
    await fetcher.aclose()
    return taken


def test_a_guarded_exchange_against_httpx(record: Record) -> None:
    with Origin() as origin:
        origin.route("/feed", plain(304, etag='"1"'))
        taken = asyncio.run(pairs(origin.url("/feed")))
    record("one exchange, times httpx", median(theirs / ours for ours, theirs in taken), "x")

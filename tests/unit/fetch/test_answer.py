"""What is understood at once, and what in a thread, so that nobody who is served meanwhile waits for it."""

from __future__ import annotations

import gzip
import subprocess
import sys

import pytest

from aggregator.fetch.answer import QUICK, Answer, is_quick
from tests.system.origin import ATOM, Origin, plain

LOADED = """
import asyncio, sys
from datetime import timedelta
from aggregator.fetch.client import HttpFetcher
from aggregator.model import Fetched, Request

async def main():
    fetcher = HttpFetcher(spacing=timedelta(0))
    await fetcher.prepare()
    before = {*sys.modules}
    outcome = await fetcher.fetch(Request(url=sys.argv[1], headers={}, timeout=timedelta(seconds=30), allow_networks=("127.0.0.0/8",)))
    assert isinstance(outcome, Fetched), outcome
    print(sorted({*sys.modules} - before), "_tls" in vars(fetcher))
    await fetcher.aclose()

asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("raw", "headers", "quick"),
    [
        (b"<rss/>", {}, True),
        (b"x" * QUICK, {}, True),
        (b"x" * (QUICK + 1), {}, False),
        (b"<rss/>", {"content-encoding": "br"}, False),
        (gzip.compress(b"<rss/>", mtime=0), {}, False),
    ],
)
def test_what_is_large_or_may_become_so_is_not_understood_at_once(raw: bytes, headers: dict[str, str], quick: bool) -> None:
    assert is_quick(Answer(status=200, headers=headers, raw=raw)) is quick


def test_who_is_prepared_loads_nothing_at_the_first_exchange() -> None:
    with Origin() as origin:
        origin.route("/feed", plain(200, ATOM))
        done = subprocess.run([sys.executable, "-c", LOADED, origin.url("/feed")], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (0, "[] True\n"), done.stderr

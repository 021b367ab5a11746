"""Origins that misbehave: each costs its own poll one clear failure, within its deadline and within bounded memory."""

from __future__ import annotations

import asyncio
import gzip
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import timedelta

import brotli  # type: ignore[import-untyped]
import pytest

from aggregator.fetch.client import HttpFetcher
from aggregator.model import NOTHING, Failed, FailureKind, Fetched, Outcome, Request
from tests.system import origin as scenarios
from tests.system.origin import ATOM, CHALLENGE, Asked, Origin, Scenario, Wire, plain, raw, redirect

DEADLINE = 2.0
PATIENCE = 20.0  # where time is not what is tested
LOOPBACK = ("127.0.0.0/8",)


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as running:
        yield running


def fetch(
    url: str, *, seconds: float = DEADLINE, max_bytes: int = 10 * 2**20, proxy: str = "", headers: Mapping[str, str] = NOTHING
) -> Outcome:
    async def run() -> Outcome:
        fetcher = HttpFetcher(spacing=timedelta(0))
        request = Request(
            url=url, headers=headers, timeout=timedelta(seconds=seconds), max_bytes=max_bytes, allow_networks=LOOPBACK, proxy=proxy
        )
        try:
            return await fetcher.fetch(request)
        finally:
            await fetcher.aclose()

    return asyncio.run(run())


def double(coding: str) -> Scenario:
    return plain(200, scenarios.PACK["gzip"](scenarios.PACK["gzip"](ATOM)), content_encoding=coding)


TROUBLE: dict[str, tuple[Scenario, FailureKind, int]] = {
    "drip": (scenarios.drip(), "timeout", 0),
    "hang": (scenarios.hang, "timeout", 0),
    "endless": (scenarios.HUGE, "too_large", 200),
    "announced huge": (scenarios.ANNOUNCED_HUGE, "too_large", 200),
    "header flood": (scenarios.HEADER_FLOOD, "protocol", 0),
    "information flood": (scenarios.INFORMATION_FLOOD, "protocol", 0),
    "reset": (scenarios.reset_midway, "connect", 0),
    "cut short": (scenarios.CUT_SHORT, "protocol", 0),
    "no answer": (raw(b""), "protocol", 0),
    "not http": (raw(b"220 mail.example ESMTP\r\n"), "protocol", 0),
    "bad chunk": (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), "protocol", 0),
    "negative length": (raw(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"), "protocol", 0),
    "empty": (plain(200, b""), "empty", 200),
    "blank": (plain(200, b" \r\n\r\n "), "empty", 200),
    "no content": (plain(204, b""), "status", 204),
    "partial": (plain(206, ATOM[:50], content_range="bytes 0-49/500"), "status", 206),
    "two codings": (double("gzip, gzip"), "encoding", 200),
    "unknown coding": (double("compress"), "encoding", 200),
    "not what it says": (plain(content_encoding="gzip"), "encoding", 200),
    "gone": (plain(410, b"gone"), "gone", 410),
    "missing": (plain(404, b"missing"), "status", 404),
    "login": (plain(401, b"login", www_authenticate="Basic"), "status", 401),
    "slow down": (plain(429, b"", retry_after="120"), "status", 429),
    "fault": (plain(500, b"oops"), "status", 500),
    "away": (plain(503, b"", retry_after="120"), "status", 503),
    "no place": (plain(302, b""), "status", 302),
    "choices": (plain(300, b""), "status", 300),
    "wall 403": (plain(403, CHALLENGE), "bot_wall", 403),
    "wall 503": (plain(503, scenarios.PACK["br"](CHALLENGE), content_encoding="br"), "bot_wall", 503),
    "wall 200": (plain(200, CHALLENGE), "bot_wall", 200),
    "wall by header": (plain(403, b"", cf_mitigated="challenge"), "bot_wall", 403),
    "to a file": (redirect("file:///etc/passwd"), "blocked_address", 0),
    "to the metadata service": (redirect("http://169.254.169.254/latest/"), "blocked_address", 0),
    "to a private host": (redirect("http://10.0.0.1/"), "blocked_address", 0),
    "to another service": (redirect("http://127.0.0.1:22/"), "blocked_address", 0),
    "to a login": (redirect("http://user:secret@127.0.0.1/"), "bad_source", 0),
    "to nonsense": (redirect("http://[::1"), "bad_source", 0),
}


@pytest.mark.parametrize("name", TROUBLE)
def test_every_trouble_is_one_classified_failure_in_time(origin: Origin, name: str) -> None:
    scenario, kind, status = TROUBLE[name]
    deadline = DEADLINE if kind == "timeout" else PATIENCE
    started = time.monotonic()
    outcome = fetch(origin.route("/feed", scenario) + "?token=canary", seconds=deadline)
    assert isinstance(outcome, Failed)
    assert (outcome.kind, outcome.status) == (kind, status)
    assert outcome.advice
    assert "canary" not in outcome.message + outcome.advice
    assert "secret" not in outcome.message + outcome.advice
    assert time.monotonic() - started < deadline + 2


@pytest.mark.parametrize("name", ["slow down", "away"])
def test_what_the_server_asks_for_stays_with_the_failure(origin: Origin, name: str) -> None:
    outcome = fetch(origin.route("/feed", TROUBLE[name][0]))
    assert isinstance(outcome, Failed)
    assert outcome.headers["retry-after"] == "120"


def test_a_web_page_is_an_answer_like_another(origin: Origin) -> None:
    page = b"<!doctype html><title>News</title><p>captcha</p>"
    outcome = fetch(origin.route("/feed", plain(200, page, content_type="text/html")))
    assert isinstance(outcome, Fetched)
    assert outcome.body == page


def test_the_bound_is_the_requests(origin: Origin) -> None:
    url = origin.route("/feed", plain(200, b"x" * 1000))
    assert isinstance(fetch(url, max_bytes=1000), Fetched)
    outcome = fetch(url, max_bytes=999)
    assert isinstance(outcome, Failed)
    assert outcome.kind == "too_large"


@pytest.mark.parametrize(
    ("size", "coding", "max_bytes", "message", "advice"),
    [
        (400 * 2**10, "", 300 * 2**10, "larger than 300 KiB on the wire (400 KiB)", "it allows 300 KiB."),
        (
            6 * 2**20,
            "",
            10 * 2**20,
            "larger than 5 MiB on the wire (6 MiB)",
            "it allows 10 MiB, and half of it on the wire, 5 MiB at least.",
        ),
        (6 * 2**20, "", 12 * 2**20, "", ""),
        (7 * 2**20, "", 13 * 2**20, "larger than 6.5 MiB on the wire (7 MiB)", "it allows 13 MiB, and half of it on the wire"),
        (5 * 2**20, "", 6 * 2**20, "", ""),
        (11 * 2**20, "gzip", 10 * 2**20, "larger than 10 MiB when decoded (", "it allows 10 MiB"),
        (10 * 2**20, "gzip", 10 * 2**20, "", ""),
    ],
)
def test_which_limit_a_document_is_over_and_what_raises_it(
    origin: Origin, size: int, coding: str, max_bytes: int, message: str, advice: str
) -> None:
    body = b"x" * size
    scenario = plain(200, gzip.compress(body, 1), content_encoding="gzip") if coding else plain(200, body)
    outcome = fetch(origin.route("/feed", scenario), max_bytes=max_bytes, seconds=20)
    assert isinstance(outcome, Failed if message else Fetched), outcome
    if isinstance(outcome, Failed):
        assert message in outcome.message
        assert "raise fetch.max_bytes" in outcome.advice
        assert advice in outcome.advice


@pytest.mark.parametrize("coding", ["", "gzip"])
def test_a_file_that_was_compressed_before_is_read_and_bounded(origin: Origin, coding: str) -> None:
    def served(body: bytes) -> Outcome:
        packed = gzip.compress(body, 1)
        scenario = plain(200, gzip.compress(packed), content_encoding=coding) if coding else plain(200, packed)
        return fetch(origin.route("/feed.xml.gz", scenario), max_bytes=2**20)

    outcome, bomb = served(ATOM), served(bytes(2**24))
    assert isinstance(outcome, Fetched)
    assert outcome.body == ATOM
    assert isinstance(bomb, Failed)
    assert bomb.kind == "too_large"


def test_redirects_share_one_deadline(origin: Origin) -> None:
    def slow(asked: Asked, wire: Wire) -> None:
        wire.wait(0.3)
        redirect("/feed")(asked, wire)

    started = time.monotonic()
    outcome = fetch(origin.route("/feed", slow), seconds=0.7)
    assert isinstance(outcome, Failed)
    assert outcome.kind == "timeout"
    assert time.monotonic() - started < 1.2


def test_nobody_listening_is_a_failure_to_connect() -> None:
    with Origin() as closed:
        url = closed.url("/feed")
    outcome = fetch(url)
    assert isinstance(outcome, Failed)
    assert outcome.kind == "connect"


def test_a_header_that_can_not_be_sent_is_the_configurations_fault(origin: Origin) -> None:
    outcome = fetch(origin.url("/feed"), headers={"X-Key": "a\r\nHost: evil"})
    assert isinstance(outcome, Failed)
    assert outcome.kind == "bad_source"
    assert origin.log == []


def test_a_header_in_another_script_is_sent_as_utf_8(origin: Origin) -> None:
    assert isinstance(fetch(origin.route("/feed", plain()), headers={"X-City": "北京"}), Fetched)
    assert str(origin.log[0].header("x-city")).encode("latin-1").decode() == "北京"


def test_cancelling_frees_the_host(origin: Origin) -> None:
    arrived = threading.Event()

    def hang(asked: Asked, wire: Wire) -> None:
        arrived.set()
        scenarios.hang(asked, wire)

    async def run() -> Outcome:
        fetcher = HttpFetcher(spacing=timedelta(0))
        hanging = Request(url=origin.route("/hang", hang), allow_networks=LOOPBACK)
        task = asyncio.create_task(fetcher.fetch(hanging))
        await asyncio.to_thread(arrived.wait)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return await fetcher.fetch(Request(url=origin.route("/feed", plain()), allow_networks=LOOPBACK))

    assert isinstance(asyncio.run(run()), Fetched)


def test_one_bad_origin_holds_up_no_other(origin: Origin) -> None:
    async def run() -> tuple[Outcome, float]:
        fetcher = HttpFetcher(spacing=timedelta(0))
        bad = Request(url=origin.route("/hang", scenarios.hang), allow_networks=LOOPBACK, timeout=timedelta(seconds=DEADLINE))
        good = Request(url=origin.route("/feed", plain()).replace("127.0.0.1", "localhost"), allow_networks=(*LOOPBACK, "::1/128"))
        hanging, started = asyncio.create_task(fetcher.fetch(bad)), time.monotonic()
        outcome = await fetcher.fetch(good)
        took = time.monotonic() - started
        await hanging
        await fetcher.aclose()
        return outcome, took

    outcome, took = asyncio.run(run())
    assert isinstance(outcome, Fetched)
    assert took < DEADLINE / 2


# -- proxies


def test_a_proxy_is_used_only_where_it_is_configured(origin: Origin) -> None:
    with Origin() as proxy:
        url = origin.route("/feed", plain())
        proxy.route(url, plain(200, b"<rss>by proxy</rss>"))
        outcome = fetch(url, proxy=f"http://user:p%40ss@127.0.0.1:{proxy.port}")
        assert isinstance(outcome, Fetched)
        assert outcome.body == b"<rss>by proxy</rss>"
        assert origin.log == []
        assert proxy.log[0].header("proxy-authorization") == "Basic dXNlcjpwQHNz"


@pytest.mark.parametrize(
    ("url", "proxy", "kind"),
    [
        ("http://169.254.169.254/", "http://127.0.0.1:9", "blocked_address"),
        ("http://feed.test/", "ftp://127.0.0.1:9", "bad_source"),
        ("http://feed.test/", "http://127.0.0.1:port", "bad_source"),
        ("http://feed.test/", "127.0.0.1:9", "bad_source"),
        ("http://feed.test/", "http://127.0.0.1:9", "connect"),
    ],
)
def test_a_proxy_opens_no_other_way(url: str, proxy: str, kind: str) -> None:
    outcome = fetch(url, proxy=proxy)
    assert isinstance(outcome, Failed)
    assert outcome.kind == kind


# -- memory

MEASURE = """
import asyncio, json, resource, sys
from datetime import timedelta
from aggregator.fetch.client import HttpFetcher
from aggregator.model import Request

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

async def run(urls):
    fetcher, results = HttpFetcher(spacing=timedelta(0)), []
    for url in urls:
        before = peak()
        outcome = await fetcher.fetch(Request(url=url, timeout=timedelta(seconds=10), allow_networks=("127.0.0.0/8",)))
        results.append([outcome.kind, peak() - before])
    await fetcher.aclose()
    return results

print(json.dumps(asyncio.run(run(sys.argv[1:]))))
"""


def test_bombs_do_not_fill_the_memory(origin: Origin) -> None:
    bombs = {
        "/plain": plain(),  # no bomb: brings in what every fetch needs
        "/br": plain(200, brotli.compress(bytes(2**26), quality=5), content_encoding="br"),
        "/zstd": plain(200, scenarios.zstd_bomb(2**30), content_encoding="zstd"),
        "/gzip": plain(200, gzip.compress(bytes(2**26), 1), content_encoding="gzip"),
        "/huge": scenarios.HUGE,
        "/headers": scenarios.HEADER_FLOOD,
    }
    origin.routes(bombs)
    origin.route("/plain", plain(404))
    started = time.monotonic()
    command = [sys.executable, "-c", MEASURE, *map(origin.url, bombs)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    results = dict(zip(bombs, json.loads(done.stdout), strict=True))
    assert [kind for kind, _ in results.values()] == ["status", "too_large", "too_large", "too_large", "too_large", "protocol"]
    assert sum(grown for _, grown in list(results.values())[1:]) < 42, results  # MiB
    assert time.monotonic() - started < 20

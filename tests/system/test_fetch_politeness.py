"""What an origin sees of us, read from its log."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from aggregator.core import decide
from aggregator.fetch import turns
from aggregator.fetch.client import HttpFetcher
from aggregator.model import Failed, Fetched, NotModified, Outcome, PollState, Request, Source
from tests.system.origin import ATOM, Origin, in_turn, packed, plain, raw, redirect, steady

AT_ONCE = timedelta(0)
LOOPBACK = ("127.0.0.0/8",)
LIMITS = decide.Limits(user_agent="aggregator-test/1 (+https://example.org/bot)", timeout=timedelta(seconds=10), allow_networks=LOOPBACK)
NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as running:
        yield running


def fetch(*requests: Request, at_once: bool = False, spacing: timedelta = AT_ONCE) -> list[Outcome]:
    """The outcomes of these requests, one after the other or at once, by one client."""

    async def run() -> list[Outcome]:
        fetcher = HttpFetcher(spacing=spacing)
        try:
            if at_once:
                return list(await asyncio.gather(*map(fetcher.fetch, requests)))
            return [await fetcher.fetch(request) for request in requests]
        finally:
            await fetcher.aclose()

    return asyncio.run(run())


def request(url: str, headers: Mapping[str, str] | None = None) -> Request:
    return Request(url=url, headers=headers or {}, timeout=timedelta(seconds=10), allow_networks=LOOPBACK)


def poll(source: Source, state: PollState, *, now: datetime = NOW) -> tuple[PollState, Outcome]:
    """One poll as the pipeline makes it, without a store."""
    (outcome,) = fetch(decide.request_for(source, state, limits=LIMITS, now=now))
    after = decide.after(source, state, outcome, feed=None, digest="d", changed=False, now=now, jitter=0)
    return after, outcome


def polls(source: Source, count: int) -> tuple[PollState, list[Outcome]]:
    state, outcomes = decide.first_state(source, now=NOW), []
    for number in range(count):
        state, outcome = poll(source, state, now=NOW + number * timedelta(hours=1))
        outcomes.append(outcome)
    return state, outcomes


ODD_ETAGS = ['"1"', 'W/"weak"', '"a,b"', '"with space"', "unquoted", '""', 'W/"x--gzip"', '"caf\u00e9"']


@pytest.mark.parametrize("etag", ODD_ETAGS)
def test_validators_go_back_byte_for_byte(origin: Origin, etag: str) -> None:
    date = "Wed, 1 may 2024 08:00:00 GMT"  # not as it should be written: still sent back as it came
    source = Source(name="s", url=origin.route("/feed", steady(etag=etag, last_modified=date)))
    state, outcomes = polls(source, 2)
    first, second = origin.log
    assert (first.header("if-none-match"), first.header("if-modified-since")) == (None, None)
    assert (second.header("if-none-match"), second.header("if-modified-since")) == (etag, date)
    assert isinstance(outcomes[1], NotModified)
    assert state.status == 304


def test_new_validators_of_an_equal_body_and_of_a_304_are_used(origin: Origin) -> None:
    scenario = in_turn(plain(etag='"1"'), plain(etag='"2"'), plain(304, b"", etag='"3"'), plain())
    source = Source(name="s", url=origin.route("/feed", scenario))
    polls(source, 5)
    assert [asked.header("if-none-match") for asked in origin.log] == [None, '"1"', '"2"', '"3"', None]


def test_no_date_is_made_up(origin: Origin) -> None:
    source = Source(name="s", url=origin.route("/feed", plain(date="Wed, 01 May 2024 08:00:00 GMT")))
    polls(source, 2)
    assert origin.log[1].header("if-modified-since") is None


def test_a_304_to_a_request_without_validators_is_a_failure(origin: Origin) -> None:
    (outcome,) = fetch(request(origin.route("/feed", plain(304, b""))))
    assert isinstance(outcome, Failed)
    assert outcome.kind == "protocol"


def test_who_asks_and_for_what_is_said_and_nothing_else_is(origin: Origin) -> None:
    source = Source(name="s", url=origin.route("/feed", plain(set_cookie="id=1; Path=/")))
    _, outcomes = polls(source, 2)
    for asked in origin.log:
        assert asked.method == "GET"
        assert asked.path == "/feed"
        assert {name.lower() for name, _ in asked.headers} == {"host", "user-agent", "accept", "accept-encoding", "connection"}
        assert asked.header("host") == f"127.0.0.1:{origin.port}"
        assert asked.header("user-agent") == LIMITS.user_agent
        assert asked.header("accept-encoding") == "gzip, br, zstd"
        assert str(asked.header("accept")).startswith("application/atom+xml")
    assert isinstance(outcomes[0], Fetched)
    assert "set-cookie" not in outcomes[0].headers


def test_the_environment_has_no_say(origin: Origin, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    (outcome,) = fetch(request(origin.route("/feed", plain())))
    assert isinstance(outcome, Fetched)


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_compressed_bodies_are_read(origin: Origin, coding: str) -> None:
    (outcome,) = fetch(request(origin.route("/feed", packed(ATOM, coding))))
    assert isinstance(outcome, Fetched)
    assert outcome.body == ATOM


def test_a_header_that_stands_twice_is_one_list(origin: Origin) -> None:
    twice = b"HTTP/1.1 200 OK\r\nCache-Control: public\r\ncache-control: max-age=60\r\nContent-Length: 2\r\n\r\nok"
    (outcome,) = fetch(request(origin.route("/feed", raw(twice))))
    assert isinstance(outcome, Fetched)
    assert outcome.headers["cache-control"] == "public, max-age=60"


# -- redirects


def chain(origin: Origin, *statuses: int) -> str:
    """Redirects with these statuses, then a document at /end; returns where to begin."""
    for number, status in enumerate(statuses):
        following = f"/{number + 1}" if number + 1 < len(statuses) else "/end"
        origin.route(f"/{number}", redirect(following, status))
    origin.route("/end", steady(etag='"1"'))
    return origin.url("/0" if statuses else "/end")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(origin: Origin, status: int) -> None:
    (outcome,) = fetch(request(chain(origin, status)))
    assert isinstance(outcome, Fetched)
    assert outcome.url == origin.url("/end")
    assert outcome.permanent_url == (origin.url("/end") if status in (301, 308) else "")
    assert all(asked.header("referer") is None for asked in origin.log)


@pytest.mark.parametrize(("statuses", "learned"), [((301, 308), True), ((301, 302), False), ((302, 301), False), ((307, 308, 301), False)])
def test_only_a_chain_of_permanent_hops_is_permanent(origin: Origin, statuses: tuple[int, ...], learned: bool) -> None:
    (outcome,) = fetch(request(chain(origin, *statuses)))
    assert isinstance(outcome, Fetched)
    assert bool(outcome.permanent_url) is learned


def test_five_hops_are_followed_and_six_are_not(origin: Origin) -> None:
    five, six = fetch(request(chain(origin, *[302] * 5))), fetch(request(chain(origin, *[302] * 6)))
    assert isinstance(five[0], Fetched)
    assert isinstance(six[0], Failed)
    assert six[0].kind == "redirects"
    assert len(origin.log) == 6 + 6


def test_a_loop_ends(origin: Origin) -> None:
    (outcome,) = fetch(request(origin.route("/feed", redirect("/feed", 301))))
    assert isinstance(outcome, Failed)
    assert outcome.kind == "redirects"


def test_a_moved_feed_is_learned_after_three_polls_and_asked_there_conditionally(origin: Origin) -> None:
    source = Source(name="s", url=chain(origin, 301))
    state, outcomes = polls(source, 5)
    assert state.url == origin.url("/end")
    assert [asked.path for asked in origin.log] == ["/0", "/end"] * 3 + ["/end"] * 2
    assert isinstance(outcomes[-1], NotModified)


SECRETS = {"Authorization": "Bearer x", "cookie": "a=b", "X-Api-Key": "k", "Domain-Id": "cn", "User-Agent": "me", "Accept": "*/*"}


def test_secrets_do_not_cross_origins(origin: Origin) -> None:
    with Origin() as other:
        other.route("/end", plain())
        origin.routes({"/start": redirect("/second"), "/second": redirect(other.url("/back")), "/end": plain()})
        other.route("/back", redirect(origin.url("/end")))
        (outcome,) = fetch(request(origin.url("/start"), SECRETS))
        assert isinstance(outcome, Fetched)
        for asked in origin.asked("/start") + origin.asked("/second"):
            assert all(asked.header(name) == value for name, value in SECRETS.items())
        for asked in other.log + origin.asked("/end"):  # what was left out once does not come back
            assert {name for name in SECRETS if asked.header(name) is not None} == {"User-Agent", "Accept"}


def test_names_are_origins_too(origin: Origin) -> None:
    origin.routes({"/start": redirect(origin.url("/end", host="localhost")), "/end": plain()})
    opened = replace(request(origin.url("/start"), SECRETS), allow_networks=("127.0.0.0/8", "::1/128"))
    (outcome,) = fetch(opened)
    assert isinstance(outcome, Fetched)
    assert origin.asked("/end")[0].header("authorization") is None
    assert origin.asked("/end")[0].header("host") == f"localhost:{origin.port}"


# -- turns


def test_requests_to_one_host_keep_their_distance(origin: Origin) -> None:
    pause = timedelta(milliseconds=120)
    outcomes = fetch(*[request(origin.route(f"/{number}", plain())) for number in range(4)], at_once=True, spacing=pause)
    times = [asked.at for asked in origin.log]
    assert all(isinstance(outcome, Fetched) for outcome in outcomes)
    assert min(later - sooner for sooner, later in pairwise(times)) >= pause.total_seconds()


def test_waiting_for_a_turn_does_not_count_as_being_slow(origin: Origin) -> None:
    hasty = [replace(request(origin.route(f"/{number}", plain())), timeout=timedelta(seconds=0.4)) for number in range(4)]
    outcomes = fetch(*hasty, at_once=True, spacing=timedelta(seconds=0.2))
    assert all(isinstance(outcome, Fetched) for outcome in outcomes)


def test_the_pause_is_a_second_unless_said_otherwise(origin: Origin) -> None:
    async def run() -> None:
        fetcher = HttpFetcher()
        await asyncio.gather(fetcher.fetch(request(origin.url("/a"))), fetcher.fetch(request(origin.url("/b"))))
        await fetcher.aclose()

    asyncio.run(run())
    first, second = origin.log
    assert second.at - first.at >= 1


def test_a_host_that_has_just_refused_is_not_asked_before_that_could_be_stored(origin: Origin) -> None:
    asked = [request(origin.route(f"/{number}", plain(429, b"", retry_after="60"))) for number in range(2)]

    async def run() -> list[Outcome]:
        fetcher = HttpFetcher(spacing=AT_ONCE)
        try:
            found = [await fetcher.fetch(one) for one in asked]
            await asyncio.sleep(turns.KEPT)
            return [*found, await fetcher.fetch(asked[1])]
        finally:
            await fetcher.aclose()

    first, second, third = asyncio.run(run())
    assert [outcome.status for outcome in (first, second, third)] == [429] * 3
    assert [asked.path for asked in origin.log] == ["/0", "/1"]

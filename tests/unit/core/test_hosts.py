from datetime import UTC, datetime, timedelta

import pytest

from aggregator.core import hosts
from aggregator.model import Failed, PollState

NOW = datetime(2024, 5, 1, 12, 30, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
STATE = PollState(source="s", url="https://Example.org:8443/feed", interval=30 * MINUTE)


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        (429, {}, 30 * MINUTE),
        (429, {"retry-after": "60"}, 30 * MINUTE),
        (429, {"retry-after": "7200"}, 2 * HOUR),
        (429, {"retry-after": "8640000"}, 2 * DAY),
        (503, {"retry-after": "60"}, MINUTE),
        (503, {}, None),
        (500, {"retry-after": "60"}, None),
    ],
)
def test_a_host_that_asks_to_wait_is_left_alone(status: int, headers: dict[str, str], wait: timedelta | None) -> None:
    block = hosts.block_of(STATE, Failed(kind="status", message="m", status=status, headers=headers), now=NOW)
    assert (block and (block.host, block.until - NOW)) == (wait and ("example.org", wait))


def test_the_host_that_answered_is_left_alone() -> None:
    block = hosts.block_of(STATE, Failed(kind="status", message="m", status=429, host="cdn.example"), now=NOW)
    assert block is not None
    assert block.host == "cdn.example"


@pytest.mark.parametrize(
    ("unreachable", "since", "ours"),
    [
        (["a", "b", "c"], HOUR, True),
        (["a", "b", "c"], 9 * MINUTE, False),
        (["a", "b"], DAY, False),
        (["a", "b", "a"], DAY, False),
        ([], DAY, False),
    ],
)
def test_when_nobody_can_be_reached_it_is_our_connection(unreachable: list[str], since: timedelta, ours: bool) -> None:
    assert hosts.is_our_outage(unreachable, last_answer=NOW - since, now=NOW) is ours


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.example/x", "https://A.example:443/y?z", True),
        ("https://a.example/", "http://a.example/", False),
        ("https://a.example/", "https://b.a.example/", False),
        ("http://a.example:81/", "http://a.example/", False),
        ("http://a.example:port/", "http://a.example/", False),
    ],
)
def test_origins_are_scheme_host_and_port(one: str, other: str, same: bool) -> None:
    assert hosts.same_origin(one, other) is same


def test_only_what_can_be_no_secret_goes_to_another_origin() -> None:
    headers = {"Authorization": "x", "COOKIE": "x", "X-Api-Key": "x", "Accept": "x", "user-agent": "x"}
    assert hosts.harmless(headers) == {"Accept": "x", "user-agent": "x"}


@pytest.mark.parametrize(
    ("per_host", "spacing", "places"),
    [(1, timedelta(seconds=1), 2), (1, timedelta(seconds=10), 2), (3, timedelta(milliseconds=250), 15), (1, timedelta(0), None)],
)
def test_a_host_takes_as_many_places_as_it_may_be_asked_for_soon(per_host: int, spacing: timedelta, places: int | None) -> None:
    assert hosts.places(per_host=per_host, spacing=spacing, beat=timedelta(seconds=1)) == places

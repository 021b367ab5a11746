from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import decide, jumps, schedule
from aggregator.model import Failed, Fetched, NotModified, Outcome, PollState, Source

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SOURCE = Source(name="s", url="https://a.example/feed")
BUSY = Failed(kind="status", message="busy", status=503, headers={"retry-after": "7200"})
FRESH = NotModified(url=SOURCE.url, headers={"cache-control": "max-age=10800"})
OUTCOMES: dict[str, Outcome] = {
    "fetched": Fetched(url=SOURCE.url, body=b"x"), "fresh": FRESH, "failed": Failed(kind="timeout", message="late"), "busy": BUSY,
}  # fmt: skip
CLOCKS = {
    "an hour ahead": NOW + HOUR,
    "in 2038": datetime(2038, 1, 19, 3, 14, 7, tzinfo=UTC),
    "after 2038": datetime(2038, 1, 20, tzinfo=UTC),
    "a day ahead": NOW + DAY,
    "an hour behind": NOW - HOUR,
    "in 1970": datetime(1970, 1, 1, 0, 5, tzinfo=UTC),
}


def polled(outcome: Outcome, *, at: datetime, source: Source = SOURCE, jitter: float = 0.5) -> PollState:
    """The state after a poll by a clock that says `at`."""
    state = decide.first_state(source, now=at)
    return decide.after(source, state, outcome, feed=None, digest="", changed=False, now=at, jitter=jitter)


def due_now(state: PollState) -> datetime:
    """When a source is due, by a clock that was put right."""
    return jumps.due([state], now=NOW).get(state.source, state.due_at)


@pytest.mark.parametrize("wrong", CLOCKS.values(), ids=CLOCKS.keys())
@pytest.mark.parametrize("outcome", OUTCOMES.values(), ids=OUTCOMES.keys())
def test_a_poll_by_a_wrong_clock_keeps_a_source_waiting_no_longer_than_it_was_to_wait(outcome: Outcome, wrong: datetime) -> None:
    meant = polled(outcome, at=NOW).due_at
    assert due_now(polled(outcome, at=wrong)) <= meant
    if wrong > NOW:
        assert due_now(polled(outcome, at=wrong)) == meant  # and not before it was to, either


def test_a_poll_by_the_right_clock_is_left_alone() -> None:
    states = [polled(outcome, at=NOW - passed) for outcome in OUTCOMES.values() for passed in (timedelta(0), HOUR, DAY)]
    assert jumps.due(states, now=NOW) == {}


@pytest.mark.parametrize("rule", ["first", "spread", "asked"])
def test_what_was_not_decided_by_a_poll_waits_for_an_interval_at_most(rule: str) -> None:
    state = PollState(source="s", due_at=NOW + DAY, polled_at=NOW - DAY, interval=timedelta(minutes=10), rule=rule)  # type: ignore[arg-type]
    assert jumps.due([state, replace(state, source="new", polled_at=None)], now=NOW) == dict.fromkeys(("s", "new"), NOW + state.interval)


def test_one_that_is_gone_stays_so() -> None:
    assert jumps.due([polled(Failed(kind="gone", message="gone", status=410), at=NOW + DAY)], now=NOW) == {}


@given(ahead=st.timedeltas(timedelta(0), timedelta(days=20_000)), wait=st.timedeltas(timedelta(0), timedelta(days=2)))
def test_no_wait_is_longer_than_it_was_meant_to_be(ahead: timedelta, wait: timedelta) -> None:
    state = PollState(source="s", polled_at=NOW + ahead, due_at=NOW + ahead + wait, rule="every")
    assert due_now(state) == NOW + wait


SUMMER = datetime(2026, 3, 29, 1, tzinfo=UTC)  # Europe's clocks go from 2:00 to 3:00
WINTER = datetime(2026, 10, 25, 1, tzinfo=UTC)  # and from 3:00 to 2:00
AMERICA = datetime(2026, 3, 8, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "change", [SUMMER, WINTER, AMERICA, datetime(2038, 1, 19, 3, 14, 7, tzinfo=UTC), datetime(2028, 2, 29, tzinfo=UTC)]
)
@pytest.mark.parametrize("minutes", [-61, -30, -1, 0, 1, 30, 61])
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Los_Angeles", "Asia/Shanghai", "Australia/Lord_Howe"])
def test_an_hour_is_an_hour_whatever_the_local_clock_does(change: datetime, minutes: int, zone: str) -> None:
    source, now = replace(SOURCE, every=HOUR, timezone=zone), change + timedelta(minutes=minutes)
    state = decide.after(
        source, decide.first_state(source, now=now), OUTCOMES["fetched"], feed=None, digest="", changed=True, now=now, jitter=0
    )
    assert (state.due_at, state.due_at.utcoffset()) == (now + HOUR, timedelta(0))


def test_after_a_long_sleep_sources_come_one_after_the_other() -> None:
    states = [replace(polled(OUTCOMES["fetched"], at=NOW - DAY), source=f"s{number}") for number in range(500)]
    spread = schedule.spread(states, now=NOW)
    assert set(spread) == {state.source for state in states}
    assert max(sum(start <= at < start + timedelta(seconds=10) for at in spread.values()) for start in spread.values()) < 30


def test_validators_of_a_clock_that_was_ahead_do_not_last_for_ever() -> None:
    answered = Fetched(url=SOURCE.url, body=b"x", headers={"etag": '"1"'})
    limits = decide.Limits(user_agent="test")
    for at, names in ((NOW, {"If-None-Match", "A-IM"}), (NOW + HOUR, {"If-None-Match", "A-IM"}), (CLOCKS["in 2038"], set())):
        state = replace(polled(answered, at=at), known=())
        assert set(decide.request_for(SOURCE, state, limits=limits, now=NOW).headers) & set(decide.CONDITIONS) == names, at


@pytest.mark.parametrize(
    ("seconds", "is_one"), [(0, False), (0.4, False), (-0.4, False), (3600, True), (-3600, True), (1_700_000_000, True)]
)
def test_what_a_jump_is(seconds: float, is_one: bool) -> None:
    assert jumps.is_jump(timedelta(seconds=seconds)) is is_one


@given(
    st.sampled_from(["first", "spread", "asked", "every", "pace", "retry-after"]),
    st.integers(-50, 50),
    st.none() | st.integers(-50, 50),
    st.integers(0, 50),
    st.booleans(),
)
def test_only_what_may_be_ahead_is_ever_pulled_in(rule: Any, due: int, polled: int | None, interval: int, gone: bool) -> None:
    polled_at = None if polled is None else NOW + polled * HOUR
    state = PollState(
        source="s",
        url="u",
        configured_url="u",
        due_at=NOW + due * HOUR,
        polled_at=polled_at,
        rule=rule,
        interval=interval * HOUR,
        gone=gone,
    )
    assert jumps.may_be_ahead(state, now=NOW) or jumps.due([state], now=NOW) == {}

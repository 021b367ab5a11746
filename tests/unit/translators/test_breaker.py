"""Circuits open after failures, try once after a pause, and close on success."""

from __future__ import annotations

from datetime import timedelta

from aggregator.translators.breaker import FAILURES, FOR_GOOD, WINDOW, Breaker


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def pauses(breaker: Breaker, clock: Clock) -> list[int]:
    """How long each pause is when every trial fails."""
    found = []
    for _ in range(9):
        found.append(round(breaker.pause("x").total_seconds()))
        clock.now += found[-1]
        assert not breaker.pause("x")
        breaker.failed("x")
    return found


def test_five_failures_in_a_row_open_it() -> None:
    breaker = Breaker(Clock())
    for _ in range(FAILURES - 1):
        breaker.failed("x")
    assert not breaker.pause("x")
    breaker.failed("x")
    assert breaker.pause("x") == timedelta(seconds=30)
    assert not breaker.pause("y")


def test_a_success_in_between_starts_the_count_again() -> None:
    breaker = Breaker(Clock())
    for _ in range(3 * FAILURES):
        breaker.failed("x")
        breaker.succeeded("x")
    assert not breaker.pause("x")


def test_pauses_double_up_to_half_an_hour() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    breaker.failed("x", at_once=True)
    assert pauses(breaker, clock) == [30, 60, 120, 240, 480, 960, 1800, 1800, 1800]


def test_after_a_pause_one_caller_tries() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    breaker.failed("x", at_once=True)
    clock.now += 30
    assert [bool(breaker.pause("x")) for _ in range(3)] == [False, True, True]
    breaker.succeeded("x")
    assert not breaker.pause("x")


def test_a_trial_that_never_ends_does_not_close_the_way_for_good() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    breaker.failed("x", at_once=True)
    clock.now += 30
    assert not breaker.pause("x")
    clock.now += 30
    assert not breaker.pause("x")


def test_a_wait_that_the_engine_asked_for_is_kept() -> None:
    breaker = Breaker(Clock())
    breaker.failed("x", after=timedelta(hours=2))
    assert breaker.pause("x") == timedelta(hours=2)


def test_more_than_half_of_twenty_calls_failing_opens_it() -> None:
    breaker = Breaker(Clock())
    for number in range(WINDOW - 1):
        breaker.succeeded("x") if number % 2 else breaker.failed("x")
        assert not breaker.pause("x")
    breaker.failed("x")
    assert breaker.pause("x")


def test_half_of_twenty_is_borne() -> None:
    breaker = Breaker(Clock())
    for number in range(5 * WINDOW):
        breaker.succeeded("x") if number % 2 else breaker.failed("x")
        assert not breaker.pause("x")


def test_what_failed_before_a_pause_does_not_count_after_it() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(WINDOW):
        breaker.failed("x")
    clock.now += breaker.pause("x").total_seconds()
    assert not breaker.pause("x")
    breaker.succeeded("x")
    breaker.failed("x")
    assert not breaker.pause("x")


def test_one_that_is_open_for_good_never_tries_again() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    breaker.failed("x", after=FOR_GOOD)
    clock.now += 10**9
    assert breaker.pause("x") == FOR_GOOD

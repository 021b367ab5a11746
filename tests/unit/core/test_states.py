"""States that differ in nothing, in their rhythm, or in more."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.core import states
from aggregator.model import PollState, Validators

STATE = PollState(source="a", url="https://a.example/", seen=("one",), known=("settings",))
LATER = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_state_that_has_the_values_already_is_the_very_same() -> None:
    assert states.changed(STATE, seen=("one",), failures=0) is STATE
    assert states.changed(STATE, seen=("one",), failures=1) == replace(STATE, failures=1)


def test_when_to_ask_again_and_what_with_is_the_rhythm() -> None:
    held = Validators(etag='"2"', last_modified="x", received=LATER)
    after = replace(STATE, validators=held, due_at=LATER, polled_at=LATER, interval=timedelta(hours=1), rule="ttl", status=304)
    assert states.is_steady(STATE, after)


@pytest.mark.parametrize("name", sorted({field.name for field in fields(PollState)} - states.RHYTHM))
def test_all_else_is_more(name: str) -> None:
    assert not states.is_steady(STATE, replace(STATE, **{name: object()}))

"""Incidents: each is told when it begins, when it is put in other words, and when it is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from aggregator.core import incidents
from aggregator.core.budget import Limit, Rules, whole
from aggregator.core.incidents import Told, changed
from aggregator.model import Incident, PollState, Resting

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
FAILING = Told("failing", "a", "a can't be polled", "No answer.")


def after(told: list[Told], stored: list[Incident], *, at: datetime) -> list[Incident]:
    """What is stored after another look."""
    rows = {(each.kind, each.subject, each.key): each for each in stored}
    rows |= {(each.kind, each.subject, each.key): each for each in changed(stored, told, now=at)}
    return list(rows.values())


def test_one_that_lasts_is_one_and_the_same_until_it_is_over() -> None:
    begun = after([FAILING], [], at=NOW)
    assert [(each.began, each.updated, each.ended) for each in begun] == [(NOW, NOW, None)]
    assert changed(begun, [FAILING], now=NOW + HOUR) == []
    reworded = after([FAILING._replace(text="Another error.")], begun, at=NOW + HOUR)
    assert [(each.key, each.began, each.updated, each.text) for each in reworded] == [(begun[0].key, NOW, NOW + HOUR, "Another error.")]
    over = after([], reworded, at=NOW + 2 * HOUR)
    assert [(each.key, each.began, each.ended) for each in over] == [(begun[0].key, NOW, NOW + 2 * HOUR)]
    assert changed(over, [], now=NOW + 3 * HOUR) == []
    assert len(after([FAILING], over, at=NOW + 4 * HOUR)) == 2  # the next time is another one


def test_items_that_were_lost_are_told_once_for_each_gap() -> None:
    (told,) = incidents.of_sources([PollState(source="a", gap_at=NOW, lost=7)])
    assert (told.kind, told.title) == ("lost", "a: up to 7 items may be lost")
    stored = after([told], [], at=NOW + HOUR)
    assert [(each.began, each.updated, each.ended) for each in stored] == [(NOW, NOW, NOW)]
    assert changed(stored, [told], now=NOW + 2 * HOUR) == []
    assert changed(stored, [], now=NOW + 2 * HOUR) == []
    assert len(after([told._replace(at=NOW + HOUR)], stored, at=NOW + 2 * HOUR)) == 2


def test_sources_are_told_of_that_are_gone_or_have_failed_for_long() -> None:
    bad = PollState(source="a", failures=incidents.FAILURES, error="No answer.", advice="Look at it.")
    few, gone = replace(bad, source="b", failures=incidents.FAILURES - 1), replace(bad, source="c", gone=True)
    assert [told[:4] for told in incidents.of_sources([bad, few, gone])] == [
        ("failing", "a", "a can't be polled", "No answer. Look at it."),
        ("gone", "c", "c is gone", "No answer. Look at it."),
    ]


def test_engines_are_told_of_that_go_on_failing() -> None:
    resting = {
        "once": Resting(circuits=1, times=1, pause=timedelta(seconds=30)),
        "again": Resting(circuits=1, times=2, pause=timedelta(seconds=60)),
        "quota": Resting(circuits=1, times=1, pause=timedelta(hours=9)),
        "key": Resting(circuits=1, times=1, pause=timedelta.max),
    }
    assert [(told.subject, told.title) for told in incidents.of_engines(resting)] == [
        ("again", "again is left alone"),
        ("key", "key is not asked any more"),
        ("quota", "quota is left alone"),
    ]


def test_a_bound_is_used_up_when_bodies_have_no_room_left() -> None:
    rules = Rules(limits=(Limit(name="budget.characters_per_day", unit="characters", period="day", limit=1000),), share=Fraction(1, 10))
    caps = whole(rules, now=NOW, zone=UTC)
    assert list(incidents.of_budget(rules, caps, [700])) == []
    (told,) = incidents.of_budget(rules, caps, [780])  # bodies may use 800
    assert (told.title, told.text) == (
        "budget.characters_per_day is used up",
        "What it leaves for bodies is spent, or nearly; they wait until 2026-05-02 00:00 UTC.",
    )


def test_polls_that_come_too_late_are_told_of() -> None:
    assert list(incidents.of_schedule(timedelta(minutes=9))) == []
    assert [told.kind for told in incidents.of_schedule(timedelta(minutes=11))] == ["late"]

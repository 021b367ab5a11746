"""What keeps a daemon from its work, in words."""

from __future__ import annotations

from datetime import timedelta

from aggregator.core.readiness import LATEST, LONGEST_BEAT, hindrances

SECOND = timedelta(seconds=1)


def test_nothing_is_wrong_within_the_bounds_and_where_nothing_is_polled() -> None:
    assert list(hindrances(store="", late=LATEST, beats={"poll": LONGEST_BEAT, "hugo": timedelta(days=1)})) == []
    assert list(hindrances(store="", late=timedelta(0), beats={})) == []


def test_each_thing_that_is_wrong_has_its_sentence() -> None:
    beats = {"poll": LONGEST_BEAT + SECOND, "publish": timedelta(hours=3)}
    said = list(hindrances(store="the disk is full", room="free some space", late=LATEST + timedelta(minutes=1), beats=beats))
    assert said == [
        "The store does not answer: the disk is full",
        "Nothing can be stored: free some space.",
        "Sources are polled late, the first of them by 11 minutes: more at once takes a larger fetch.concurrency.",
        "The daemon has not looked for work of the kind poll for 2 minutes: see its log, or restart it.",
        "The daemon has not looked for work of the kind publish for 3 hours: see its log, or restart it.",
    ]

"""Every store: how engines do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from aggregator.model import Standing
from aggregator.store import SqlStore


def test_what_was_last_noted_of_an_engine_comes_back(store: SqlStore, other: SqlStore, make: Any) -> None:
    whole = Standing(engine="e", verdict="pause", until=make.now, version="v1")
    pair = replace(whole, source="en", target="de", verdict="runs")
    for standing in (whole, pair):
        assert store.standing("e", source=standing.source, target=standing.target) is None
        store.note_standing(standing)
    later = replace(pair, verdict="fine", until=make.now + make.minute, version="v2")
    other.note_standing(later)
    assert store.standing("e") == whole
    assert store.standing("e", source="en", target="de") == later
    assert store.standing("e", source="de", target="en") is None
    assert store.standing("f") is None

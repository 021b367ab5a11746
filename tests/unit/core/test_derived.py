"""What follows from a value is worked out once, and does not keep the value alive."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace

from aggregator.core.derived import derived
from aggregator.model import Source

asked: list[str] = []


@derived
def shouted(source: Source) -> str:
    """Its name in capitals, and a note that it was asked for."""
    asked.append(source.name)
    return source.name.upper()


def test_it_is_worked_out_once_for_each_value() -> None:
    asked.clear()
    one = Source(name="one", url="https://a.example/")
    like_it = replace(one)
    assert [shouted(one), shouted(one), shouted(like_it)] == ["ONE"] * 3
    assert asked == ["one", "one"]


def test_another_value_in_the_same_place_in_memory_is_another() -> None:
    for number in range(1000):
        assert shouted(Source(name=f"s{number}", url="")) == f"S{number}"


def test_a_value_is_not_kept_alive() -> None:
    one = Source(name="one", url="https://a.example/")
    shouted(one)
    there = weakref.ref(one)
    del one
    gc.collect()
    assert there() is None

"""What follows from a value is worked out once, and forgotten with the value."""

from __future__ import annotations

import gc
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


def test_it_is_forgotten_with_the_value() -> None:
    for number in range(1000):  # in the same place in memory, most of them
        assert shouted(Source(name=f"s{number}", url="")) == f"S{number}"
    gc.collect()
    held = shouted.__wrapped__  # type: ignore[attr-defined]
    assert held is not None
    assert all(cell.cell_contents == {} for cell in shouted.__closure__ or () if isinstance(cell.cell_contents, dict))  # type: ignore[attr-defined]

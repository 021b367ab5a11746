from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.kept import Kept


def test_what_was_wanted_lately_stays_and_the_rest_goes() -> None:
    kept: Kept[int, str] = Kept(room=10)
    for number in range(100):
        kept.keep(number, str(number), weight=1)
        assert kept.get(0) == "0"
    assert kept.get(99) == "99"
    assert kept.get(50) is None


def test_the_last_value_counts_and_one_that_is_too_heavy_is_not_kept() -> None:
    kept: Kept[str, int] = Kept(room=10)
    assert kept.keep("a", 1, weight=2) == 1
    assert kept.keep("a", 0, weight=2) == 0
    assert kept.get("a") == 0
    assert kept.keep("b", 7, weight=6) == 7
    assert kept.get("b") is None


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 30)), max_size=200))
def test_it_never_weighs_more_than_its_room(steps: list[tuple[int, int]]) -> None:
    kept: Kept[int, int] = Kept(room=40)
    last: dict[int, int] = {}
    for key, weight in steps:
        kept.keep(key, weight, weight=weight)
        last[key] = weight if weight <= 20 else last.get(key, -1)
        there = {other: value for other in last if (value := kept.get(other)) is not None}
        assert sum(there.values()) <= 40
        assert there.items() <= last.items()

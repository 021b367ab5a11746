"""What may be asked of a feed in its address."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from aggregator.core.feedquery import Listed, wanted

ENTRIES = [
    Listed(datetime(2026, 7, 3, tzinfo=UTC), "Rail STRIKE ends\n阿里巴巴"),
    Listed(datetime(2026, 7, 2, tzinfo=UTC), "A strike of luck"),
    Listed(datetime(2026, 7, 1, tzinfo=UTC), "Rail prices"),
    Listed(None, "No date"),
]


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("", [0, 1, 2, 3]),
        ("limit=2", [0, 1]),
        ("q=strike", [0, 1]),
        ("q=rail%20Strike", [0]),
        ("q=%E9%98%BF%E9%87%8C", [0]),
        ("since=2026-07-02", [0, 1]),
        ("since=2026-07-02T02:00:00%2B02:00", [0, 1]),
        ("since=2026-07-02T02:00:00+02:00", [0, 1]),
        ("since=2026-07-02T00:00:01Z", [0]),
        ("q=rail&limit=1&since=2026-01-01", [0]),
        ("utm_source=x&mode=bilingual", [0, 1, 2, 3]),
        ("q=nothing", []),
    ],
)
def test_the_entries_that_are_wanted(query: str, places: list[int]) -> None:
    assert wanted(query).of(ENTRIES) == places


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("limit=0", "limit: write a whole number"),
        ("limit=5001", "from 1 to 5000"),
        ("limit=-1", "limit"),
        ("limit=", "limit"),
        ("limit=１", "limit"),
        ("limit=" + "1" * 5000, "limit"),
        ("q=", "q: write the words"),
        ("q=" + "x" * 201, "at most 200"),
        ("since=yesterday", "since: write a date"),
        ("since=0001-01-01T00:00:00%2B14:00", "since"),
        ("mode=trilingual", "mode: the one there is"),
        ("q=%ff", "can't be read"),
        ("&".join("q=x" for _ in range(30)), "at most 20"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(query: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        wanted(query)


def test_the_same_part_has_one_form() -> None:
    assert (
        wanted("since=2026-07-01&x=y&limit=5").query
        == wanted("limit=5&mode=bilingual&since=2026-07-01").query
        == "limit=5&since=2026-07-01"
    )
    assert wanted("q=a%26b+c").query == "q=a%26b+c"
    assert wanted("mode=bilingual&x=y") == wanted("mode=bilingual")
    assert wanted("mode=bilingual").bilingual

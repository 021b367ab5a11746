from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.core import aliases, retention
from aggregator.core.aliases import Recognized
from aggregator.model import Alias, Item, Retention, Source

NOW = datetime(2026, 5, 1, tzinfo=UTC)
DAY = timedelta(days=1)
SOURCE = Source(name="a", url="https://a.example/feed")


def item(number: int, **changes: object) -> Item:
    made = Item(
        id=f"id-{number}", source="a", guid=str(number), url=f"https://a.example/{number}", title=f"Title {number}", html="<p>x</p>",
        summary="x", published=NOW - number * DAY, language="en", digest=f"d{number}",
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


FOUND = Recognized(items=tuple(map(item, range(5))), learned=tuple(Alias(f"n{n}", "a", f"id-{n}") for n in range(5)), ids={})


@pytest.mark.parametrize(
    ("limits", "stored", "kept"),
    [
        (Retention(), (), (0, 1, 2, 3, 4)),
        (Retention(age=2 * DAY), (), (0, 1, 2)),
        (Retention(items=2), (), (0, 1)),
        (Retention(age=DAY, items=3), (), (0, 1)),
        (Retention(age=DAY), ("id-4",), (0, 1, 4)),
        (Retention(items=1), ("id-0", "id-4"), (0, 4)),
    ],
)
def test_new_items_over_the_limit_are_not_taken_in(limits: Retention, stored: tuple[str, ...], kept: tuple[int, ...]) -> None:
    left = retention.within(FOUND, stored, replace(SOURCE, retention=limits), now=NOW)
    assert left.items == tuple(map(item, kept))
    assert [alias.item_id for alias in left.learned] == [f"id-{n}" for n in kept]


def test_an_item_that_went_is_known_again_by_each_of_its_sources() -> None:
    other = Source(name="b", url="https://b.example/feed")
    gone = item(1, also_in=("b", "unknown"))
    names = retention.tombstones([gone], {"a": SOURCE, "b": other}, now=NOW)
    assert {(alias.source, alias.item_id) for alias in names} == {("a", gone.id), ("b", gone.id)}
    for source, again in ((SOURCE, item(1)), (SOURCE, item(1, id="new guid")), (other, item(1, source="b"))):
        entry = aliases.names_of([again], source, now=NOW)
        rows = [alias for alias in names if alias.name in entry[again.id].all]
        assert aliases.recognize([again], entry, rows, {}, source).items == ()

from __future__ import annotations

from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import shelves
from aggregator.core.shelves import FEW, SPREAD, Shelf

MANY = [f"tag/t{number:05}" for number in range(3 * FEW)]


def paged(names: list[str]) -> list[Shelf]:
    return list(shelves.shelves(shelves.of_kind(names, "tag"), "tag"))


def test_few_names_stand_on_no_page_of_their_own() -> None:
    assert paged(MANY[:FEW]) == []
    assert paged(MANY[: FEW + 1]) != []
    assert shelves.of_kind(["b", "all", "a", "tag/x", "b"], "source") == ["a", "b"]
    assert shelves.of_kind(["b", "all", "a", "tag/x", "b"], "tag") == ["tag/x"]


def test_every_name_stands_on_one_page_and_pages_are_small() -> None:
    pages = paged([f"tag/{number}" for number in range(20_000)])
    assert sorted(chain.from_iterable(page.names for page in pages)) == sorted(f"tag/{number}" for number in range(20_000))
    assert SPREAD / 2 < 20_000 / len(pages) < SPREAD * 2
    assert max(len(page.names) for page in pages) < 10 * SPREAD
    assert [page.first for page in pages] == ["", *(page.names[0] for page in pages[1:])] or pages[0].first == pages[0].names[0]


@given(st.sampled_from([f"tag/{letter}{number}" for letter in "ts中" for number in range(400)]))
def test_one_more_name_changes_one_page_or_parts_one(name: str) -> None:
    before, after = set(paged([other for other in MANY if other != name])), set(paged([*MANY, name]))
    assert 1 <= len(after - before) <= 1 + shelves.opens(name)
    assert len(before - after) <= 1


@given(st.sampled_from(MANY))
def test_the_page_of_a_name_is_found_from_its_neighbours(name: str) -> None:
    place = MANY.index(name)
    first = shelves.opening(reversed(MANY[: place + 1]))
    names = shelves.until_next(first, MANY[MANY.index(first) if first else 0 :])
    assert Shelf("tag", first, names) in paged(MANY)
    assert name in names

"""Who begins learns whether all before ended as they should: whoever did not may have left something half done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.store import SqlStore, open_store
from aggregator.store.presence import Company, claiming

CLEAN, UNKNOWN, BESIDE = Company(alone=True, clean=True), Company(alone=True, clean=False), Company(alone=False, clean=False)


@pytest.fixture
def store() -> Iterator[SqlStore]:
    """In memory."""
    held = open_store("sqlite://")
    yield held
    held.close()


def begin(folder: Path, store: SqlStore) -> Company:
    """Begin and end as one should."""
    with claiming(folder, store) as company:
        return company


def test_the_first_knows_nothing_and_the_next_that_it_ended_well(tmp_path: Path, store: SqlStore) -> None:
    assert [begin(tmp_path, store) for _ in range(3)] == [UNKNOWN, CLEAN, CLEAN]


def test_who_was_interrupted_is_told_of_once(tmp_path: Path, store: SqlStore) -> None:
    begin(tmp_path, store)
    with pytest.raises(ZeroDivisionError), claiming(tmp_path, store) as company:
        assert company == CLEAN
        raise ZeroDivisionError
    assert [begin(tmp_path, store) for _ in range(2)] == [UNKNOWN, CLEAN]


def test_who_was_interrupted_beside_others_is_told_of_when_somebody_is_alone(tmp_path: Path, store: SqlStore) -> None:
    with claiming(tmp_path, store):
        assert begin(tmp_path, store) == BESIDE
        with pytest.raises(ZeroDivisionError), claiming(tmp_path, store):
            raise ZeroDivisionError
    assert [begin(tmp_path, store) for _ in range(2)] == [UNKNOWN, CLEAN]


def test_who_ends_before_one_that_came_later_is_missed_by_nobody(tmp_path: Path, store: SqlStore) -> None:
    first, second = claiming(tmp_path, store), claiming(tmp_path, store)
    assert (first.__enter__(), second.__enter__()) == (UNKNOWN, BESIDE)
    first.__exit__(None, None, None)
    assert begin(tmp_path, store) == BESIDE
    second.__exit__(None, None, None)
    assert begin(tmp_path, store) == CLEAN

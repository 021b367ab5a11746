"""What every operation costs by how many items are stored: the stores in turns, as a table, as JSON and as a picture."""

from __future__ import annotations

import gc
import json
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from aggregator.store.compact import unpacked
from tests.bench.costs import note
from tests.bench.stage import NEWS, Stage
from tests.bench.stores import MUCH_LATER, first_store, grow

SIZES = tuple(int(size) for size in os.environ.get("BENCH_SIZES", "1000,100000,1000000").split(","))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "11"))
MORE_ROUNDS = 5  # times as many of what has to be flat: a tenth is less than what single rounds differ by
MEASURED = Path(__file__).parents[2] / "docs" / "measured" / "sizes.json"
OPERATIONS = {
    "poll": "a poll with one new item",
    "publish": "publishing one new item",
    "page": "a page of the catalogue",
    "deep_page": "a page of one source, half-way down",
    "feeds": "the list of all feeds",
    "search_english": "search: two English words",
    "search_chinese": "search: a Chinese word of two characters",
    "search_nothing": "search: a word that is nowhere",
    "look": "a beat with nothing to do",
    "start": "opening the store",
    "status": "status: everything counted",
    "prune": "pruning one item",
    "backup": "backup",
}
FLAT = {"poll": 1.1, "publish": 1.1}  # times what it costs in the smallest store
MOST_SEARCH = 0.05  # seconds, up to 100,000 items
MOST_BYTES = 1.5  # of the file for one of text, from 20,000 items on: what is there for each table and word counts for little then
TEXTS = (
    "SELECT sum(length(cast(title || url || guid AS BLOB)) + written(texts)) FROM items",
    "SELECT sum(length(cast(title AS BLOB)) + written(texts)) FROM translations",
)

pytestmark = pytest.mark.bench


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Stage]]:
    """A store of each size, made from the same items."""
    root = tmp_path_factory.mktemp("stores")
    held = first_store(root / "first.db")
    with ExitStack() as stack:
        found = []
        for size in SIZES:
            (root / str(size)).mkdir()
            shutil.copy(root / "first.db", root / str(size) / "store.db")
            grow(root / str(size) / "store.db", held, to=size)
            found.append(Stage(root / str(size), size))
            stack.callback(found[-1].end)
        yield found
    shutil.rmtree(root)  # gigabytes


@pytest.fixture(scope="module")
def costs(stages: list[Stage]) -> dict[str, list[float]]:
    """Seconds of CPU of each operation, for each size: medians of rounds in which the stores take turns."""
    return {name: measured(stages, name) for name in OPERATIONS}


def measured(stages: list[Stage], name: str) -> list[float]:
    """Medians for the stores, which take turns forwards and backwards: who comes after a large one finds little in the caches."""
    turns = list(range(len(stages)))
    found: list[list[float]] = [[] for _ in turns]
    for number in range(ROUNDS * (MORE_ROUNDS if name in FLAT else 1) + 1):
        for place in turns[:: 1 if number % 2 else -1]:
            found[place].append(cost(stages[place], name))
    return [median(seconds[1:]) for seconds in found]


def cost(on: Stage, name: str) -> float:
    """Seconds of CPU for one time."""
    if name in ("publish", "prune"):
        on.poll()
    if name == "prune":
        on.publish()
    if name == "start":
        on.close()
    gc.collect()
    started = time.process_time()
    getattr(on, name)()
    return time.process_time() - started


def transaction(on: Stage) -> float:
    """Seconds that a small one takes, waiting for the disk included."""
    started = time.monotonic()
    on.store.postpone_sources({NEWS.name: MUCH_LATER})
    return time.monotonic() - started


def bytes_of(folder: Path) -> tuple[int, int]:
    """Of the file, and of the texts that it keeps."""
    with closing(sqlite3.connect(folder / "store.db")) as database:
        database.create_function("written", 1, lambda texts: sum(len(text.encode()) for text in unpacked(texts)))
        (pages,), (size,) = (database.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size"))
        return pages * size, sum(database.execute(query).fetchone()[0] for query in TEXTS)


def test_what_is_stored_does_not_slow_down_the_work(stages: list[Stage], costs: dict[str, list[float]]) -> None:
    files = [bytes_of(each.folder) for each in stages]
    operations = {name: {"about": OPERATIONS[name], "milliseconds": [round(1000 * each, 2) for each in row]} for name, row in costs.items()}
    found = {"sizes": list(SIZES), "operations": operations, "bytes": [file for file, _ in files], "text": [text for _, text in files]}
    print("\n".join(table(found)))  # noqa: T201 - what `make bench` is for
    if os.environ.get("BENCH_WRITE"):
        MEASURED.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    note("publishing an item", costs["publish"][-1], bench=__name__)
    note("a transaction", median(transaction(stages[-1]) for _ in range(50)), bench=__name__)
    for name, most in FLAT.items():
        assert costs[name][-1] <= most * costs[name][0], name


def test_a_search_is_short(costs: dict[str, list[float]]) -> None:
    for name in ("search_english", "search_chinese", "search_nothing"):
        assert all(seconds < MOST_SEARCH for size, seconds in zip(SIZES, costs[name], strict=True) if size <= 100_000), name


def test_the_file_is_not_much_larger_than_the_text_in_it(stages: list[Stage]) -> None:
    files = [bytes_of(each.folder) for each in stages if each.size >= 20_000]
    assert all(file <= MOST_BYTES * text for file, text in files), files


def table(found: dict[str, Any]) -> Iterator[str]:
    """A line for each operation."""
    yield f"{'milliseconds of CPU':44}" + "".join(f"{size:>12,}" for size in found["sizes"])
    for row in found["operations"].values():
        few, *_, many = row["milliseconds"]
        yield f"{row['about']:44}" + "".join(f"{each:12.2f}" for each in row["milliseconds"]) + f"{many / few:8.2f}x"
    parts = (file / text for file, text in zip(found["bytes"], found["text"], strict=True))
    yield f"{'bytes of the file for one of text':44}" + "".join(f"{part:12.2f}" for part in parts)

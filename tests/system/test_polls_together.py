"""Polls that end at about the same time are stored together, and come to what they come to one by one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from aggregator import comparing
from aggregator.core import aliases
from aggregator.errors import StoreError
from aggregator.model import Brought, Source
from aggregator.store import SqlStore
from tests.system.days import HOUR, Days, rss
from tests.system.origin import Origin, plain

NAMES = ("a", "b", "c", "d", "e", "f")
SAME = """<item><guid>https://paper.example/{id}</guid><link>https://paper.example/{id}</link><title>The harbour {id}</title>
<pubDate>Mon, 22 Apr 2024 10:00:00 GMT</pubDate><description>It will be built {id}.</description></item>"""


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many polls each transaction has stored."""
    sizes: list[int] = []
    save = SqlStore.save_polls

    def counted(store: SqlStore, polls: list[Brought]) -> None:
        save(store, polls)
        sizes.append(len(polls))

    monkeypatch.setattr(SqlStore, "save_polls", counted)
    return sizes


def days_of(origin: Origin, folder: Path) -> Days:
    folder.mkdir(exist_ok=True)
    return Days(origin=origin, folder=folder, sources=[Source(name=name, url=origin.url(f"/{name}")) for name in NAMES])


def shows(origin: Origin, **bodies: bytes) -> None:
    for name in NAMES:
        origin.route(f"/{name}", plain(200, bodies.get(name, rss(f"{name}-1")), content_type="application/rss+xml"))


def same(*ids: int) -> bytes:
    return f"<rss version='2.0'><channel><title>T</title>{''.join(SAME.format(id=id) for id in ids)}</channel></rss>".encode()


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "store.db")) as database:
        return database.execute(query).fetchall()


def test_polls_that_end_at_about_the_same_time_share_a_transaction(tmp_path: Path, together: list[int]) -> None:
    with Origin() as origin:
        days = days_of(origin, tmp_path)
        shows(origin)
        days.poll(NAMES)
    assert {(polled.source, polled.new) for polled in days.polled} == {(name, 1) for name in NAMES}
    assert sum(together) == len(NAMES)
    assert max(together) > 1


def test_what_two_of_them_brought_is_one_item_as_it_is_one_by_one(tmp_path: Path, together: list[int]) -> None:
    with Origin() as origin:
        shows(origin, b=same(1, 2), d=same(2, 3), e=same(2))
        at_once, one_by_one = days_of(origin, tmp_path / "x"), days_of(origin, tmp_path / "y")
        at_once.poll(NAMES)
        for name in NAMES:
            one_by_one.poll([name])
        shared = "SELECT title, source != '', also_in != '[]' FROM items ORDER BY title"
        assert rows(tmp_path / "x", shared) == rows(tmp_path / "y", shared)
        assert len(rows(tmp_path / "x", shared)) == 6
        query = "SELECT also_in FROM items WHERE title = 'The harbour 2'"
        assert rows(tmp_path / "x", query)[0][0].count('"') == 4  # both of the others
        for days in (at_once, one_by_one):
            days.now += HOUR
            days.poll(NAMES)
        assert rows(tmp_path / "x", shared) == rows(tmp_path / "y", shared)


def test_what_the_store_refuses_of_one_takes_nothing_from_the_others(tmp_path: Path, together: list[int]) -> None:
    with Origin() as origin:
        days = days_of(origin, tmp_path)
        shows(origin)
        days.poll([])
        with closing(sqlite3.connect(tmp_path / "store.db")) as database:
            database.execute("CREATE TRIGGER no BEFORE INSERT ON items WHEN NEW.source = 'c' BEGIN SELECT RAISE(ABORT, 'no'); END")
        with pytest.raises(StoreError):
            days.poll(NAMES)
        assert {source for (source,) in rows(tmp_path, "SELECT source FROM items")} == {*NAMES} - {"c"}
        assert rows(tmp_path, "SELECT body_digest FROM sources WHERE source = 'c'") == [("",)]  # so it is all asked for again


def test_a_fault_of_ours_in_one_takes_nothing_from_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names_of = aliases.names_of

    def broken(items: Any, source: Source, **told: Any) -> Any:
        if source.name == "c":
            raise ZeroDivisionError
        return names_of(items, source, **told)

    monkeypatch.setattr(comparing.aliases, "names_of", broken)
    with Origin() as origin:
        days = days_of(origin, tmp_path)
        shows(origin)
        days.poll(NAMES)
    assert {polled.source: polled.error_kind for polled in days.polled} == {name: "internal" if name == "c" else None for name in NAMES}
    assert len(rows(tmp_path, "SELECT id FROM items")) == len(NAMES) - 1

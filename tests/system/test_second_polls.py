"""Every poll of everything recorded but the first writes nothing: no item, page, feed, job or translation."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from aggregator.model import Source
from tests.system.days import DAY, HOUR, Days
from tests.system.origin import Origin, plain

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
OF_SOURCES = ("sources", "polls", "hosts")  # when a source was polled, with what outcome, and when it is due: these rows are written
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the recorded feeds and lists (../shared/corpus) are not here")


def recorded() -> Mapping[str, tuple[str, bytes]]:
    """Kind and body by name."""
    feeds = {path.stem: ("feed", path.read_bytes()) for path in sorted((CORPUS / "feeds").glob("*.xml"))}
    lists = {f"{path.parent.name}-{path.stem}": ("json", path.read_bytes()) for path in sorted((CORPUS / "lists").glob("*/*.json"))}
    return feeds | lists


def as_it_was(body: bytes) -> bytes:
    return body


def built_anew(body: bytes) -> bytes:
    """The same entries, with another date of the document: no digest of the body helps."""
    dated = re.sub(rb"(<lastBuildDate>)[^<]*", rb"\1Sat, 03 Jan 2026 10:00:00 GMT", body)
    return dated if dated != body else body.rstrip() + b" \n"


def renamed(body: bytes) -> bytes:
    """The same entries under another title: the head has to be read."""
    return re.sub(rb"(<title[^>]*>(?:\s*<!\[CDATA\[)?)", rb"\1News: ", body, count=1)


def shows(origin: Origin, everything: Mapping[str, tuple[str, bytes]], change: Callable[[bytes], bytes]) -> None:
    for name, (kind, body) in everything.items():
        origin.route(f"/{name}", plain(200, change(body), content_type="application/json" if kind == "json" else "application/xml"))


def test_polls_of_everything_after_the_first_write_nothing(tmp_path: Path) -> None:
    with Origin() as origin:
        days, everything = Days(origin=origin, folder=tmp_path), recorded()
        days.sources = [
            Source(name=name, kind=kind, url=origin.url(f"/{name}"), timezone="Asia/Shanghai", translate_to=("fr",))
            for name, (kind, _) in everything.items()
        ]
        days.now += 700 * DAY
        shows(origin, everything, as_it_was)
        days.poll(list(everything))
        first, before = len(days.polled), stored(days)
        assert sum(polled.new for polled in days.polled) == len(before["items"]) > 1000
        for change in (as_it_was, built_anew, renamed):
            shows(origin, everything, change)
            days.now += HOUR
            days.poll(list(everything))
            assert stored(days) == before, change.__name__
        later = days.polled[first:]
        assert len(later) == 3 * len(everything)
        assert not [polled for polled in later if polled.new or polled.updated or polled.jobs or polled.error]


def stored(days: Days) -> dict[str, list[Any]]:
    """Every row of every table, but for those of the sources themselves."""
    with closing(sqlite3.connect(days.folder / "store.db")) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")
        tables = [name for (name,) in found if name not in OF_SOURCES]
        return {table: sorted(map(repr, connection.execute(f"SELECT * FROM {table}"))) for table in tables}

"""A process that begins takes what has not changed from the feeds that stand there, and gets the bytes of feeds that are made anew."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from aggregator.core import identity
from aggregator.publishers.channel import FORM
from tests.system.press import SOURCE, Press, item, press

WRITTEN = (1, "4f1898e9")  # the form of entries, and a digest of some that are written in it


def contents(here: Press) -> dict[str, bytes]:
    root = here.roots["feeds"]
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def anew(here: Press) -> dict[str, bytes]:
    """The feeds where nothing stands."""
    for path in here.roots["feeds"].rglob("*.*"):
        path.unlink()
    here.store.mark_all()
    here.publish()
    return contents(here)


@pytest.fixture
def printed(tmp_path: Path) -> Path:
    """A folder where five items in two languages have been published by a process that has ended."""
    with press(tmp_path) as here:
        here.bring(*(item(number) for number in range(5)))
        here.translate(item(2))
        here.publish()
    return tmp_path


def rename(here: Press) -> None:
    renamed = replace(SOURCE, title="Another Paper")
    vars(here)["pipeline"] = replace(here.pipeline, sources={SOURCE.name: renamed})
    here.bring(item(7))


@pytest.mark.parametrize(
    "change",
    [
        lambda here: here.bring(item(7)),
        lambda here: here.bring(item(3, title="Changed", digest="another")),
        lambda here: here.bring(item(3, media=(), authors=("Li",), digest="another"), item(9)),
        lambda here: here.translate(item(3)),
        lambda here: here.retain(items=3),
        rename,
    ],
    ids=["new", "another text", "another author", "translated", "gone", "another title of the source"],
)
def test_feeds_are_as_if_all_were_made_anew(printed: Path, change: Callable[[Press], None]) -> None:
    with press(printed) as here:
        before = contents(here)
        change(here)
        here.publish()
        published = {path: data for path, data in contents(here).items() if data != before.get(path)}
        assert published
        assert published.items() <= anew(here).items()


def test_a_feed_that_somebody_has_edited_is_made_anew(printed: Path) -> None:
    with press(printed) as here:
        for path in here.roots["feeds"].rglob("*.*"):
            path.write_bytes(path.read_bytes().replace("新闻".encode(), b"edited"))
        here.bring(item(7))
        here.publish()
        there = contents(here)["zh-CN/paper.rss"]
        assert b"edited" not in there
        assert there == anew(here)["zh-CN/paper.rss"]


def test_what_stands_there_is_not_made_again(printed: Path) -> None:
    """Shown by feeds whose entries are not what would be made, and the store taking them for what it has written."""
    with press(printed) as here:
        root = here.roots["feeds"]
        with closing(sqlite3.connect(printed / "store.db")) as database, database:
            for (name,) in database.execute("SELECT path FROM parts").fetchall():
                data = (root / name).read_bytes().replace("新闻".encode(), b"edited")
                (root / name).write_bytes(data)
                database.execute("UPDATE parts SET digest = ? WHERE path = ?", (identity.body_digest(data), name))
        here.bring(item(7))
        here.publish()
        feed = contents(here)["zh-CN/paper.rss"]
        assert feed.count(b"<item ") == 6
        assert item(7).title.encode() in feed
        assert feed.count(b"edited") >= 5


def test_a_feed_that_is_gone_is_forgotten(printed: Path) -> None:
    with press(printed) as here:
        here.retain(items=2)  # none of them is translated
        here.publish()
    with closing(sqlite3.connect(printed / "store.db")) as database:
        assert {path.partition("/")[0] for (path,) in database.execute("SELECT path FROM parts")} == {"zh-CN"}


def test_another_form_has_another_number(printed: Path) -> None:
    """Entries in published feeds are taken from there while FORM is the same: raise it when they are written otherwise."""
    with press(printed) as here:
        told = [data for path, data in contents(here).items() if not path.endswith(".css")]
    assert (FORM, identity.digest(*(data.decode() for data in told))[:8]) == WRITTEN

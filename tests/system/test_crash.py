"""kill -9 at any moment of a round: the next round finds everything, and the result is as if nothing had happened."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import threading
from collections import Counter
from contextlib import closing

from tests.system.conftest import HEAD, Running, Site, temporary_files
from tests.system.origin import Asked, Origin, Scenario, Wire, plain
from tests.system.papers import entries, rss

KILLS = 4  # by the dozen: test_random_kills.py, of processes that have everything ready
LONGEST = 2.5  # seconds from the first request to the kill; an undisturbed round takes about as long
SOURCES, ITEMS = 10, 20
EVERYTHING = SOURCES * ITEMS
LANGUAGES = ("zh-CN", "zh-TW")
NAMES = [f"paper{number}" for number in range(SOURCES)]
PATHS = """[paths]
site = "../public"

"""
SOURCE = """
[sources.{name}]
url = "{url}"
language = "zh-CN"
"""


def test_after_any_number_of_kills_everything_is_there_once(site: Site, origin: Origin) -> None:
    asked = threading.Event()
    origin.routes({f"/{name}": telling(asked, plain(200, rss(range(ITEMS), host=f"{name}.example"))) for name in NAMES})
    tables = "".join(SOURCE.format(name=name, url=origin.url(f"/{name}")) for name in NAMES)
    site.configure(tables, head=HEAD.replace("[fetch]", PATHS + "[fetch]\nper_host = 20"))
    moments = random.Random(20260501)
    killed = [killed_midway(site, asked, seconds=moments.uniform(0, LONGEST)) for _ in range(KILLS)]
    assert sum(killed) >= KILLS // 2  # else this test is about something else
    leave_files_half_written(site)
    done = site.run("fetch", "--all")
    assert done.returncode == 0, done.stderr
    assert temporary_files(site.folder) == []
    (counts,) = site.lines("status")
    assert (counts["items"], counts["translations"], counts["jobs"], counts["marks"]) == (EVERYTHING, EVERYTHING, 0, 0)
    every_item_stands_once_in_each_language(site)
    the_database_is_sound(site)


def telling(event: threading.Event, scenario: Scenario) -> Scenario:
    """The scenario, which lets it be known that it was asked."""

    def told(asked: Asked, wire: Wire) -> None:
        event.set()
        scenario(asked, wire)

    return told


def killed_midway(site: Site, asked: threading.Event, *, seconds: float) -> bool:
    """Start a round and kill it so long after its first request; whether it was still at work then."""
    asked.clear()
    with Running(site.start("fetch", "--all")) as program:
        assert asked.wait(60), program.said
        try:
            return program.process.wait(seconds) != 0
        except subprocess.TimeoutExpired:
            program.process.kill()
        return program.process.wait() == -signal.SIGKILL


def leave_files_half_written(site: Site) -> None:
    """What a kill between opening and renaming a file leaves: rare enough that the kills above may have missed it."""
    for root in (site.content, site.folder / "public" / "feeds", site.folder / "public"):
        root.joinpath("zh-TW").mkdir(parents=True, exist_ok=True)
        root.joinpath("zh-TW", ".all.rss.0123456789abcdef.tmp").write_bytes(b"half")
    site.folder.joinpath("data", "claims.lock").write_bytes(b"+")  # it began, and never ended


def every_item_stands_once_in_each_language(site: Site) -> None:
    for language in LANGUAGES:
        documents = [path.read_text(encoding="utf-8") for path in site.content.joinpath(language).rglob("*.md")]
        urls = Counter(line for text in documents for line in text.splitlines() if line.startswith("canonical: "))
        assert urls == Counter(f'canonical: "https://{name}.example/{number}"' for name in NAMES for number in range(ITEMS))
        assert all(text.startswith("---\n") and text.rstrip().endswith(")") for text in documents)  # the link to the original ends it
        for name in NAMES:
            for form in ("rss", "atom"):
                links = [entry.link for entry in entries(site.folder / "public" / "feeds" / language / f"{name}.{form}")]
                assert links == [f"https://{name}.example/{number}" for number in reversed(range(ITEMS))]
        assert len(entries(site.folder / "public" / "feeds" / language / "all.rss")) == 50


def the_database_is_sound(site: Site) -> None:
    with closing(sqlite3.connect(site.folder / "data" / "store.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("SELECT count(*), count(DISTINCT id) FROM items").fetchone() == (EVERYTHING, EVERYTHING)

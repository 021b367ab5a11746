"""The programs that are compared, each as a person starts it: its command lines, its folder, and what its store says afterwards."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

METER = Path(__file__).with_name("meter.py")
CONFIGURATION = """
[site]
title = "Bench"
base_url = ""
languages = ["en"]

[fetch]
allow_networks = ["127.0.0.0/8"]
"""
SOURCE = """
[sources.s{number}]
url = "{address}"
language = "en"
translate_to = []
"""


def environment() -> dict[str, str]:
    """That of a person: what is installed is compiled once."""
    ours = ("PYTHONDONTWRITEBYTECODE", "AGGREGATOR_CONFIG")
    return {name: value for name, value in os.environ.items() if name not in ours}


@dataclass(frozen=True)
class Cost:
    """What one run of a program took: CPU seconds, MB at most, seconds."""

    cpu: float
    peak: float
    took: float


class Program(ABC):
    """One that keeps feeds in a folder of its own."""

    name = ""
    shown = ""
    said = "said.txt"

    def __init__(self, folder: Path, addresses: Sequence[str]) -> None:
        self.folder, self.addresses = folder, addresses
        folder.mkdir(parents=True)
        self.subscribe()

    @classmethod
    def missing(cls) -> str:
        """What to install, where it is not."""
        return ""

    @classmethod
    @abstractmethod
    def version(cls) -> str:
        """Of the program that is installed."""

    @abstractmethod
    def subscribe(self) -> None:
        """Tell it of all addresses."""

    @abstractmethod
    def update(self) -> list[str]:
        """Poll all feeds, now."""

    @abstractmethod
    def idle(self) -> list[str]:
        """Start with the same store, find nothing to poll, and end."""

    @abstractmethod
    def entries(self) -> int:
        """How many it has stored."""

    def run(self, command: Sequence[str]) -> Cost:
        """Measure one of the commands; it has to succeed."""
        (self.folder / self.said).unlink(missing_ok=True)
        meter = [sys.executable, "-S", str(METER), str(self.folder / self.said), *command]
        done = subprocess.run(meter, capture_output=True, text=True, check=True, cwd=self.folder, env=environment(), timeout=1200)
        found = json.loads(done.stdout)
        assert found.pop("status") == 0, self.output()
        return Cost(**found)

    def output(self) -> str:
        """What the last command has said."""
        return (self.folder / self.said).read_text(encoding="utf-8", errors="replace")

    def rows(self, file: str, query: str) -> list[Any]:
        """Of its database."""
        with closing(sqlite3.connect(self.folder / file)) as database:
            return database.execute(query).fetchall()


class Ours(Program):
    """The one-shot command, on SQLite, the guard on: a document for each new item, and feeds of all that is new in three formats."""

    name = "aggregator"
    shown = "aggregator --json fetch --all"

    @classmethod
    def version(cls) -> str:
        """Of this tree."""
        return version("aggregator")

    def subscribe(self) -> None:
        """Write the configuration."""
        sources = "".join(SOURCE.format(number=number, address=address) for number, address in enumerate(self.addresses))
        (self.folder / "config").mkdir()
        (self.folder / "config" / "aggregator.toml").write_text(CONFIGURATION + sources, encoding="utf-8")

    def update(self) -> list[str]:
        """`fetch --all`: due or not."""
        return [sys.executable, "-m", "aggregator", "--json", "fetch", "--all"]

    def idle(self) -> list[str]:
        """`fetch` alone, right after everything was fetched."""
        return [sys.executable, "-m", "aggregator", "--json", "fetch"]

    def entries(self) -> int:
        """Of the store; there is a document of each."""
        stored = int(self.rows("data/store.db", "SELECT count(*) FROM items")[0][0])
        assert sum(1 for _ in (self.folder / "data" / "content").rglob("*.md")) == stored
        return stored

    def polled(self) -> list[dict[str, Any]]:
        """A row for each source, as printed."""
        return [json.loads(line) for line in self.output().splitlines() if line.startswith("{")]


class Reader(Program):
    """lemon24/reader, with one worker as by default: more take the same CPU."""

    name = "lemon24/reader"
    shown = "python -m reader --db DB update --no-scheduled"

    @classmethod
    def version(cls) -> str:
        """Of the package."""
        return version("reader")

    @classmethod
    def missing(cls) -> str:
        """Not in the index under a name that tells."""
        return "" if find_spec("reader") else "pip install 'reader[cli]' sgmllib3k"

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "reader", "--db", str(self.folder / "reader.db"), *words]

    def subscribe(self) -> None:
        """By its API: its command line takes one address."""
        from reader import make_reader

        with closing(make_reader(str(self.folder / "reader.db"))) as reader:
            for address in self.addresses:
                reader.add_feed(address)

    def update(self) -> list[str]:
        """All feeds, not only those that are due."""
        return self._command("update", "--no-scheduled")

    def idle(self) -> list[str]:
        """Only those that are due, right after an update."""
        return self._command("update", "--scheduled")

    def entries(self) -> int:
        """Of the store."""
        return int(self.rows("reader.db", "SELECT count(*) FROM entries")[0][0])


class Newsboat(Program):
    """newsboat, without its screen."""

    name = "newsboat"
    shown = "newsboat -u URLS -c CACHE -C CONFIG -x reload"

    @classmethod
    def version(cls) -> str:
        """As it says."""
        said = subprocess.run(["newsboat", "--version"], capture_output=True, text=True, check=True).stdout
        return said.split()[1]

    @classmethod
    def missing(cls) -> str:
        """It is a package of the system."""
        return "" if shutil.which("newsboat") else "apt-get install newsboat"

    def _command(self, *words: str) -> list[str]:
        places = ("-u", self.folder / "urls", "-c", self.folder / "cache.db", "-C", self.folder / "config")
        return ["newsboat", *map(str, places), *words]

    def subscribe(self) -> None:
        """A file of addresses."""
        (self.folder / "urls").write_text("\n".join(self.addresses) + "\n", encoding="utf-8")
        (self.folder / "config").write_text("", encoding="utf-8")

    def update(self) -> list[str]:
        """All feeds."""
        return self._command("-x", "reload")

    def idle(self) -> list[str]:
        """Read the store of all feeds, count, and end."""
        return self._command("-x", "print-unread")

    def entries(self) -> int:
        """Of the store."""
        return int(self.rows("cache.db", "SELECT count(*) FROM rss_item WHERE deleted = 0")[0][0])


PEERS: tuple[type[Program], ...] = (Reader, Newsboat)

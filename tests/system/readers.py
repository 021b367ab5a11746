"""Real feed readers, each on a folder of its own: subscribe to one address, fetch it when told to, and say what they have of it."""

from __future__ import annotations

import mailbox
import os
import shutil
import sqlite3
import subprocess
from abc import ABC, abstractmethod
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import feedparser
import pytest


@dataclass
class Reader(ABC):
    """A reader that is subscribed to `url`. `folder` is its home."""

    folder: Path
    url: str
    programs: ClassVar[tuple[str, ...]] = ()  # that it needs
    forms: ClassVar[tuple[str, ...]] = ("rss", "atom")  # that it reads
    follows_edits: ClassVar[bool] = True
    asks_for_news: ClassVar[bool] = True  # with the validators of the last answer

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True)

    @abstractmethod
    def update(self) -> None:
        """Fetch the feed."""

    @abstractmethod
    def entries(self) -> list[tuple[str, str]]:
        """(title, text) of everything it has ever shown as new, an entry as often as it did so; the text as it is now."""

    def command(self, *words: str | Path) -> str:
        """Run a program of its own; what it printed."""
        environment = os.environ | {"HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder), "XDG_DATA_HOME": str(self.folder)}
        done = subprocess.run(words, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout


def missing(reader: type[Reader]) -> str:
    """The programs that a reader needs and that are not here."""
    return ", ".join(program for program in reader.programs if not shutil.which(program))


def here(reader: type[Reader]) -> None:
    """Skip the test, or in CI fail it, where a reader's programs are missing."""
    give_up = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
    if programs := missing(reader):
        give_up(f"{programs} is not installed here: apt-get install newsboat rss2email sfeed curl")


class Newsboat(Reader):
    """An item is known by its guid; `unread` is how new it is."""

    programs = ("newsboat",)

    def update(self) -> None:
        for name, text in (("urls", f"{self.url}\n"), ("config", "")):
            (self.folder / name).write_text(text, encoding="utf-8")
        places = ("-u", self.folder / "urls", "-c", self.folder / "cache.db", "-C", self.folder / "config")
        self.command("newsboat", *places, "-x", "reload")

    def entries(self) -> list[tuple[str, str]]:
        with closing(sqlite3.connect(self.folder / "cache.db")) as cache:
            return list(cache.execute("SELECT title, content FROM rss_item WHERE deleted = 0"))


class Rss2email(Reader):
    """An item that is new is mailed, and not again when it is edited; here into a folder."""

    programs = ("r2e",)
    follows_edits = False

    def update(self) -> None:
        places = ("-c", self.folder / "config", "-d", self.folder / "data")
        if not (self.folder / "config").exists():
            self.command("r2e", *places, "new", "me@reader.example")
            text = (self.folder / "config").read_text(encoding="utf-8")
            sending = f"email-protocol = maildir\nmaildir-path = {self.folder}\nmaildir-mailbox = mail\nfrom = us@reader.example\n"
            kept = [
                line
                for line in text.splitlines()
                if line.split(" ")[0] not in ("email-protocol", "maildir-path", "maildir-mailbox", "from")
            ]
            (self.folder / "config").write_text("\n".join(kept).replace("[DEFAULT]", f"[DEFAULT]\n{sending}"), encoding="utf-8")
            self.command("r2e", *places, "add", "paper", self.url)
        self.command("r2e", *places, "run")

    def entries(self) -> list[tuple[str, str]]:
        found = mailbox.Maildir(self.folder / "mail", create=True)
        return [(str(feedparser_header(message["subject"])), "") for message in found]


class Sfeed(Reader):
    """A file with a line for each item; the same id, link and title are the same item, of which the first line stays."""

    programs = ("sfeed_update", "curl")
    follows_edits = False
    asks_for_news = False

    def update(self) -> None:
        lines = f'sfeedpath="{self.folder}/feeds"\nfeeds() {{\n  feed "paper" "{self.url}"\n}}\n'
        (self.folder / "sfeedrc").write_text(lines, encoding="utf-8")
        self.command("sfeed_update", self.folder / "sfeedrc")

    def entries(self) -> list[tuple[str, str]]:
        lines = (self.folder / "feeds" / "paper").read_text(encoding="utf-8").splitlines()
        return [(fields[1], fields[3]) for fields in (line.split("\t") for line in lines)]


class LemonReader(Reader):
    """lemon24/reader: an entry is known by its id, and says when it was last changed."""

    forms = ("rss", "atom", "json")

    def update(self) -> None:
        with closing(self._opened()) as reader:
            reader.add_feed(self.url, exist_ok=True)
            reader.update_feed(self.url)

    def entries(self) -> list[tuple[str, str]]:
        with closing(self._opened()) as reader:
            return [(entry.title or "", entry.get_content().value) for entry in reader.get_entries()]

    def _opened(self) -> Any:
        from reader import make_reader

        return make_reader(str(self.folder / "db.sqlite"))


@dataclass
class _Remembering(Reader):
    """A parser, with what every reader does with what it parses: an id that was not there before is a new entry."""

    known: dict[str, tuple[str, str]] = field(default_factory=dict)
    validators: dict[str, str] = field(default_factory=dict)

    def update(self) -> None:
        try:
            with urlopen(Request(self.url, headers=self.validators), timeout=10) as answer:
                body, headers = answer.read(), answer.headers
        except HTTPError as error:
            assert error.code == 304
            return
        self.validators = {"If-None-Match": headers["etag"], "If-Modified-Since": headers["last-modified"]}
        found = self.parsed(body)
        assert len({identity for identity, _, _ in found}) == len(found)
        self.known |= {identity: (title, text) for identity, title, text in found}

    def entries(self) -> list[tuple[str, str]]:
        return list(self.known.values())

    @abstractmethod
    def parsed(self, data: bytes) -> list[tuple[str, str, str]]:
        """(id, title, text) of each entry."""


class Feedparser(_Remembering):
    """feedparser."""

    def parsed(self, data: bytes) -> list[tuple[str, str, str]]:
        found = feedparser.parse(data)
        assert not found.bozo
        return [(entry.id, entry.title, entry.content[0].value) for entry in found.entries]


@dataclass
class ByDates(Feedparser):
    """The strictest that a reader can be: a text that it has stays until the entry's date of change is a later one."""

    forms = ("atom",)
    dates: dict[str, Any] = field(default_factory=dict)

    def parsed(self, data: bytes) -> list[tuple[str, str, str]]:
        before = self.dates
        self.dates = {entry.id: entry.updated_parsed for entry in feedparser.parse(data).entries}
        return [found for found in super().parsed(data) if found[0] not in before or self.dates[found[0]] > before[found[0]]]


class Fastfeedparser(_Remembering):
    """fastfeedparser."""

    def parsed(self, data: bytes) -> list[tuple[str, str, str]]:
        import fastfeedparser

        return [(entry.id, entry.title, entry.content[0]["value"]) for entry in fastfeedparser.parse(data).entries]


def feedparser_header(value: str) -> str:
    """A mail header as text."""
    from email.header import decode_header, make_header

    return str(make_header(decode_header(value)))


READERS = {
    "newsboat": Newsboat,
    "rss2email": Rss2email,
    "sfeed": Sfeed,
    "reader": LemonReader,
    "feedparser": Feedparser,
    "by dates": ByDates,
    "fastfeedparser": Fastfeedparser,
}

"""Nodes on one PostgreSQL, and what the database says of their work."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from typing import Any

import psycopg

from tests.system.conftest import Site
from tests.system.origin import Asked, Origin, Scenario, Wire, plain
from tests.system.papers import entries, rss

HEAD = """
[site]
title = "Test"
base_url = "http://127.0.0.1:8080"
timezone = "Asia/Shanghai"
languages = {{languages}}

[store]
url = "{url}"
lease = "8s"

[fetch]
timeout = "4s"
parse_timeout = "4s"
spacing = "{spacing}"
concurrency = {at_once}
allow_networks = ["127.0.0.0/8"]

[feeds]
formats = ["rss"]
bilingual = false
"""
SOURCE = """
[sources.{name}]
url = "{url}"
language = "zh-CN"
every = "1h"
"""
LEASE = 8.0  # seconds
WORKING = "is at work on poll, translate, publish"


def press(
    site: Site,
    origin: Origin,
    url: str,
    *,
    sources: int,
    items: int = 3,
    hosts: int = 1,
    slow: float = 0,
    spacing: str = "0s",
    at_once: int = 20,
    more: str = "",
    **options: Any,
) -> list[str]:
    """Configure sources of so many hosts on a store; the answers of an origin take `slow` seconds.

    A node asks so many `at_once`. Returns the sources' names.
    """
    names = [f"paper{number:03}" for number in range(sources)]
    for name in names:
        origin.route(f"/{name}", slowly(plain(200, rss(range(items), host=f"{name}.example")), seconds=slow))
    places = {name: f"127.0.1.{number % hosts + 1}" for number, name in enumerate(names)}
    tables = "".join(SOURCE.format(name=name, url=origin.url(f"/{name}", host=places[name])) for name in names)
    site.configure(tables + more, head=HEAD.format(url=url, spacing=spacing, at_once=at_once), **options)
    return names


def slowly(scenario: Scenario, *, seconds: float) -> Scenario:
    """The scenario, after some time."""

    def later(asked: Asked, wire: Wire) -> None:
        wire.wait(seconds)
        scenario(asked, wire)

    return later


class Books:
    """The database of a store, asked directly."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def one(self, query: str) -> Any:
        """The one value of a query."""
        row = self._connection.execute(query).fetchone()  # type: ignore[arg-type]
        return row[0] if row else None

    def wait(self, condition: str, *, seconds: float = 60) -> float:
        """Wait until something is so. Returns when it was, on the monotonic clock."""
        until = time.monotonic() + seconds
        while not self.one(f"SELECT {condition}"):
            assert time.monotonic() < until, f"never came true in {seconds:g} s: {condition}"
            self.one("SELECT pg_sleep(0.1)")
        return time.monotonic()

    def wait_until_polled(self, sources: int, *, seconds: float = 60) -> float:
        """Wait until so many sources were polled."""
        return self.wait(f"(SELECT count(DISTINCT source) FROM polls) = {sources}", seconds=seconds)

    def wait_until_idle(self, items: int, *, seconds: float = 60) -> float:
        """Wait until so many items are stored, translated and published."""
        waiting = "EXISTS (SELECT FROM jobs) OR EXISTS (SELECT FROM pages WHERE stale) OR EXISTS (SELECT FROM feeds WHERE stale)"
        return self.wait(f"(SELECT count(*) FROM items) = {items} AND NOT ({waiting})", seconds=seconds)

    def polls(self) -> dict[int, int]:
        """How many sources were polled how often."""
        rows = self._connection.execute("SELECT n, count(*) FROM (SELECT count(*) AS n FROM polls GROUP BY source) AS each GROUP BY n")
        return dict(rows.fetchall())


def documents(site: Site) -> Counter[str]:
    """How many documents there are of each address in each language."""
    found: Counter[str] = Counter()
    for path in site.content.rglob("*.md"):
        text = path.read_text(encoding="utf-8")
        assert text.startswith("---\n"), path
        language = path.relative_to(site.content).parts[0]
        found.update(f"{language} {line}" for line in text.splitlines() if line.startswith("canonical: "))
    return found


def are_whole(site: Site, names: Iterable[str], *, items: int, languages: Iterable[str] = ("zh-CN", "zh-TW")) -> bool:
    """Whether every item has one document in each language, and every feed is sound and has all its entries."""
    names, languages = list(names), list(languages)
    wanted = {f'{tag} canonical: "https://{name}.example/{number}"' for tag in languages for name in names for number in range(items)}
    assert documents(site) == Counter(wanted)
    for language in languages:
        for name in names:
            assert len(entries(site.feeds / language / f"{name}.rss")) == items
    return True

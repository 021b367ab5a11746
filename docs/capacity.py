"""Writes docs/capacity.md: what so many sources take, from measured costs and a simulated day."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MEASURED = ROOT / "docs" / "measured"
DAY = 86_400
SOURCES = (100, 1_000, 10_000, 100_000, 1_000_000)

# What is assumed of sources and of the machine. Everything else is measured: docs/measured/*.json.
ITEMS = 0.32  # new items a day of a source: the mean of 200 recorded feeds
POLLS = 8.0  # polls a day of a source: adaptive ones wait five minutes to four hours
CHANGED = 0.04  # of the polls bring something new: ITEMS / POLLS
UNTAGGED = 0.25  # of the others come as a whole document, as the server knows no 304
LANGUAGES = 2  # that an item is translated into
CHARACTERS = 2_000  # of an item with title and summary
BODY = 50_000  # bytes of a document on the wire, before compression
PLACES = 1000  # fetch.concurrency at its most
CORES = 2  # of one machine
BUSY = 0.7  # of the cores: what is left is for readers and for bursts

INTRODUCTION = """\
# Capacity

What polling, translating and publishing so many sources takes of one machine, and how many machines that makes. `make docs`
writes this page from [the costs that benches have measured](measured/costs.json), [the stores of growing size](measured/sizes.json)
and [the simulated day](measured/day.json); what is assumed beside them stands at the top of [capacity.py](capacity.py). Such a
table is no promise: it tells what is near its limit.
"""

SIMULATED = """\
`make simulate` runs the real drain, turns, decisions and claims on a clock that jumps, against made-up origins: {sources:,} sources
on {hosts:,} hosts, the largest of which has {largest_host:,}; feeds that publish often or hardly ever; answers of 304, 200, 410,
429 with and without Retry-After, 500 and none at all. The daemon has {places:,} places, works for {hours_at_work:g} hours, and is
away in between, so that much is overdue when it comes back. Claims are made in memory, where tests hold them to be the store's,
claim for claim. The program's own computing takes no time there: what that takes stands above.
"""
CROWDED = """\
A host is asked once a second or so, whatever waits for it: some 65,000 polls a day with `fetch.per_host = 1` and a second's pause. More
sources than that on one host are late; the others are not, as a host holds a few places only. Here {sources_of_the_host:,} sources of one
host, and half as many others with a host each, become due within five minutes, with {places} places:
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What a day of so many sources asks for."""

    sources: int

    @property
    def polls(self) -> float:
        """A day."""
        return self.sources * POLLS

    @property
    def items(self) -> float:
        """A day."""
        return self.sources * ITEMS

    @property
    def characters(self) -> float:
        """A day, of what is translated."""
        return self.items * CHARACTERS * LANGUAGES

    @property
    def wire(self) -> float:
        """Bytes that come in."""
        return self.polls * (CHANGED + (1 - CHANGED) * UNTAGGED) * BODY

    @property
    def stored(self) -> float:
        """Bytes that the store grows by."""
        sizes = measured("sizes")
        return self.items * sizes["bytes"][-1] / sizes["sizes"][-1]

    def cpu(self) -> dict[str, float]:
        """Seconds of CPU by what they go to."""
        cost = {name: row["seconds"] for name, row in measured("costs").items()}
        quiet = self.polls * (1 - CHANGED)
        return {
            "polls without news": quiet * ((1 - UNTAGGED) * cost["poll, 304"] + UNTAGGED * cost["poll, equal body"]),
            "polls with news": self.polls * CHANGED * cost["poll, one new item"],
            "translating": self.items * LANGUAGES * cost["translating a document"],
            "publishing": self.items * (1 + LANGUAGES) * cost["publishing an item"],
        }


def measured(name: str) -> Any:
    """One of the files that benches and the simulation write."""
    return json.loads((MEASURED / f"{name}.json").read_text(encoding="utf-8"))


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A Markdown table, figures to the right, an empty line behind it."""
    lines = [head, ("---", *["---:"] * (len(head) - 1)), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def number(value: float) -> str:
    """Three figures that count."""
    if value >= 1000:
        return f"{round(value, 2 - len(str(int(value)))):,.0f}"
    return f"{value:.3g}"


def asked() -> str:
    """What comes in and goes out."""
    head = (
        "sources",
        "polls a day",
        "polls a second",
        "items a day",
        "characters a day",
        "GB a day on the wire",
        "store grows by GB a year",
    )
    rows = [Load(count) for count in SOURCES]
    figures = ((load.polls, load.polls / DAY, load.items, load.characters, load.wire / 1e9, load.stored * 365 / 1e9) for load in rows)
    return table(head, ((f"{count:,}", *map(number, row)) for count, row in zip(SOURCES, figures, strict=True)))


def needed() -> str:
    """CPU by what it goes to, the machines it takes, and what is nearest to its limit."""
    kinds = list(Load(1).cpu())
    head = ("sources", *(f"{kind}, cores" for kind in kinds), f"machines of {CORES} cores", "nearest to its limit")
    return table(head, map(_needs, SOURCES))


def _needs(sources: int) -> tuple[str, ...]:
    load = Load(sources)
    cores = [seconds / DAY for seconds in load.cpu().values()]
    limits = limits_of(load)
    first = max(limits, key=lambda name: limits[name])
    return (f"{sources:,}", *map(number, cores), str(ceil(sum(cores) / CORES / BUSY)), f"{first} ({limits[first]:.0%} of one machine)")


def limits_of(load: Load) -> dict[str, float]:
    """How much of what one machine has is used, by resource."""
    return {
        "CPU": sum(load.cpu().values()) / DAY / CORES / BUSY,
        "places for polls": load.polls / DAY / PLACES,
        "the one writer of SQLite": (load.polls + load.items * (2 + 2 * LANGUAGES)) * measured("costs")["a transaction"]["seconds"] / DAY,
    }


def day() -> Iterator[str]:
    """The simulated day."""
    found = measured("day")
    yield "\n## A simulated day\n"
    yield SIMULATED.format(**found)
    late, after, again = found["late"], found["late_after_the_restart"], found["polled_again_after"]
    rows = {
        "polls": f"{found['polls']:,}",
        "requests at once to one host beyond its limit": f"{found['violations']['at once']:,}",
        "requests sooner than the pause allows": f"{found['violations']['without a pause']:,}",
        "requests inside Retry-After": f"{found['violations']['inside Retry-After']:,}",
        "most requests to one host in one second": f"{found['most_of_a_host_in_a_second']:,}",
        "most requests in one second": f"{found['most_in_a_second']:,}",
        "most requests under way": f"{found['most_under_way']:,}",
        "late by, median, 99th of a hundred, most (s)": f"{late['p50']:,} · {late['p99']:,} · {late['max']:,}",
        "the same after the restart (s)": f"{after['p50']:,} · {after['p99']:,} · {after['max']:,}" if after["count"] else "",
        "overdue at the restart": f"{found['overdue_at_the_restart']:,}",
        "and polled after, median, 99th of a hundred (s)": f"{again['p50']:,} · {again['p99']:,}" if again["count"] else "",
        "sources overdue at the end whose host asked for no pause": f"{found['never_polled_again']:,}",
    }
    yield table(("", "of all polls"), rows.items())
    yield "\nLateness by how many sources a host has, outside of the two hours after the restart:\n"
    lines = ((f"up to {int(most):,}", *spread_of(row)) for most, row in found["late_by_host"].items())
    yield table(("sources of the host", "polls", "median (s)", "99th of a hundred (s)", "most (s)"), lines)


def crowd() -> Iterator[str]:
    """What one host's backlog does to the others."""
    found = measured("day")["crowded_host"]
    yield "\n## A crowded host\n"
    yield CROWDED.format(**found)
    head = ("late by", "polls", "median (s)", "99th of a hundred (s)", "most (s)")
    yield table(head, ((f"sources {name}" if name != "others" else name, *spread_of(row)) for name, row in found["late"].items()))


def spread_of(row: dict[str, float]) -> tuple[str, ...]:
    """How many, the middle, the 99th of a hundred, the most."""
    return tuple(f"{row[key]:,}" for key in ("count", "p50", "p99", "max"))


def costs() -> str:
    """What was measured, and by what."""
    rows = ((name, f"{1000 * row['seconds']:.3g} ms", f"`{row['bench']}`") for name, row in measured("costs").items())
    return table(("what", "CPU", "measured by"), rows)


def capacity() -> str:
    """The whole page."""
    parts = [
        INTRODUCTION,
        "## What comes in and goes out\n",
        asked(),
        "\n## What it takes\n",
        needed(),
        "\n## What each costs\n",
        costs(),
        *day(),
        *crowd(),
    ]
    return "\n".join(part.rstrip("\n") + "\n" if part.startswith("|") else part for part in parts)


def generated() -> dict[Path, str]:
    """The file and its text."""
    return {ROOT / "docs" / "capacity.md": capacity()}


if __name__ == "__main__":
    for path, text in generated().items():
        path.write_text(text, encoding="utf-8")

"""Thirty days of an origin that is polled by a program restarted daily: what the tests of the rules read their log from.

A test module subscribes with `feed` when it is imported; the fixture `month` runs all of it once for the session.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from email.utils import format_datetime
from itertools import count, pairwise
from pathlib import Path

from aggregator.model import Source
from tests.system.days import DAY, HOUR, MONDAY, Days, rss
from tests.system.origin import Asked, Origin, Scenario, plain

BODY = rss("1")
OK = plain(200, BODY)
DAILY = [24 * day for day in range(31)]
PLAN: list[tuple[str, Scenario, str, dict[str, object]]] = []  # path and query, what happens there, host, the source's settings
TARGETS: dict[str, Scenario] = {}  # where redirects lead
BY_HAND: dict[int, list[str]] = {}  # what a person asks for by name, by day
_hosts = (f"127.0.1.{number}" for number in count(1))


def feed(path: str, scenario: Scenario, *, host: str = "", by_hand: tuple[int, ...] = (), **settings: object) -> str:
    """Subscribe to a path, on a host of its own and daily unless said otherwise."""
    PLAN.append((path, scenario, host or next(_hosts), {"every": DAY, **settings}))
    for day in by_hand:
        BY_HAND.setdefault(day, []).append(path)
    return path


def target(path: str, scenario: Scenario = OK) -> str:
    """Where a redirect leads."""
    TARGETS[path] = scenario
    return path


def timed(make: Callable[[datetime], Scenario]) -> Scenario:
    """What happens depends on the time."""
    return lambda asked, wire: make(asked.when)(asked, wire)


def counted(make: Callable[[int], Scenario]) -> Scenario:
    """What happens depends on how often the path was asked for before."""
    numbers = count()
    return lambda asked, wire: make(next(numbers))(asked, wire)


def judged(*, whole: Scenario, same: Scenario) -> Scenario:
    """One answer to who sends an entity tag back, another to who does not."""
    return lambda asked, wire: (same if asked.header("if-none-match") else whole)(asked, wire)


def http_date(when: datetime) -> str:
    """As headers have it."""
    return format_datetime(when, usegmt=True)


@contextmanager
def passed(folder: Path) -> Iterator[Days]:
    """The month, when it is over."""
    with Origin(address="") as origin:
        days = Days(origin=origin, folder=folder)
        origin.routes(TARGETS)
        for path, scenario, host, settings in PLAN:
            origin.route(path.partition("?")[0], scenario)
            days.sources.append(Source(name=path, url=origin.url(path, host), **settings))  # type: ignore[arg-type]
        for day in range(1, 31):
            days.until(MONDAY + day * DAY)
            if day in BY_HAND:
                days.poll(BY_HAND[day])
        yield days


def hours(month: Days, path: str) -> list[float]:
    """When a path was asked for, in hours since the beginning."""
    return [(when - MONDAY) / HOUR for when in month.times(path)]


def pauses(month: Days, path: str) -> list[float]:
    """Hours between one request for a path and the next."""
    return [later - sooner for sooner, later in pairwise(hours(month, path))]


def conditions(asked: Asked) -> tuple[str | None, str | None]:
    """The validators that were sent."""
    return asked.header("if-none-match"), asked.header("if-modified-since")

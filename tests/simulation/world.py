"""Sources for a simulated day: how many a host has, how often they publish, what becomes of a request to them. All made up from a seed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random
from typing import NamedTuple

from aggregator.core import decide
from aggregator.model import Failed, Fetched, NotModified, Outcome, ParsedFeed, PollState, Request, Source, Validators

BEGAN = datetime(2026, 5, 4, tzinfo=UTC)
DAY = 86_400.0
LARGEST = 2 / 3  # to this power of all sources go those of the largest host: 10,000 of 1,000,000
FALL = 0.8  # the host of rank n has n ** -FALL times as many as the largest one: Zipf's law
PACE, SPREAD = math.log(0.043), 2.0  # of the items a day of a source: the mean is 0.32, as that of 200 recorded feeds
MOST_ITEMS = 200.0  # a day
LATENCY, LATENCIES = math.log(0.25), 0.8  # seconds, of an answer
NO_ANSWER = 10.0  # seconds until a connection is given up
SETTINGS = ({}, {"every": timedelta(minutes=10)}, {"every": timedelta(minutes=30)}, {"every": timedelta(hours=1)})
SOURCES = [Source(name=f"kind{number}", url="", **settings) for number, settings in enumerate(SETTINGS)]
KINDS = (97, 1, 1, 1)  # sources of each of these settings, in 100
MAX_AGES, HAVE_MAX_AGE = (300, 900, 3600), 0.25
TTL, HAVE_TTL = timedelta(hours=1), 0.15
NIGHT, HAVE_NIGHT = tuple(range(6)), 0.01  # skipHours
TAGGED = 0.75  # have an entity tag, so that what is unchanged is a 304
DEAD, SICK = 0.02, 0.03  # never answer; answer every fifth request with an error
STRICT, TOO_MANY = 0.01, 0.05  # hosts that answer 429 to such a part of all requests
WAITS = (60, 600, 3600)  # seconds that a 429 asks for; one in four says it as a date, and one in eight not at all
GONE = 0.000_01  # of all requests: 410


class Answer(NamedTuple):
    """What a request came to, after so many seconds."""

    outcome: Outcome
    after: float
    items: int = 0
    dates: tuple[datetime, ...] = ()
    feed: ParsedFeed | None = None


@dataclass(slots=True)
class Origin:
    """One source as it is: `pace` in items a day, `version` counts its documents."""

    settings: int
    host: str
    pace: float
    headers: Mapping[str, str]
    ttl: timedelta | None
    skip_hours: tuple[int, ...]
    tagged: bool
    failing: float
    strict: bool
    seen_at: float = 0.0
    version: int = 0


def host_sizes(sources: int) -> Iterator[int]:
    """How many sources each host has, the largest first."""
    left, rank, largest = sources, 0, sources**LARGEST
    while left:
        rank += 1
        size = min(left, max(1, round(largest * rank**-FALL)))
        left -= size
        yield size


class World:
    """So many sources, by name; `began` of them is second 0."""

    def __init__(self, sources: int, *, seed: int = 1) -> None:
        self._dice = Random(seed)
        sizes = [(f"h{rank:07}.example", self._dice.random() < STRICT, size) for rank, size in enumerate(host_sizes(sources))]
        hosts = [(host, strict) for host, strict, size in sizes for _ in range(size)]
        self._dice.shuffle(hosts)
        self.origins = {f"s{number:07}": self._origin(host, strict) for number, (host, strict) in enumerate(hosts)}

    def first_states(self) -> Iterator[PollState]:
        """As if they had been polled for long: intervals by their pace, and due times all over them."""
        for name, origin in self.origins.items():
            source, url = SOURCES[origin.settings], f"https://{origin.host}/{name}"
            own = source.every or min(max(timedelta(days=1 / (4 * origin.pace)), source.min_every), source.max_every)
            tag = '"0"' if origin.tagged else ""
            yield PollState(
                source=name, url=url, configured_url=url, interval=own, due_at=BEGAN + own * self._dice.random(),
                validators=Validators(etag=tag, received=BEGAN), body_digest="0", ttl=origin.ttl, skip_hours=origin.skip_hours,
            )  # fmt: skip

    def ask(self, name: str, request: Request, *, now: float) -> Answer:
        """What a request comes to that is made `now`, in seconds since the beginning."""
        origin, dice = self.origins[name], self._dice
        luck, after = dice.random(), min(max(dice.lognormvariate(LATENCY, LATENCIES), 0.02), NO_ANSWER)
        if luck < origin.failing:
            return self._failure(origin, after)
        if origin.strict and dice.random() < TOO_MANY:
            return Answer(_too_many(dice, now), after)
        if luck > 1 - GONE:
            return Answer(Failed(kind="gone", message="410", status=410), after)
        return self._document(origin, request, after, now)

    def _failure(self, origin: Origin, after: float) -> Answer:
        if origin.failing == 1.0:
            return Answer(Failed(kind="timeout", message="no answer"), NO_ANSWER)
        return Answer(Failed(kind="status", message="500", status=500), after)

    def _document(self, origin: Origin, request: Request, after: float, now: float) -> Answer:
        items, origin.seen_at = self._news(origin, now - origin.seen_at), now
        origin.version += bool(items)
        tag = f'"{origin.version}"'
        if origin.tagged and request.headers.get("If-None-Match") == tag:
            return Answer(NotModified(url=request.url, headers=origin.headers), after)
        headers = {**origin.headers, "etag": tag} if origin.tagged else origin.headers
        fetched = Fetched(url=request.url, body=b"", headers=headers)
        if not items:
            return Answer(fetched, after)
        moment, between = BEGAN + timedelta(seconds=now), timedelta(days=1 / origin.pace)
        dates = tuple(moment - between * (place * self._dice.random()) for place in range(6))
        return Answer(fetched, after, items, dates, ParsedFeed(entries=(), ttl=origin.ttl, skip_hours=origin.skip_hours))

    def _news(self, origin: Origin, seconds: float) -> int:
        """How many items came in so long: Poisson's law, by the times between them."""
        left, items = seconds * origin.pace / DAY, 0
        while (left := left - self._dice.expovariate(1.0)) > 0:
            items += 1
        return items

    def _origin(self, host: str, strict: bool) -> Origin:
        dice = self._dice
        fate = dice.random()
        return Origin(
            settings=dice.choices(range(len(KINDS)), KINDS)[0], host=host, pace=min(dice.lognormvariate(PACE, SPREAD), MOST_ITEMS),
            headers=_HEADERS[dice.choice(MAX_AGES) if dice.random() < HAVE_MAX_AGE else 0], ttl=TTL if dice.random() < HAVE_TTL else None,
            skip_hours=NIGHT if dice.random() < HAVE_NIGHT else (), tagged=dice.random() < TAGGED,
            failing=1.0 if fate < DEAD else 0.2 if fate < DEAD + SICK else 0.002, strict=strict,
        )  # fmt: skip


_HEADERS: dict[int, Mapping[str, str]] = {0: {}, **{age: {"cache-control": f"max-age={age}"} for age in MAX_AGES}}
LIMITS = decide.Limits(user_agent="simulated")


def _too_many(dice: Random, now: float) -> Failed:
    wait, form = dice.choice(WAITS), dice.random()
    date = BEGAN + timedelta(seconds=math.ceil(now) + wait)
    said = "" if form < 0.125 else format_datetime(date, usegmt=True) if form < 0.375 else str(wait)
    return Failed(kind="status", message="429", status=429, headers={"retry-after": said} if said else {})

"""What a poll says of more than its own source: hosts to be left alone, where secrets may go, whether it is our connection that fails."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from aggregator.core import caching, schedule
from aggregator.model import Block, Failed, FailureKind, Outcome, PollState

ASK_TO_WAIT = (429, 503)
CROSSES_ORIGINS = frozenset(["accept", "accept-language", "user-agent", "if-none-match", "if-modified-since", "a-im"])
PORTS = {"http": 80, "https": 443}
NO_CONNECTION: tuple[FailureKind, ...] = ("dns", "connect", "timeout")
NOT_ASKED: tuple[FailureKind, ...] = ("blocked_address", "bad_source", "internal")  # says nothing of any host
OUTAGE_AFTER = timedelta(minutes=10)
OUTAGE_HOSTS = 3


@lru_cache(maxsize=4096)
def host_of(url: str) -> str:
    """The host of an address, in lower case; empty where it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def same_origin(one: str, other: str) -> bool:
    """Whether two addresses have the same scheme, host and port (RFC 6454 section 5); not where one can't be read."""
    if one == other:
        return True
    try:
        parts = [urlsplit(url) for url in (one, other)]
        first, second = ((part.scheme, part.hostname, part.port or PORTS.get(part.scheme)) for part in parts)
    except ValueError:
        return one == other
    return first == second


def harmless(headers: Mapping[str, str]) -> dict[str, str]:
    """What may go to another origin than the one it was configured for (RFC 9110 section 15.4): nothing that could be a secret."""
    return {name: value for name, value in headers.items() if name.lower() in CROSSES_ORIGINS}


def block_of(state: PollState, outcome: Outcome, *, now: datetime) -> Block | None:
    """Until when the host that gave this answer is to be left alone, all its sources included."""
    return asked_to_wait(state.url, outcome, least=state.interval, now=now)


def asked_to_wait(url: str, outcome: Outcome, *, least: timedelta, now: datetime) -> Block | None:
    """What a request to this address came to, as a wish for no requests: for `least` where a 429 does not say how long."""
    if not isinstance(outcome, Failed) or outcome.status not in ASK_TO_WAIT:
        return None
    asked = min(caching.retry_after(outcome.headers, now=now), schedule.LONGEST_RETRY_AFTER)
    if outcome.status == 429:
        asked = max(asked, least)  # RFC 6585 section 4: Retry-After may be missing
    return Block(host=outcome.host or host_of(url), until=now + asked, reason=outcome.message) if asked else None


def places(*, per_host: int, spacing: timedelta, beat: timedelta) -> int | None:
    """How many sources of a host to take on at once: as many as it may be asked for until the next beat, and as many again that wait.

    None for no bound, where no pause is kept.
    """
    return per_host * (math.ceil(beat / spacing) + 1) if spacing else None


def is_cut_off(outcome: Outcome) -> bool:
    """Whether the site could not be reached: its fault or ours."""
    return isinstance(outcome, Failed) and outcome.kind in NO_CONNECTION


def is_our_outage(unreachable: Collection[str], *, last_answer: datetime, now: datetime) -> bool:
    """Whether it is our own connection that fails: no host has answered for a while, and several could not be reached since."""
    return len(set(unreachable)) >= OUTAGE_HOSTS and now - last_answer >= OUTAGE_AFTER

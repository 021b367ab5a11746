"""What the hub is to be told: addresses of published feeds whose bytes are not those that it was last told of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Connection, Executable, update

from aggregator.model import LONG_AGO, Topic
from aggregator.store.schema import topics
from aggregator.store.statements import NOW, claimed, claiming, put


def note(connection: Connection, digests: Mapping[str, str], *, now: datetime) -> None:
    """Say what stands at these addresses now. What the hub was told, and when it is tried again, stays."""
    fresh = {"told": "", "due_at": now, "attempts": 0, "error": "", "lease_until": LONG_AGO}
    rows = [{"url": url, "digest": digest} | fresh for url, digest in sorted(digests.items())]
    put(connection, topics, rows, keep=tuple(fresh))


def claim_topics(connection: Connection, *, now: datetime, limit: int, lease: timedelta) -> list[Topic]:
    """Lease what the hub was not told yet, what waits longest first."""
    rows = claimed(connection, _claiming(), now=now, limit=limit, lease=lease)
    rows.sort(key=lambda row: (row.due_at, row.url))
    return [Topic(url=row.url, digest=row.digest, attempts=row.attempts) for row in rows]


@cache
def _claiming() -> Executable:
    return claiming(topics, ready=[topics.c.digest != topics.c.told, topics.c.due_at <= NOW], order=[topics.c.due_at, topics.c.url])


def told(connection: Connection, claimed: Sequence[Topic]) -> None:
    """The hub knows these as they were when they were claimed; what changed since is told the next time."""
    for topic in claimed:
        done = {"told": topic.digest, "attempts": 0, "error": "", "lease_until": LONG_AGO}
        connection.execute(update(topics).where(topics.c.url == topic.url).values(**done))


def put_off(connection: Connection, topic: Topic, *, due_at: datetime | None, error: str) -> None:
    """The hub could not be told: try again later, with None when something else stands there."""
    later = {"due_at": due_at, "attempts": topic.attempts + 1} if due_at else {"told": topic.digest, "attempts": 0}
    connection.execute(update(topics).where(topics.c.url == topic.url).values(error=error, lease_until=LONG_AGO, **later))

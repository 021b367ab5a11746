"""The part of the store that puts right what a wrong clock left behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, false, or_, select, update

from aggregator.core.jumps import FROM_NOW, LONGEST
from aggregator.core.websub import LONGEST_LEASE
from aggregator.model import PollState
from aggregator.store.engine import Database
from aggregator.store.operating_schema import engines
from aggregator.store.rows import STATE_COLUMNS, state_of
from aggregator.store.schema import hosts, jobs, sources, subscriptions, topics
from aggregator.store.statements import LEASED, NOW, many

_THEN = (
    update(sources).where(sources.c.source == bindparam("of_source"), sources.c.due_at > bindparam("then")).values(due_at=bindparam("then"))
)
_AHEAD = select(*STATE_COLUMNS).where(
    sources.c.asleep == false(),
    sources.c.due_at > NOW,
    or_(sources.c.polled_at.is_(None), sources.c.polled_at > NOW, sources.c.rule.in_(FROM_NOW)),
)


class SqlClocks:
    """`ports.Clocks` on SQLite or PostgreSQL."""

    _database: Database
    _books: Database

    def ahead(self, *, now: datetime) -> Sequence[PollState]:
        """The states of sources that may lie too far ahead."""
        with self._database.read() as connection:
            return [state_of(row) for row in connection.execute(_AHEAD, {"now": now})]

    def pull_in(self, due: Mapping[str, datetime], *, now: datetime, lease: timedelta) -> None:
        """Put an end to what lies too far ahead."""
        ended, latest = now + lease, now + LONGEST
        over = subscriptions.c.lease_end > now + LONGEST_LEASE
        with self._database.write() as connection:
            many(connection, _THEN, [{"of_source": name, "then": due[name]} for name in sorted(due)])
            for table in LEASED:
                connection.execute(update(table).where(table.c.lease_until > ended).values(lease_until=ended))
            for table in (jobs, topics):
                connection.execute(update(table).where(table.c.due_at > latest).values(due_at=now))
            connection.execute(delete(hosts).where(hosts.c.until > latest))
            connection.execute(update(subscriptions).where(over).values(lease_end=now, due_at=now))
        with self._books.write() as connection:
            connection.execute(delete(engines).where(engines.c.until > latest))

"""What operating asks of the store: what waits, what was spent, which incidents there were."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, exists, false, func, or_, select, true, tuple_

from aggregator.model import Backlog, Cap, Incident, PollState
from aggregator.store.budget import spent_under
from aggregator.store.engine import Database
from aggregator.store.marks import count_marks
from aggregator.store.operating_schema import incidents
from aggregator.store.rows import INCIDENT_COLUMNS, STATE_COLUMNS, incident_values, state_of
from aggregator.store.schema import hosts, jobs, sources
from aggregator.store.statements import put

_WANTED = (sources.c.asleep == false(), sources.c.paused == false())  # what is configured, and nobody has paused


class SqlOperations:
    """`ports.Operations` on SQLite or PostgreSQL."""

    _database: Database
    _books: Database

    def backlog(self, *, now: datetime) -> Backlog:
        """What waits to be done now."""
        with self._database.read() as connection:
            due, late = _due(connection, now)
            translations, pages, given_up, overdue = _jobs(connection, now)
            marks = count_marks(connection)
            return Backlog(due=due, late=late, translations=translations, pages=pages, marks=marks, given_up=given_up, overdue=overdue)

    def spent(self, caps: Sequence[Cap]) -> Sequence[int]:
        """What counts towards each of the caps so far."""
        with self._books.read() as connection:
            return [spent_under(connection, cap) for cap in caps]

    def troubled(self, *, failures: int, since: datetime) -> Sequence[PollState]:
        """The sources with which something is wrong for long."""
        wrong = or_(sources.c.gone == true(), sources.c.failures >= failures, sources.c.gap_at >= since)
        query = select(*STATE_COLUMNS).where(*_WANTED, wrong).order_by(sources.c.source)
        with self._database.read() as connection:
            return [state_of(row) for row in connection.execute(query)]

    def incidents(self, *, limit: int) -> Sequence[Incident]:
        """All that are not over, and the last of the others."""
        last = (incidents.c.updated.desc(), *incidents.primary_key.columns)
        open_ones = select(*INCIDENT_COLUMNS).where(incidents.c.ended.is_(None)).order_by(*last)
        over = select(*INCIDENT_COLUMNS).where(incidents.c.ended.is_not(None)).order_by(*last).limit(limit)
        with self._database.read() as connection:
            return [Incident(**row._asdict()) for query in (open_ones, over) for row in connection.execute(query)]

    def save_incidents(self, changed: Sequence[Incident], *, keep: int) -> None:
        """Insert or update them, and forget what has long been over."""
        with self._database.write() as connection:
            put(connection, incidents, [incident_values(incident) for incident in changed])
            key = tuple(incidents.primary_key.columns)
            over = select(*key).where(incidents.c.ended.is_not(None)).order_by(incidents.c.updated.desc(), *key)
            connection.execute(delete(incidents).where(tuple_(*key).in_(over.offset(keep).limit(_AT_ONCE))))


_AT_ONCE = 1000  # SQLite takes no OFFSET without a LIMIT


def _due(connection: Connection, now: datetime) -> tuple[int, timedelta]:
    """How many sources could be claimed, and how long the first of them waits."""
    blocked = exists().where(hosts.c.host == sources.c.host, hosts.c.until > now)
    ready = (*_WANTED, sources.c.gone == false(), sources.c.due_at <= now, sources.c.lease_until <= now)
    count, first = connection.execute(select(func.count(), func.min(sources.c.due_at)).where(*ready, ~blocked)).one()
    return count, now - first if first else timedelta(0)


def _jobs(connection: Connection, now: datetime) -> tuple[int, int, int, timedelta]:
    """How many translations and how many articles' pages wait, how many jobs are given up, and how long the first free one is due."""
    is_page, is_over = jobs.c.language == "", jobs.c.given_up == true()
    free = (~is_over, jobs.c.due_at <= now, jobs.c.lease_until <= now)
    counts = (func.count().filter(is_page, ~is_over), func.count().filter(is_over), func.count(), func.min(jobs.c.due_at).filter(*free))
    pages, given_up, whole, first = connection.execute(select(*counts).select_from(jobs)).one()
    return whole - pages - given_up, pages, given_up, now - first if first else timedelta(0)

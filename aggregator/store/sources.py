"""Statements about sources: their states, who is polling them, what their last polls came to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, false, select, update

from aggregator.model import LONG_AGO, Polled, PollState, Source
from aggregator.store.rows import POLLED_COLUMNS, STATE_COLUMNS, polled_values, state_of, state_values
from aggregator.store.schema import polls, sources
from aggregator.store.statements import chunks, claim, many, put

KEPT_POLLS = 50  # of each source

_OF_SOURCE = polls.c.source == bindparam("of_source")
_NEWEST_TO_FORGET = select(polls.c.at).where(_OF_SOURCE).order_by(polls.c.at.desc()).offset(KEPT_POLLS).limit(1)
_FORGET = delete(polls).where(_OF_SOURCE, polls.c.at <= _NEWEST_TO_FORGET.scalar_subquery())


def sync_sources(connection: Connection, configured: Sequence[Source], *, now: datetime) -> None:
    """Make the rows those of the configuration, touching only the rows that differ."""
    stored = {row.source: row for row in connection.execute(select(sources.c.source, sources.c.configured_url, sources.c.asleep))}
    wanted = {source.name: source for source in configured}
    fresh = [source for name, source in wanted.items() if name not in stored or stored[name].configured_url != source.url]
    states = [PollState(source=source.name, url=source.url, configured_url=source.url, due_at=now) for source in fresh]
    put(connection, sources, [state_values(state) for state in states])
    _set_asleep(connection, (name for name, row in stored.items() if row.asleep and name in wanted), asleep=False)
    _set_asleep(connection, (name for name, row in stored.items() if not row.asleep and name not in wanted), asleep=True)


def states(connection: Connection, names: Collection[str] | None) -> dict[str, PollState]:
    """The states of configured sources: the named ones, or all for None."""
    query = select(*STATE_COLUMNS).where(sources.c.asleep == false())
    queries = [query] if names is None else [query.where(sources.c.source.in_(chunk)) for chunk in chunks(names)]
    found = (state_of(row._asdict()) for query in queries for row in connection.execute(query))
    return {state.source: state for state in found}


def claim_sources(connection: Connection, *, now: datetime, limit: int, lease: timedelta, names: Collection[str] | None) -> list[PollState]:
    """Due sources, or the named ones whether due, gone or neither; never those that are leased."""
    ready = [sources.c.asleep == false()]
    if names is None:
        ready += [sources.c.gone == false(), sources.c.due_at <= now]
    else:
        ready += [sources.c.source.in_(sorted(set(names)))]
    rows = claim(connection, sources, ready=ready, order=[sources.c.due_at, sources.c.source], now=now, limit=limit, lease=lease)
    return sorted((state_of(row) for row in rows), key=lambda state: (state.due_at, state.source))


def release_sources(connection: Connection, names: Collection[str]) -> None:
    """End claims and change nothing else."""
    free = update(sources).where(sources.c.source == bindparam("of_source")).values(lease_until=LONG_AGO)
    many(connection, free, [{"of_source": name} for name in sorted(set(names))])


def save_state(connection: Connection, state: PollState) -> None:
    """Store what `decide.after` made of a poll, which ends its claim.

    There is no fence here: a poll that lost its claim still stores its items *and* the validators they came with, so whichever poll is
    stored last, the next request asks for exactly what is missing.
    """
    put(connection, sources, [state_values(state)], keep=("asleep",))


def add_poll(connection: Connection, polled: Polled) -> None:
    """Add to a source's history, and forget what is older than its last polls."""
    put(connection, polls, [polled_values(polled)])
    connection.execute(_FORGET, {"of_source": polled.source})


def history(connection: Connection, source: str, *, limit: int) -> list[Polled]:
    """A source's last polls, newest first."""
    query = select(*POLLED_COLUMNS).where(polls.c.source == source).order_by(polls.c.at.desc()).limit(limit)
    return [Polled(**row._asdict()) for row in connection.execute(query)]


def _set_asleep(connection: Connection, names: Iterable[str], *, asleep: bool) -> None:
    statement = update(sources).where(sources.c.source == bindparam("of_source")).values(asleep=asleep)
    many(connection, statement, [{"of_source": name} for name in names])

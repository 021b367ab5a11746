"""Statements about sources: their states, who is polling them, what their last polls came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Connection, Executable, bindparam, delete, exists, false, or_, select, text, tuple_, update

from aggregator.core.hosts import NO_CONNECTION, NOT_ASKED, host_of
from aggregator.model import LONG_AGO, Block, Masthead, Polled, PollState, Rule, Source
from aggregator.store.bulk import put_many, set_many
from aggregator.store.prepared import chunks, execute_many, find
from aggregator.store.rows import POLLED_COLUMNS, STATE_COLUMNS, polled_values, rhythm_values, state_of, state_values
from aggregator.store.schema import hosts, polls, sources
from aggregator.store.statements import NOW, claimed, claiming, many, put

KEPT_POLLS = 50  # of each source
MANY = 1000  # new sources
FORGET_EVERY = 8  # poll, on average, where many are stored together

_OTHERS = sources.alias("others")

_MASTHEAD = ("title", "home", "picture")  # of a source at a new address, until its document says otherwise
_CALLED = select(sources.c.source, *(sources.c[name] for name in _MASTHEAD)).where(sources.c.source.in_(bindparam("names", expanding=True)))

_SAME_PLACE = ("source", "url", "configured_url")

_OF_SOURCE = polls.c.source == bindparam("of_source")
_NEWEST_TO_FORGET = select(polls.c.at).where(_OF_SOURCE).order_by(polls.c.at.desc()).offset(KEPT_POLLS).limit(1)
_FORGET = delete(polls).where(_OF_SOURCE, polls.c.at <= _NEWEST_TO_FORGET.scalar_subquery())


def sync_sources(connection: Connection, configured: Sequence[Source], *, now: datetime) -> None:
    """Make the rows those of the configuration, touching only the rows that differ."""
    stored = {row.source: row for row in connection.execute(select(sources.c.source, sources.c.configured_url, sources.c.asleep))}
    wanted = {source.name: source for source in configured}
    fresh = [source for name, source in wanted.items() if name not in stored or stored[name].configured_url != source.url]
    states = [PollState(source=source.name, url=source.url, configured_url=source.url, due_at=now) for source in fresh]
    put(connection, sources, [state_values(state) for state in states], keep=("paused", *_MASTHEAD))
    if len(states) > MANY and connection.dialect.name == "postgresql":
        connection.execute(text("ANALYZE sources"))  # or claims are planned for an empty table until the server looks by itself
    _set_asleep(connection, (name for name, row in stored.items() if row.asleep and name in wanted), asleep=False)
    _set_asleep(connection, (name for name, row in stored.items() if not row.asleep and name not in wanted), asleep=True)


def states(connection: Connection, names: Collection[str] | None) -> dict[str, PollState]:
    """The states of configured sources: the named ones, or all for None."""
    query = select(*STATE_COLUMNS).where(sources.c.asleep == false())
    queries = [query] if names is None else [query.where(sources.c.source.in_(chunk)) for chunk in chunks(names)]
    found = (state_of(row) for query in queries for row in connection.execute(query))
    return {state.source: state for state in found}


def mastheads(connection: Connection, names: Collection[str]) -> dict[str, Masthead]:
    """What these sources call themselves, those that are known to; also those that are not configured any more."""
    return {row.source: Masthead(row.title, row.home, row.picture) for row in find(connection, _CALLED, names) if any(row[1:])}


def claim_sources(
    connection: Connection,
    *,
    now: datetime,
    limit: int,
    lease: timedelta,
    names: Collection[str] | None,
    override: bool = False,
    per_host: int | None = None,
    alone: bool = False,
) -> list[PollState]:
    """Due sources, or the named ones whether due, gone or neither; never leased or paused ones, nor those of a blocked host.

    `alone`, two claims at the same instant may still share a host.
    """
    statement = _claiming(named=names is not None, override=override, per_host=per_host, alone=alone)
    wanted = {} if names is None else {"names": sorted(set(names))}
    rows = claimed(connection, statement, now=now, limit=limit, lease=lease, **wanted)
    states = sorted((state_of(row) for row in rows), key=lambda state: (state.due_at, state.source))
    return _apart(connection, states, per_host) if per_host and alone else states


@cache
def _claiming(*, named: bool, override: bool, per_host: int | None, alone: bool) -> Executable:
    ready: list[ColumnElement[bool]] = [sources.c.asleep == false()]
    if not override:
        ready.append(sources.c.paused == false())
        ready.append(~exists().where(hosts.c.host == sources.c.host, hosts.c.until > NOW))
    if named:
        ready += [sources.c.source.in_(bindparam("names", expanding=True))]
    else:
        ready += [sources.c.gone == false(), sources.c.due_at <= NOW]
    if per_host:
        ready.append(_is_free() if alone else ~_has_earlier(per_host))
    return claiming(sources, ready=ready, order=[sources.c.due_at, sources.c.source])


def _apart(connection: Connection, states: Iterable[PollState], per_host: int) -> list[PollState]:
    """The first ones of each host. The others are given back: they would only wait for these."""
    kept: list[PollState] = []
    surplus: list[str] = []
    taken: Counter[str] = Counter()
    for state in states:
        taken[host := host_of(state.url)] += 1
        if taken[host] <= per_host:
            kept.append(state)
        else:
            surplus.append(state.source)
    release_sources(connection, surplus)
    return kept


def _is_free() -> ColumnElement[bool]:
    """Whether nobody has any of the same host."""
    return ~exists().where(_OTHERS.c.host == sources.c.host, _OTHERS.c.lease_until > NOW)


def _has_earlier(many: int) -> ColumnElement[bool]:
    """Whether so many of the same host are due before. Those include who is claimed: a source keeps its due time until it is stored."""
    polled = (_OTHERS.c.asleep == false(), _OTHERS.c.gone == false(), _OTHERS.c.paused == false())
    earlier = tuple_(_OTHERS.c.due_at, _OTHERS.c.source) < tuple_(sources.c.due_at, sources.c.source)
    first = select(_OTHERS.c.source).where(_OTHERS.c.host == sources.c.host, *polled, earlier)
    return exists(first.order_by(_OTHERS.c.due_at, _OTHERS.c.source).offset(many - 1).limit(1).correlate(sources))


def release_sources(connection: Connection, names: Collection[str]) -> None:
    """End claims and change nothing else."""
    free = update(sources).where(sources.c.source == bindparam("of_source")).values(lease_until=LONG_AGO)
    many(connection, free, [{"of_source": name} for name in sorted(set(names))])


def postpone_sources(connection: Connection, due: Mapping[str, datetime], *, rule: Rule) -> None:
    """Other due times for sources that nobody has claimed."""
    free = (sources.c.source == bindparam("of_source"), sources.c.lease_until == LONG_AGO)
    later = update(sources).where(*free).values(due_at=bindparam("then"), rule=rule)
    many(connection, later, [{"of_source": name, "then": due[name]} for name in sorted(due)])


def block_hosts(connection: Connection, blocks: Iterable[Block]) -> None:
    """Leave hosts alone; the latest word of each counts."""
    last = {block.host: block for block in blocks}
    put(connection, hosts, [{"host": host, "until": last[host].until, "reason": last[host].reason} for host in sorted(last)])


def blocks(connection: Connection, *, now: datetime) -> dict[str, Block]:
    """The hosts that are left alone, by name."""
    rows = connection.execute(select(hosts).where(hosts.c.until > now).order_by(hosts.c.host))
    return {row.host: Block(**row._asdict()) for row in rows}


def unreachable(connection: Connection) -> tuple[datetime, list[str]]:
    """When any host last gave an answer, and the hosts that could not be reached since."""
    answered = or_(polls.c.error_kind.is_(None), polls.c.error_kind.not_in([*NO_CONNECTION, *NOT_ASKED]))
    last = connection.scalar(select(polls.c.at).where(answered).order_by(polls.c.at.desc()).limit(1)) or LONG_AGO
    cut_off = select(sources.c.host).distinct().join_from(polls, sources, polls.c.source == sources.c.source)
    return last, sorted(connection.scalars(cut_off.where(polls.c.at > last, polls.c.error_kind.in_(NO_CONNECTION))))


def save_states(connection: Connection, states: Sequence[PollState]) -> None:
    """Store what `decide.after` made of polls, which ends their claims.

    There is no fence here: a poll that lost its claim still stores its items *and* the validators they came with, so whichever poll is
    stored last, the next request asks for exactly what is missing.
    """
    rows = sorted(states, key=lambda state: state.source)  # in one order, as rows are locked
    put_many(connection, sources, [state_values(row) for row in rows], keep=("asleep", "paused"))


def save_rhythms(connection: Connection, states: Sequence[PollState]) -> None:
    """Store of states what a poll that brought nothing has changed, which ends their claims.

    Where a source was given another address meanwhile, this is not about it any more, and nothing is stored.
    """
    rows = sorted(states, key=lambda state: state.source)  # in one order, as rows are locked
    set_many(connection, sources, [rhythm_values(row) | {name: getattr(row, name) for name in _SAME_PLACE} for row in rows], of=_SAME_PLACE)


def add_polls(connection: Connection, rows: Sequence[Polled]) -> None:
    """Add to sources' histories."""
    put_many(connection, polls, [polled_values(row) for row in rows])


def some(rows: Iterable[Polled]) -> list[str]:
    """The sources of some of these polls: enough for histories not to grow, where many are stored together."""
    return [row.source for row in rows if row.at.microsecond % FORGET_EVERY == 0]


def forget_polls(connection: Connection, names: Iterable[str]) -> None:
    """Forget what is older than the last polls of these sources."""
    execute_many(connection, _FORGET, [{"of_source": name} for name in names])


def history(connection: Connection, source: str, *, limit: int) -> list[Polled]:
    """A source's last polls, newest first."""
    query = select(*POLLED_COLUMNS).where(polls.c.source == source).order_by(polls.c.at.desc()).limit(limit)
    return [Polled(**row._asdict()) for row in connection.execute(query)]


def codes(connection: Connection, names: Collection[str] | None) -> dict[str, list[int]]:
    """The HTTP codes of the sources' last polls, newest first, 0 where there was no answer."""
    query = select(polls.c.source, polls.c.status).order_by(polls.c.source, polls.c.at.desc())
    found: dict[str, list[int]] = {}
    for part in [None] if names is None else chunks(names):
        for source, status in connection.execute(query if part is None else query.where(polls.c.source.in_(part))):
            found.setdefault(source, []).append(status)
    return found


def _set_asleep(connection: Connection, names: Iterable[str], *, asleep: bool) -> None:
    statement = update(sources).where(sources.c.source == bindparam("of_source")).values(asleep=asleep)
    many(connection, statement, [{"of_source": name} for name in names])

"""What one process at a time may have, and the rates that all of them keep to together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Executable, delete, func, or_, select, update

from aggregator.model import LONG_AGO, Held
from aggregator.store.engine import Database
from aggregator.store.prepared import chunks
from aggregator.store.sharing_schema import buckets, holds
from aggregator.store.statements import insert_into, put_new

_NOTHING = timedelta(0)


class SqlSharing:
    """`ports.sharing.Sharing` on SQLite or PostgreSQL."""

    _books: Database

    def hold(self, kind: Held, keys: Collection[str], *, holder: str, now: datetime, until: datetime) -> datetime | None:
        """Have all of these or none. They are taken in order, so that two who want the same do not wait for each other in a circle."""
        rows = [{"kind": kind, "key": key, "holder": holder, "until": until} for key in sorted(set(keys))]
        if not rows:
            return None
        with self._books.write() as connection:
            taken = connection.execute(_take_free(connection.dialect.name, now=now), rows).all()
            if len(taken) == len(rows):
                return None
            _let_go(connection, kind, keys, holder=holder, free_at=None)
            return _latest(connection, kind, keys, now=now) or now

    def let_go(self, kind: Held, keys: Collection[str], *, holder: str, free_at: datetime | None = None) -> None:
        """Have these no longer."""
        with self._books.write() as connection:
            _let_go(connection, kind, keys, holder=holder, free_at=free_at)

    def held_until(self, kind: Held, key: str, *, now: datetime) -> datetime | None:
        """Until when somebody has this."""
        with self._books.read() as connection:
            return _latest(connection, kind, [key], now=now)

    def take(self, bucket: str, *, cost: timedelta, full: timedelta, now: datetime, longest: timedelta) -> timedelta | None:
        """Take from a bucket by the generic cell rate algorithm: what is kept is when it will be full again."""
        with self._books.write() as connection:
            put_new(connection, buckets, [{"name": bucket, "full_at": LONG_AGO}])
            same = buckets.c.name == bucket
            full_at: datetime = connection.scalars(select(buckets.c.full_at).where(same).with_for_update()).one()
            after = max(full_at, now) + cost
            wait = max(after - full - now, _NOTHING)
            if wait > longest:
                return None
            connection.execute(update(buckets).where(same).values(full_at=after))
            return wait


def forget_unheld(connection: Connection, *, before: datetime) -> None:
    """Forget what nobody has had since, and buckets that have been full since."""
    connection.execute(delete(holds).where(holds.c.until < before))
    connection.execute(delete(buckets).where(buckets.c.full_at < before))


def _let_go(connection: Connection, kind: Held, keys: Collection[str], *, holder: str, free_at: datetime | None) -> None:
    for chunk in chunks(keys):
        mine = (*_these(kind, chunk), holds.c.holder == holder)
        connection.execute(delete(holds).where(*mine) if free_at is None else update(holds).where(*mine).values(until=free_at))


def _latest(connection: Connection, kind: Held, keys: Collection[str], *, now: datetime) -> datetime | None:
    """Until when the one of these is held that is held longest; None where none is."""
    longest = select(func.max(holds.c.until))
    found = [connection.scalars(longest.where(*_these(kind, chunk), holds.c.until > now)).one() for chunk in chunks(keys)]
    return max((until for until in found if until is not None), default=None)


def _these(kind: Held, keys: Sequence[str]) -> list[ColumnElement[bool]]:
    return [holds.c.kind == kind, holds.c.key.in_(keys)]


def _take_free(dialect: str, *, now: datetime) -> Executable:
    new = insert_into(dialect, holds)
    over = or_(holds.c.until <= now, holds.c.holder == new.excluded.holder)
    taken = {"holder": new.excluded.holder, "until": new.excluded.until}
    return new.on_conflict_do_update(index_elements=[holds.c.kind, holds.c.key], set_=taken, where=over).returning(holds.c.key)

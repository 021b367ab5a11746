"""The processes that work on a store together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select, text, update

from aggregator.model import LONG_AGO, Job, Node
from aggregator.store.engine import Database
from aggregator.store.rows import NODE_COLUMNS, node_values
from aggregator.store.schema import jobs, sources
from aggregator.store.sharing import forget_unheld
from aggregator.store.sharing_schema import nodes
from aggregator.store.statements import many, put

_THEN: dict[str, Any] = {"lease_until": bindparam("then")}
_RENEW_SOURCE = update(sources).where(sources.c.source == bindparam("of_source"), sources.c.lease_until > LONG_AGO).values(_THEN)
_SAME_CLAIM = [jobs.c[name] == bindparam(f"of_{name}") for name in ("item_id", "language", "fence")]
_RENEW_JOB = update(jobs).where(*_SAME_CLAIM, jobs.c.lease_until > LONG_AGO).values(_THEN)


class SqlNodes:
    """`ports.sharing.Nodes` on SQLite or PostgreSQL."""

    _database: Database
    _books: Database

    def beat(self, node: Node) -> datetime:
        """Say that a node is at work. On SQLite there is one machine, and its clock."""
        with self._database.write() as connection:
            put(connection, nodes, [node_values(node)], keep=("began",))
            if connection.dialect.name == "postgresql":
                told: datetime = connection.scalars(text("SELECT clock_timestamp()")).one()
                return told.astimezone(UTC)
            return datetime.now(UTC)

    def renew(self, of_sources: Collection[str], of_jobs: Sequence[Job], *, now: datetime, lease: timedelta) -> None:
        """Let claims go on."""
        with self._database.write() as connection:
            then = {"then": now + lease}
            many(connection, _RENEW_SOURCE, [{"of_source": name} | then for name in sorted(set(of_sources))])
            claims = sorted((job.item_id, job.language, job.fence) for job in of_jobs)
            keys = [{"of_item_id": item, "of_language": language, "of_fence": fence} for item, language, fence in claims]
            many(connection, _RENEW_JOB, [key | then for key in keys])

    def leave(self, name: str) -> None:
        """A node has ended in order."""
        with self._database.write() as connection:
            connection.execute(delete(nodes).where(nodes.c.name == name))

    def nodes(self) -> Sequence[Node]:
        """Those that have not ended in order."""
        with self._database.read() as connection:
            return [Node(**row._asdict()) for row in connection.execute(select(*NODE_COLUMNS).order_by(nodes.c.name))]

    def forget(self, *, before: datetime) -> None:
        """Forget what is long over."""
        with self._database.write() as connection:
            connection.execute(delete(nodes).where(nodes.c.seen < before))
        with self._books.write() as connection:
            forget_unheld(connection, before=before)

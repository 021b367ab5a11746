"""How engines do: what outlasts the process that found it out."""

from __future__ import annotations

from sqlalchemy import select

from aggregator.model import Standing
from aggregator.store.engine import Database
from aggregator.store.operating_schema import engines
from aggregator.store.rows import STANDING_COLUMNS, standing_values
from aggregator.store.statements import put


class SqlStandings:
    """`ports.standings.EngineStandings` on SQLite or PostgreSQL."""

    _books: Database

    def standing(self, engine: str, *, source: str = "", target: str = "") -> Standing | None:
        """What was last noted of an engine."""
        same = (engines.c.engine == engine, engines.c.source == source, engines.c.target == target)
        with self._books.read() as connection:
            row = connection.execute(select(*STANDING_COLUMNS).where(*same)).one_or_none()
        return None if row is None else Standing(**row._asdict())

    def note_standing(self, standing: Standing) -> None:
        """Put it in the place of the one before."""
        with self._books.write() as connection:
            put(connection, engines, [standing_values(standing)])

"""Statements that are kept and executed again and again.

On SQLite they go to the driver as a text that is made once: to have it made takes longer than to execute it. The driver for PostgreSQL has
ways of its own, and is left to SQLAlchemy.
"""

from __future__ import annotations

import re
from collections import namedtuple
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Executable
from sqlalchemy.dialects import sqlite

_KEYS_AT_ONCE = 500
_LIST = re.compile(r"\(__\[POSTCOMPILE_\w+\]\)")  # where a list goes that a statement is given
_DIALECT = sqlite.dialect()

Values = Mapping[str, Any]


def chunks(keys: Collection[Any]) -> Iterator[list[Any]]:
    """The distinct keys in order, in portions that fit into one statement."""
    ordered = sorted(set(keys))
    return (ordered[start : start + _KEYS_AT_ONCE] for start in range(0, len(ordered), _KEYS_AT_ONCE))


def find(connection: Connection, statement: Executable, keys: Collection[Any], **also: Any) -> list[Any]:
    """All rows for these keys, by a statement with one `bindparam(expanding=True)`, whatever its name, that takes a list."""
    return [row for chunk in chunks(keys) for row in execute(connection, statement, {_name_of_list(statement): chunk} | also)]


def execute(connection: Connection, statement: Executable, values: Values) -> list[Any]:
    """All rows that a statement gives, with names for their values."""
    if connection.dialect.name == "postgresql":
        return list(connection.execute(statement, values))
    made = _made(statement, ())
    cursor = connection.exec_driver_sql(*made.filled(values)).cursor
    return [made.understood(row) for row in cursor.fetchall()] if cursor else []


def execute_many(connection: Connection, statement: Executable, rows: Sequence[Values]) -> None:
    """Execute a statement once for each of these rows, which all have the same columns; not at all without any."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(statement, rows)
    else:
        made = _made(statement, tuple(rows[0]))
        connection.exec_driver_sql(made.pieces[0], [made.stored(row) for row in rows])


class _Parameter(NamedTuple):
    """A place that is to be filled: its name, what makes a value storable, what it has where it is given none, and whether it is a list."""

    name: str
    convert: Callable[[Any, Any], Any] | None
    default: Any
    is_list: bool


class _Made(NamedTuple):
    """A statement's text in pieces between its lists, what it is to be given, and what its rows are made to."""

    pieces: tuple[str, ...]
    parameters: tuple[_Parameter, ...]
    defaults: dict[str, Any]
    row: Any
    converters: tuple[tuple[int, Callable[[Any], Any]], ...]

    def filled(self, values: Values) -> tuple[str, tuple[Any, ...]]:
        """The text and its parameters, with lists."""
        found: list[Any] = []
        gaps: list[str] = []
        for name, convert, default, is_list in self.parameters:
            value = values.get(name, default)
            every = value if is_list else (value,)
            found += [convert(one, _DIALECT) for one in every] if convert else every
            gaps += [f"({', '.join('?' * len(every))})"] if is_list else ()
        return "".join(f"{piece}{gap}" for piece, gap in zip(self.pieces, (*gaps, ""), strict=True)), tuple(found)

    def stored(self, row: Values) -> tuple[Any, ...]:
        """The parameters for one of many."""
        return tuple(
            [
                convert(row.get(name, default), _DIALECT) if convert else row.get(name, default)
                for name, convert, default, _ in self.parameters
            ]
        )

    def understood(self, stored: Sequence[Any]) -> Any:
        """A row as the types of its columns have it."""
        values = list(stored)
        for place, convert in self.converters:
            values[place] = convert(values[place])
        return self.row._make(values)


@cache
def _made(statement: Any, names: tuple[str, ...]) -> _Made:
    compiled = statement.compile(dialect=_DIALECT, column_keys=list(names) or None)
    columns = list(getattr(statement, "exported_columns", ()))  # plain SQL has none
    converters = ((place, column.type.dialect_impl(_DIALECT).result_processor(_DIALECT, None)) for place, column in enumerate(columns))
    parameters = [_parameter(name, compiled.binds[name]) for name in compiled.positiontup]
    return _Made(
        pieces=tuple(_LIST.split(compiled.string)),
        parameters=tuple(parameters),
        defaults={each.name: each.default for each in parameters if names and each.name not in names},
        row=namedtuple("Row", [column.key for column in columns], rename=True),
        converters=tuple((place, convert) for place, convert in converters if convert),
    )


def _parameter(name: str, bind: Any) -> _Parameter:
    return _Parameter(name, getattr(bind.type, "process_bind_param", None), bind.value, bind.expanding)


@cache
def _name_of_list(statement: Any) -> str:
    (name,) = (name for name, bind in statement.compile(dialect=_DIALECT).binds.items() if bind.expanding)
    return str(name)

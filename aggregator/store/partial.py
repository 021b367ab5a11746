"""Indexes of some rows of a table, and keys that lie the other way round."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Index, PrimaryKeyConstraint, Table, event
from sqlalchemy.ext.compiler import compiles


def index_some(name: str, *columns: Column[Any], where: ColumnElement[bool]) -> None:
    """Index the rows that fit. PostgreSQL is told where there is one: to name it here would load its dialect, which takes 0.1 s."""
    index = Index(name, *columns, sqlite_where=where)

    @event.listens_for(columns[0].table, "before_create")
    def tell(table: Table, connection: Connection, **options: object) -> None:
        if connection.dialect.name == "postgresql":
            index.dialect_options["postgresql"]["where"] = where


class NewestLast(PrimaryKeyConstraint):
    """A primary key that ends with an age and an id, which SQLite keeps in descending order.

    SQLite fills pages well where rows come at the end of a run, and leaves half of each empty where they come at its beginning.
    """


@compiles(NewestLast, "sqlite")
def _descending(key: NewestLast, compiler: Any, **options: Any) -> str:
    written: str = compiler.visit_primary_key_constraint(key, **options)
    return written.replace("age, item_id", "age DESC, item_id DESC")

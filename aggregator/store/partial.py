"""Indexes of some rows of a table."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Index, Table, event


def index_some(name: str, *columns: Column[Any], where: ColumnElement[bool]) -> None:
    """Index the rows that fit. PostgreSQL is told where there is one: to name it here would load its dialect, which takes 0.1 s."""
    index = Index(name, *columns, sqlite_where=where)

    @event.listens_for(columns[0].table, "before_create")
    def tell(table: Table, connection: Connection, **options: object) -> None:
        if connection.dialect.name == "postgresql":
            index.dialect_options["postgresql"]["where"] = where

"""Where the entries stand in feeds' documents: what has not changed is taken from there, and not made again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import chain
from struct import iter_unpack, pack

from sqlalchemy import Connection, bindparam, delete, select

from aggregator.core import identity
from aggregator.model import Document, Parts
from aggregator.ports.publications import Noted
from aggregator.store import prepared
from aggregator.store.schema import parts
from aggregator.store.statements import put

_PART = "QI"  # a stamp, a length
_FOUND = select(parts).where(parts.c.path.in_(bindparam("paths", expanding=True)))
_FORGET = delete(parts).where(parts.c.path == bindparam("of_path"))


def find(connection: Connection, paths: Collection[str]) -> dict[str, Noted]:
    """Those that are known, by path."""
    rows = prepared.find(connection, _FOUND, paths)
    return {row.path: Noted(row.digest, Parts(row.start, tuple(iter_unpack(f"<{_PART}", row.entries)))) for row in rows}


def note(connection: Connection, documents: Mapping[str, Document]) -> None:
    """Remember those of these documents."""
    rows = ((path, document.data, document.parts) for path, document in sorted(documents.items()) if document.parts)
    put(
        connection,
        parts,
        [
            {"path": path, "digest": identity.body_digest(data), "start": told.start, "entries": _packed(told.entries)}
            for path, data, told in rows
        ],
    )


def forget(connection: Connection, paths: Iterable[str]) -> None:
    """Those documents are gone."""
    prepared.execute_many(connection, _FORGET, [{"of_path": path} for path in paths])


def _packed(entries: Collection[tuple[int, int]]) -> bytes:
    return pack(f"<{_PART * len(entries)}", *chain.from_iterable(entries))

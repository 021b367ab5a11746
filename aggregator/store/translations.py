"""Statements that find translations."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, bindparam, select

from aggregator.model import Translation
from aggregator.store.prepared import find
from aggregator.store.rows import TRANSLATION_COLUMNS, translation_of
from aggregator.store.schema import translations

_FIND = (
    select(*TRANSLATION_COLUMNS)
    .where(translations.c.item_id.in_(bindparam("ids", expanding=True)))
    .order_by(translations.c.item_id, translations.c.language)
)


def find_translations(connection: Connection, ids: Collection[str]) -> dict[str, dict[str, Translation]]:
    """Translations by item id and language; items without any are left out."""
    found: dict[str, dict[str, Translation]] = {}
    for row in find(connection, _FIND, ids):
        found.setdefault(row.item_id, {})[row.language] = translation_of(row)
    return found

"""In the search index a row for each item, not for each text, and on SQLite numbers that lie closer together."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """On PostgreSQL the numbers stay. On SQLite they can't: what was indexed is noted, and indexed again little by little, as at first."""
    places = op.create_table(
        "search_places",
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False, autoincrement=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("languages", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("place", name="search_places_pkey"),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="search_places_item_id_fkey", ondelete="CASCADE"),
    )
    op.create_index("search_places_of_item", "search_places", ["item_id"], unique=True)
    if op.get_bind().dialect.name == "sqlite":
        op.execute("INSERT OR IGNORE INTO search_older (item_id) SELECT item_id FROM search_texts")
        op.execute("INSERT INTO search_index (search_index) VALUES ('delete-all')")
    else:
        op.bulk_insert(places, list(_places(op.get_bind())))
    op.drop_table("search_texts")


def _places(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    """An item's texts have numbers that follow each other, the first that of the original."""
    rows = connection.execute(sa.text("SELECT item_id, number, language FROM search_texts ORDER BY item_id, number")).all()
    for item_id, texts in groupby(rows, key=lambda row: row.item_id):
        first, *others = texts
        yield {"place": first.number, "item_id": item_id, "languages": json.dumps([row.language for row in others], separators=(",", ":"))}

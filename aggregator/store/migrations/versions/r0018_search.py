"""An index of all texts, for searching."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INDEX = {
    "sqlite": ["CREATE VIRTUAL TABLE search_index USING fts5(words, content='', columnsize=0, detail=none, tokenize='ascii')"],
    "postgresql": [
        "CREATE TABLE search_index (number BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)",
        "CREATE INDEX search_index_words ON search_index USING gin (words)",
    ],
}


def upgrade() -> None:
    """Make the tables. What is stored already is noted, and indexed little by little: all at once would take minutes."""
    op.create_table(
        "search_texts",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False, autoincrement=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("language", KEY, nullable=False),
        sa.PrimaryKeyConstraint("number", name="search_texts_pkey"),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="search_texts_item_id_fkey", ondelete="CASCADE"),
    )
    op.create_index("search_texts_of_item", "search_texts", ["item_id", "language"], unique=True)
    for statement in INDEX[op.get_bind().dialect.name]:
        op.execute(statement)
    op.create_table(
        "search_older",
        sa.Column("item_id", KEY, nullable=False),
        sa.PrimaryKeyConstraint("item_id", name="search_older_pkey"),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="search_older_item_id_fkey", ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO search_older (item_id) SELECT id FROM items")

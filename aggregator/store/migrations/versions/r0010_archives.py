"""The archives of feeds, and what a hub is to be told of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make two tables, and add to that of feeds' pages. What is stored already goes into archives when a feed is next published."""
    op.add_column("feed_pages", sa.Column("archive", sa.Integer, nullable=False, server_default="0"))
    op.create_index("feed_pages_archives", "feed_pages", ["feed", "language", "archive", "age", "item_id"])
    op.create_table(
        "archives",
        sa.Column("feed", KEY, nullable=False),
        sa.Column("language", KEY, nullable=False),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("generation", sa.BigInteger, nullable=False),
        sa.Column("stale", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("feed", "language", "number", name="archives_pkey"),
        sqlite_with_rowid=False,
    )
    op.create_index("archives_stale", "archives", ["feed", "language", "stale", "size", "generation"])
    topics = op.create_table(
        "topics",
        sa.Column("url", KEY, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("lease_until", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("url", name="topics_pkey"),
        sqlite_with_rowid=False,
    )
    untold = topics.c.digest != topics.c.told
    op.create_index("topics_untold", "topics", ["due_at"], sqlite_where=untold, postgresql_where=untold)

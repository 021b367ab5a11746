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
    """Add to the tables of feeds, and make one of topics. What is stored already goes into archives when a feed is next published."""
    op.add_column("feeds", sa.Column("archives", sa.Integer, nullable=False, server_default="0"))
    op.add_column("feed_pages", sa.Column("archive", sa.Integer, nullable=False, server_default="0"))
    op.create_index("feed_pages_archives", "feed_pages", ["feed", "language", "archive", "age", "item_id"])
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

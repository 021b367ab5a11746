"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
STALE = sa.column("stale", sa.Boolean) == sa.true()


def upgrade() -> None:
    """Make all tables."""
    _sources()
    _items()
    _translations()
    _published()
    _memory()


def _sources() -> None:
    op.create_table(
        "sources",
        sa.Column("source", KEY, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("configured_url", sa.Text, nullable=False),
        sa.Column("etag", sa.Text, nullable=False),
        sa.Column("last_modified", sa.Text, nullable=False),
        sa.Column("received", sa.BigInteger, nullable=False),
        sa.Column("body_digest", sa.Text, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("polled_at", sa.BigInteger),
        sa.Column("changed_at", sa.BigInteger),
        sa.Column("interval", sa.BigInteger, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("error_kind", sa.Text),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("advice", sa.Text, nullable=False),
        sa.Column("moves", sa.Integer, nullable=False),
        sa.Column("moved_to", sa.Text, nullable=False),
        sa.Column("gone", sa.Boolean, nullable=False),
        sa.Column("asleep", sa.Boolean, nullable=False),
        sa.Column("lease_until", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("source", name="sources_pkey"),
    )
    op.create_index("sources_due", "sources", ["asleep", "gone", "due_at", "source"])
    op.create_table(
        "polls",
        sa.Column("source", KEY, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("entries", sa.Integer, nullable=False),
        sa.Column("new", sa.Integer, nullable=False),
        sa.Column("updated", sa.Integer, nullable=False),
        sa.Column("skipped", sa.Integer, nullable=False),
        sa.Column("broken", sa.Integer, nullable=False),
        sa.Column("jobs", sa.Integer, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("took", sa.BigInteger, nullable=False),
        sa.Column("error_kind", sa.Text),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("advice", sa.Text, nullable=False),
        sa.Column("next_due", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("source", "at", name="polls_pkey"),
        sqlite_with_rowid=False,
    )


def _items() -> None:
    op.create_table(
        "items",
        sa.Column("id", KEY, nullable=False),
        sa.Column("source", KEY, nullable=False),
        sa.Column("guid", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("html", sa.Text, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("published", sa.BigInteger, nullable=False),
        sa.Column("language", KEY, nullable=False),
        sa.Column("declared", sa.Text, nullable=False),
        sa.Column("detected", sa.Text, nullable=False),
        sa.Column("updated", sa.BigInteger),
        sa.Column("authors", sa.Text, nullable=False),
        sa.Column("image", sa.Text, nullable=False),
        sa.Column("media", sa.Text, nullable=False),
        sa.Column("tags", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("flags", sa.Text, nullable=False),
        sa.Column("first_seen", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="items_pkey"),
    )
    op.create_index("items_newest", "items", ["published", "id"])
    op.create_index("items_newest_of_source", "items", ["source", "published", "id"])


def _translations() -> None:
    op.create_table(
        "translations",
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("language", KEY, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("engine", sa.Text, nullable=False),
        sa.Column("of_digest", sa.Text, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("verified", sa.Boolean, nullable=False),
        sa.Column("untranslated", sa.Integer, nullable=False),
        sa.Column("flags", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("item_id", "language", name="translations_pkey"),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="translations_item_id_fkey", ondelete="CASCADE"),
    )
    op.create_table(
        "jobs",
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("language", KEY, nullable=False),
        sa.Column("source", KEY, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("fence", sa.BigInteger, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("published", sa.BigInteger, nullable=False),
        sa.Column("lease_until", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("item_id", "language", name="jobs_pkey"),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="jobs_item_id_fkey", ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    op.create_index("jobs_newest", "jobs", ["published", "item_id", "language"])


def _published() -> None:
    op.create_table(
        "pages",
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("language", KEY, nullable=False),
        sa.Column("published", sa.BigInteger, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("generation", sa.BigInteger, nullable=False),
        sa.Column("stale", sa.Boolean, nullable=False),
        sa.Column("lease_until", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("item_id", "language", name="pages_pkey"),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="pages_item_id_fkey", ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    op.create_index("pages_stale", "pages", ["published", "item_id", "language"], sqlite_where=STALE, postgresql_where=STALE)
    op.create_table(
        "feeds",
        sa.Column("name", KEY, nullable=False),
        sa.Column("language", KEY, nullable=False),
        sa.Column("generation", sa.BigInteger, nullable=False),
        sa.Column("stale", sa.Boolean, nullable=False),
        sa.Column("lease_until", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", "language", name="feeds_pkey"),
        sqlite_with_rowid=False,
    )
    op.create_index("feeds_stale", "feeds", ["name", "language"], sqlite_where=STALE, postgresql_where=STALE)
    op.create_table(
        "feed_pages",
        sa.Column("feed", KEY, nullable=False),
        sa.Column("language", KEY, nullable=False),
        sa.Column("age", sa.BigInteger, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.PrimaryKeyConstraint("feed", "language", "age", "item_id", name="feed_pages_pkey"),
        sqlite_with_rowid=False,
    )


def _memory() -> None:
    op.create_table(
        "segments",
        sa.Column("key", KEY, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("key", name="segments_pkey"),
    )

"""What processes on several machines agree on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables, and an index that says which hosts are claimed."""
    op.create_table(
        "nodes",
        sa.Column("name", KEY, nullable=False),
        sa.Column("queues", sa.Text, nullable=False),
        sa.Column("began", sa.BigInteger, nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("configuration", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", name="nodes_pkey"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "holds",
        sa.Column("kind", KEY, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("holder", KEY, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", name="holds_pkey"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "buckets",
        sa.Column("name", KEY, nullable=False),
        sa.Column("full_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="buckets_pkey"),
        sqlite_with_rowid=False,
    )
    op.create_index("sources_of_host", "sources", ["host", "lease_until"])

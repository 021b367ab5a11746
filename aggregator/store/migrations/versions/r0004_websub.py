"""The hubs that sources advertise, and the subscriptions to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add to the table of sources, and make one of subscriptions."""
    op.add_column("sources", sa.Column("websub_hub", sa.Text, nullable=False, server_default=""))
    op.add_column("sources", sa.Column("websub_topic", sa.Text, nullable=False, server_default=""))
    op.create_table(
        "subscriptions",
        sa.Column("source", KEY, nullable=False),
        sa.Column("hub", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("token", KEY, nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("lease_end", sa.BigInteger, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("trusted", sa.Boolean, nullable=False),
        sa.Column("pushed_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("source", name="subscriptions_pkey"),
        sqlite_with_rowid=False,
    )
    op.create_index("subscriptions_token", "subscriptions", ["token"])

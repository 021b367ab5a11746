"""The names under which sources have brought items, and what became of items since."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add to the table of items, and make one of names. The names of what is stored are learned when it is next seen."""
    op.add_column("items", sa.Column("revision", sa.Integer, nullable=False, server_default="0"))
    op.add_column("items", sa.Column("also_in", sa.Text, nullable=False, server_default="[]"))
    op.create_table(
        "aliases",
        sa.Column("name", KEY, nullable=False),
        sa.Column("source", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.PrimaryKeyConstraint("name", "source", name="aliases_pkey"),
        sqlite_with_rowid=False,
    )

"""Where the entries stand in the documents of feeds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "parts",
        sa.Column("path", KEY, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("entries", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("path", name="parts_pkey"),
        sqlite_with_rowid=False,
    )

"""What a source's last document held, and what a poll that came too late may have missed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add to the tables of sources and their polls."""
    op.add_column("sources", sa.Column("seen", sa.Text, nullable=False, server_default="[]"))
    op.add_column("sources", sa.Column("gap_at", sa.BigInteger))
    op.add_column("sources", sa.Column("lost", sa.Integer, server_default="0"))
    op.add_column("polls", sa.Column("pages", sa.Integer, nullable=False, server_default="0"))
    op.add_column("polls", sa.Column("lost", sa.Integer, server_default="0"))

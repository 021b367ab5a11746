"""What a document asks for is kept, and which rule decided when a source is due."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add to the tables of sources and their polls."""
    op.add_column("sources", sa.Column("rule", sa.Text, nullable=False, server_default="first"))
    op.add_column("sources", sa.Column("ttl", sa.BigInteger))
    op.add_column("sources", sa.Column("skip_hours", sa.Text, nullable=False, server_default="[]"))
    op.add_column("sources", sa.Column("skip_days", sa.Text, nullable=False, server_default="[]"))
    op.add_column("polls", sa.Column("rule", sa.Text, nullable=False, server_default="first"))

"""Which ids of a source do not tell its entries apart, and what was wrong with its last document."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add to the table of sources."""
    op.add_column("sources", sa.Column("repeated", sa.Text, nullable=False, server_default="[]"))
    op.add_column("sources", sa.Column("complaints", sa.Text, nullable=False, server_default="[]"))

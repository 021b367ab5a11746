"""Which engines made a translation's segments, and by which steps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add to the table of translations."""
    op.add_column("translations", sa.Column("provenance", sa.Text, nullable=False, server_default="[]"))

"""What each source's entries were last read as."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add to the table of sources."""
    op.add_column("sources", sa.Column("known", sa.Text, nullable=False, server_default="[]"))

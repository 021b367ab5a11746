"""Sources that a person has stopped."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add to the table of sources: none is stopped."""
    op.add_column("sources", sa.Column("paused", sa.Boolean, nullable=False, server_default=sa.false()))

"""Where an article stands in the other sources that brought it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add to the table of items. What was linked before has no addresses."""
    op.add_column("items", sa.Column("also_at", sa.Text, nullable=False, server_default="[]"))

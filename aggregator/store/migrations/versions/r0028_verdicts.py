"""By which rules a remembered translation was judged, and what makes it doubtful; of those from before, nobody knows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Empty: they are judged when they are asked for."""
    op.add_column("segments", sa.Column("rules", sa.Text, nullable=False, server_default=""))
    op.add_column("segments", sa.Column("flags", sa.Text, nullable=False, server_default="[]"))

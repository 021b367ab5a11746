"""What each source calls itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add to the table of sources."""
    for name in ("title", "home", "picture", "renamed_to"):
        op.add_column("sources", sa.Column(name, sa.Text, nullable=False, server_default=""))
    op.add_column("sources", sa.Column("renames", sa.Integer, nullable=False, server_default="0"))

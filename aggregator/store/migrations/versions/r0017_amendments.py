"""How often something of an item was corrected besides its text."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the count; what is stored already was never corrected."""
    op.add_column("items", sa.Column("amended", sa.Integer, nullable=False, server_default="0"))

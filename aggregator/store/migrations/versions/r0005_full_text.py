"""Which items' pages were read for their full text, and what their sources themselves have."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add to the table of items."""
    op.add_column("items", sa.Column("page_url", sa.Text, nullable=False, server_default=""))
    op.add_column("items", sa.Column("fed_digest", sa.Text, nullable=False, server_default=""))

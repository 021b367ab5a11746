"""An index that says which sources of a host are due first."""

from __future__ import annotations

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index("sources_due_at_host", "sources", ["host", "asleep", "gone", "due_at", "source"])

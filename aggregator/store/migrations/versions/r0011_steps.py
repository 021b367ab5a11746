"""By which step of the fallback ladder a segment came: of each that is remembered, and counted in the books."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add to the memory and to the books. What is there already has no steps."""
    op.add_column("segments", sa.Column("step", sa.Text, nullable=False, server_default=""))
    for step in ("whole", "codec", "sentences", "formatting", "runs", "again", "untranslated"):
        op.add_column("usage", sa.Column(step, sa.BigInteger, nullable=False, server_default="0"))

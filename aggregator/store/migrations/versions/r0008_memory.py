"""What a remembered segment is the translation of, who made it and how often it was used; what translation cost."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add to the table of segments, whose rows keep their keys and get the rest when they are translated again; make that of usage."""
    for name, kind in (
        ("source_language", KEY),
        ("target_language", KEY),
        ("source", sa.Text),
        ("heading", sa.Text),
        ("engine", KEY),
        ("terms", sa.Text),
    ):
        op.add_column("segments", sa.Column(name, kind, nullable=False, server_default=""))
    op.add_column("segments", sa.Column("locked", sa.Boolean, nullable=False, server_default=sa.false()))
    for name in ("hits", "made_at", "used_at"):
        op.add_column("segments", sa.Column(name, sa.BigInteger, nullable=False, server_default="0"))
    amounts = ("requests", "characters", "money", "segments", "hits", "saved", "fallbacks", "flags")
    op.create_table(
        "usage",
        *(sa.Column(name, KEY, nullable=False) for name in ("day", "engine", "source", "language")),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in amounts),
        sa.PrimaryKeyConstraint("day", "engine", "source", "language", name="usage_pkey"),
        sqlite_with_rowid=False,
    )

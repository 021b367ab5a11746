"""Indexes of dates without ids, and names that are their items' own ids without the id once more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

INDEXES = {"items_newest": ["published"], "items_newest_of_source": ["source", "published"]}
SHORTER = "INSERT INTO aliases (name, source, item_id) SELECT name, source, nullif(item_id, name) FROM old_aliases ORDER BY name, source"


def upgrade() -> None:
    """SQLite can't let a column have nulls: there the names get a new table."""
    for name, columns in INDEXES.items():
        op.drop_index(name, "items")
        op.create_index(name, "items", columns)
    if op.get_bind().dialect.name == "sqlite":
        _lay_out_anew(op.get_bind())
    else:
        op.alter_column("aliases", "item_id", nullable=True)
        op.execute("UPDATE aliases SET item_id = NULL WHERE item_id = name")


def _lay_out_anew(connection: sa.Connection) -> None:
    made = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'aliases'").scalar_one()
    op.rename_table("aliases", "old_aliases")
    op.execute(made.replace("item_id TEXT NOT NULL", "item_id TEXT"))
    op.execute(SHORTER)
    op.drop_table("old_aliases")

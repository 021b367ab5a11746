"""How many pages a feed's archives have, and on SQLite how many items and translations there are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

SUMS = """
SELECT feed, language, number, sum(size) OVER (PARTITION BY feed, language ORDER BY number) AS total FROM archives"""
SUMMED = """
UPDATE archives SET total = sums.total FROM sums
WHERE sums.feed = archives.feed AND sums.language = archives.language AND sums.number = archives.number"""
MORE = """
CREATE TRIGGER {kind}_more AFTER INSERT ON {kind} BEGIN
INSERT INTO tallies (kind, source, rows) VALUES ('{kind}', {source}, 1) ON CONFLICT (kind, source) DO UPDATE SET rows = rows + 1; END"""
LESS = """
CREATE TRIGGER {kind}_less AFTER DELETE ON {kind} BEGIN
UPDATE tallies SET rows = rows - 1 WHERE kind = '{kind}' AND source = {source}; END"""
TALLIES = (
    "CREATE TABLE tallies (kind TEXT NOT NULL, source TEXT NOT NULL, rows INTEGER NOT NULL, PRIMARY KEY (kind, source)) WITHOUT ROWID",
    "INSERT INTO tallies (kind, source, rows) SELECT 'items', source, count(*) FROM items GROUP BY source",
    "INSERT INTO tallies (kind, source, rows) SELECT 'translations', '', count(*) FROM translations",
    MORE.format(kind="items", source="NEW.source"),
    LESS.format(kind="items", source="OLD.source"),
    MORE.format(kind="translations", source="''"),
    LESS.format(kind="translations", source="''"),
)


def upgrade() -> None:
    """What has left archives so far is counted as never taken."""
    for name in ("total", "gone"):
        op.add_column("archives", sa.Column(name, sa.BigInteger, nullable=False, server_default="0"))
    op.execute(f"CREATE TEMPORARY TABLE sums AS {SUMS}")
    op.execute("CREATE INDEX sums_of ON sums (feed, language, number)")
    op.execute(SUMMED)
    op.execute("DROP TABLE sums")
    for statement in TALLIES if op.get_bind().dialect.name == "sqlite" else ():
        op.execute(sa.text(statement))

"""Dates of the future, and when readers got another translation than before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# A day has 86,400,000,000 microseconds. What was published in the future is a day ahead of when it came at most.
MENDED = (
    "UPDATE items SET updated = :now WHERE updated > :now + 86400000000",
    "UPDATE items SET dated = published, published = first_seen + 86400000000 WHERE published > first_seen + 86400000000",
    "UPDATE pages SET published = (SELECT items.published FROM items WHERE items.id = item_id)"
    " WHERE item_id IN (SELECT id FROM items WHERE dated IS NOT NULL)",
    "UPDATE jobs SET published = (SELECT items.published FROM items WHERE items.id = item_id)"
    " WHERE item_id IN (SELECT id FROM items WHERE dated IS NOT NULL)",
    "UPDATE feed_pages SET age = -(SELECT items.published FROM items WHERE items.id = item_id)"
    " WHERE item_id IN (SELECT id FROM items WHERE dated IS NOT NULL)",
    "UPDATE feeds SET stale = true, generation = generation + 1 WHERE EXISTS (SELECT 1 FROM feed_pages JOIN items ON items.id = item_id"
    " WHERE feed = feeds.name AND feed_pages.language = feeds.language AND dated IS NOT NULL)",
)


def upgrade() -> None:
    """Add what the source has as an item's date, and when a translation's text was changed; bring back what stands in the future."""
    op.add_column("items", sa.Column("dated", sa.BigInteger))
    op.add_column("translations", sa.Column("changed_at", sa.BigInteger))
    now = (datetime.now(UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    for statement in MENDED:
        op.execute(sa.text(statement).bindparams(**({"now": now} if ":now" in statement else {})))

"""What a document asks for is kept, which rule decided when a source is due, and which hosts are to be left alone."""

from __future__ import annotations

from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SOURCES = sa.table("sources", sa.column("source", sa.Text), sa.column("url", sa.Text), sa.column("host", sa.Text))


def upgrade() -> None:
    """Add to the tables of sources and their polls, and make one of hosts."""
    _hosts()
    op.add_column("sources", sa.Column("host", KEY, nullable=False, server_default=""))
    op.add_column("sources", sa.Column("spared", sa.Integer, nullable=False, server_default="0"))
    _name_hosts()
    op.add_column("sources", sa.Column("rule", sa.Text, nullable=False, server_default="first"))
    op.add_column("sources", sa.Column("ttl", sa.BigInteger))
    op.add_column("sources", sa.Column("skip_hours", sa.Text, nullable=False, server_default="[]"))
    op.add_column("sources", sa.Column("skip_days", sa.Text, nullable=False, server_default="[]"))
    op.add_column("sources", sa.Column("max_age", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("sources", sa.Column("waits", sa.Text, nullable=False, server_default="[]"))
    op.add_column("sources", sa.Column("silence", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("polls", sa.Column("rule", sa.Text, nullable=False, server_default="first"))
    op.create_index("polls_recent", "polls", ["at"])


def _hosts() -> None:
    op.create_table(
        "hosts",
        sa.Column("host", KEY, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("host", name="hosts_pkey"),
        sqlite_with_rowid=False,
    )


def _name_hosts() -> None:
    connection = op.get_bind()
    for source, url in connection.execute(sa.select(SOURCES.c.source, SOURCES.c.url)).all():
        connection.execute(sa.update(SOURCES).where(SOURCES.c.source == source).values(host=_host(url)))


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""

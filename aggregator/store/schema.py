"""The tables. What changes here changes in `migrations/versions` too, with its name added to REVISIONS."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    false,
    literal_column,
    true,
)

from aggregator.store.columns import Instant, Key, MediaList, Numbers, Prose, Span, Waits, Words
from aggregator.store.compact import Hex, Name, Texts, Uuid
from aggregator.store.partial import NewestLast, index_some

# oldest first; the last is what this program works with
REVISIONS = tuple(f"{number:04}" for number in range(1, 29))

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
    }
)


def _item_id() -> Column[str]:
    return Column("item_id", Uuid, ForeignKey("items.id", ondelete="CASCADE"), primary_key=True)


def _mark() -> tuple[Column[int], Column[bool], Column[object]]:
    """Whether what is published of a row is out of date. A row outlives its marks, so a generation never comes back."""
    return (
        Column("generation", BigInteger, nullable=False),
        Column("stale", Boolean, nullable=False),
        Column("lease_until", Instant, nullable=False),
    )


def _index_stale(table: Table, *columns: str) -> None:
    index_some(f"{table.name}_stale", *(table.c[column] for column in columns), where=table.c.stale == true())


sources = Table(
    "sources",
    metadata,
    Column("source", Key, primary_key=True),
    Column("url", Prose, nullable=False),
    Column("configured_url", Prose, nullable=False),
    Column("etag", Prose, nullable=False),
    Column("last_modified", Prose, nullable=False),
    Column("received", Instant, nullable=False),
    Column("body_digest", Prose, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("polled_at", Instant),
    Column("changed_at", Instant),
    Column("interval", Span, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("status", Integer, nullable=False),
    Column("error_kind", Prose),
    Column("error", Prose, nullable=False),
    Column("advice", Prose, nullable=False),
    Column("moves", Integer, nullable=False),
    Column("moved_to", Prose, nullable=False),
    Column("gone", Boolean, nullable=False),
    Column("asleep", Boolean, nullable=False),  # no longer in the configuration
    Column("lease_until", Instant, nullable=False),
    Column("rule", Prose, nullable=False, server_default="first"),
    Column("host", Key, nullable=False, server_default=""),  # of `url`
    Column("spared", Integer, nullable=False, server_default="0"),
    Column("ttl", Span),
    Column("skip_hours", Numbers, nullable=False, server_default="[]"),
    Column("skip_days", Numbers, nullable=False, server_default="[]"),
    Column("max_age", Span, nullable=False, server_default="0"),
    Column("waits", Waits, nullable=False, server_default="[]"),
    Column("silence", Span, nullable=False, server_default="0"),
    Column("seen", Words, nullable=False, server_default="[]"),
    Column("known", Words, nullable=False, server_default="[]"),
    Column("repeated", Words, nullable=False, server_default="[]"),
    Column("complaints", Words, nullable=False, server_default="[]"),
    Column("gap_at", Instant),
    Column("lost", Integer, server_default="0"),  # null: unknown
    Column("websub_hub", Prose, nullable=False, server_default=""),
    Column("websub_topic", Prose, nullable=False, server_default=""),
    Column("title", Prose, nullable=False, server_default=""),
    Column("home", Prose, nullable=False, server_default=""),
    Column("picture", Prose, nullable=False, server_default=""),
    Column("renamed_to", Prose, nullable=False, server_default=""),
    Column("renames", Integer, nullable=False, server_default="0"),
    Column("paused", Boolean, nullable=False, server_default=false()),  # by a person
    Index("sources_due", "asleep", "gone", "due_at", "source"),
    Index("sources_of_host", "host", "lease_until"),
    Index("sources_due_at_host", "host", "asleep", "gone", "due_at", "source"),
)

polls = Table(
    "polls",
    metadata,
    Column("source", Key, primary_key=True),
    Column("at", Instant, primary_key=True),
    Column("outcome", Prose, nullable=False),
    Column("status", Integer, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("new", Integer, nullable=False),
    Column("updated", Integer, nullable=False),
    Column("skipped", Integer, nullable=False),
    Column("broken", Integer, nullable=False),
    Column("jobs", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("took", Span, nullable=False),
    Column("error_kind", Prose),
    Column("error", Prose, nullable=False),
    Column("advice", Prose, nullable=False),
    Column("next_due", Instant, nullable=False),
    Column("rule", Prose, nullable=False, server_default="first"),
    Column("pages", Integer, nullable=False, server_default="0"),
    Column("lost", Integer, server_default="0"),  # null: unknown
    Index("polls_recent", "at"),
    sqlite_with_rowid=False,
)

hosts = Table(
    "hosts",
    metadata,
    Column("host", Key, primary_key=True),
    Column("until", Instant, nullable=False),
    Column("reason", Prose, nullable=False),
    sqlite_with_rowid=False,
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("source", Key, primary_key=True),
    Column("hub", Prose, nullable=False),
    Column("topic", Prose, nullable=False),
    Column("token", Key, nullable=False),
    Column("secret", Prose, nullable=False),
    Column("state", Prose, nullable=False),
    Column("lease_end", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("error", Prose, nullable=False),
    Column("trusted", Boolean, nullable=False),
    Column("pushed_at", Instant),
    Index("subscriptions_token", "token"),
    sqlite_with_rowid=False,
)

items = Table(
    "items",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("source", Key, nullable=False),
    Column("guid", Prose, nullable=False),
    Column("url", Prose, nullable=False),
    Column("title", Prose, nullable=False),
    Column("texts", Texts, nullable=False),  # summary and html
    Column("published", Instant, nullable=False),
    Column("language", Key, nullable=False),
    Column("declared", Prose, nullable=False),
    Column("detected", Prose, nullable=False),
    Column("updated", Instant),
    Column("authors", Words, nullable=False),
    Column("image", Prose, nullable=False),
    Column("media", MediaList, nullable=False),
    Column("tags", Words, nullable=False),
    Column("label", Prose, nullable=False),
    Column("digest", Hex, nullable=False),
    Column("flags", Words, nullable=False),
    Column("first_seen", Instant, nullable=False),
    Column("page_url", Prose, nullable=False, server_default=""),
    Column("fed_digest", Hex, nullable=False, server_default=""),
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("also_in", Words, nullable=False, server_default="[]"),
    Column("dated", Instant),
    Column("also_at", Words, nullable=False, server_default="[]"),
    Column("amended", Integer, nullable=False, server_default="0"),
    Index("items_newest", "published"),  # without ids: those of an instant are few, and sorted
    Index("items_newest_of_source", "source", "published"),
)

# No foreign key: a name that outlives its item keeps that item from coming back.
aliases = Table(
    "aliases",
    metadata,
    Column("name", Name, primary_key=True),
    Column("source", Key, primary_key=True),
    Column("item_id", Uuid),  # null: the name itself
    sqlite_with_rowid=False,
)

translations = Table(
    "translations",
    metadata,
    _item_id(),
    Column("language", Key, primary_key=True),
    Column("title", Prose, nullable=False),
    Column("texts", Texts, nullable=False),  # summary and body
    Column("engine", Prose, nullable=False),
    Column("of_digest", Hex, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("verified", Boolean, nullable=False),
    Column("untranslated", Integer, nullable=False),
    Column("flags", Words, nullable=False),
    Column("provenance", Words, nullable=False, server_default="[]"),
    Column("changed_at", Instant),
)

jobs = Table(
    "jobs",
    metadata,
    _item_id(),
    Column("language", Key, primary_key=True),
    Column("source", Key, nullable=False),
    Column("digest", Hex, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("error", Prose, nullable=False),
    Column("published", Instant, nullable=False),  # the item's
    Column("lease_until", Instant, nullable=False),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("given_up", Boolean, nullable=False, server_default=false()),
    Index("jobs_newest", "published", "item_id", "language"),
    sqlite_with_rowid=False,
)

# An item in one of the languages it exists in, its own included.
pages = Table(
    "pages",
    metadata,
    _item_id(),
    Column("language", Key, primary_key=True),
    Column("published", Instant, nullable=False),  # the item's
    Column("path", Prose, nullable=False),
    *_mark(),
    sqlite_with_rowid=False,
)
_index_stale(pages, "published", "item_id", "language")

feeds = Table(
    "feeds",
    metadata,
    Column("name", Key, primary_key=True),
    Column("language", Key, primary_key=True),
    *_mark(),
    sqlite_with_rowid=False,
)
_index_stale(feeds, "name", "language")

# Which pages a feed has. `age` is the item's date in microseconds, negated: one ascending key gives the newest first, ties by id.
feed_pages = Table(
    "feed_pages",
    metadata,
    Column("feed", Key, nullable=False),
    Column("language", Key, nullable=False),
    Column("age", BigInteger, nullable=False, autoincrement=False),
    Column("item_id", Uuid, nullable=False),
    NewestLast("feed", "language", "age", "item_id"),
    Column("archive", Integer, nullable=False, server_default="0"),  # the number of the one it stands in, 0 for none yet
    sqlite_with_rowid=False,
)
# An archive's pages lie side by side but for those that came later than younger ones: their numbers are negative, so that they are indexed.
# Written so that SQLite doesn't take it for a bound of the walk, where it has an equal number to look for.
OUT_OF_TURN = -feed_pages.c.archive >= literal_column("0")
index_some("feed_pages_out_of_turn", *(feed_pages.c[name] for name in ("feed", "language", "archive", "age", "item_id")), where=OUT_OF_TURN)

# The archives of feeds, numbered from 1 and never anew. `size` is how many pages each still has; `age` is that of the youngest page that it
# or one before it has taken, and `total` how many it and those before it have taken; `gone`, of the first one, is how many of these have
# left any archive of the feed. `generation` and `stale` are as above.
archives = Table(
    "archives",
    metadata,
    Column("feed", Key, primary_key=True),
    Column("language", Key, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
    Column("age", BigInteger, nullable=False, server_default="0"),
    Column("total", BigInteger, nullable=False, server_default="0"),
    Column("gone", BigInteger, nullable=False, server_default="0"),
    Column("generation", BigInteger, nullable=False),
    Column("stale", Boolean, nullable=False),
    Index("archives_stale", "feed", "language", "stale", "size", "generation"),
    sqlite_with_rowid=False,
)

# Where the entries stand in the documents of feeds, as stamps and lengths, while these have the digest.
parts = Table(
    "parts",
    metadata,
    Column("path", Key, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("start", Integer, nullable=False),
    Column("entries", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# The addresses of published feeds, and what the hub was last told of each.
topics = Table(
    "topics",
    metadata,
    Column("url", Key, primary_key=True),
    Column("digest", Prose, nullable=False),
    Column("told", Prose, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error", Prose, nullable=False),
    Column("lease_until", Instant, nullable=False),
    sqlite_with_rowid=False,
)
index_some("topics_untold", topics.c.due_at, where=topics.c.digest != topics.c.told)

segments = Table(
    "segments",
    metadata,
    Column("key", Hex, primary_key=True),
    Column("texts", Texts, nullable=False),  # source and text
    Column("characters", Integer, nullable=False, server_default="0"),  # of the source; none where it was not kept yet
    Column("source_language", Key, nullable=False, server_default=""),
    Column("target_language", Key, nullable=False, server_default=""),
    Column("heading", Prose, nullable=False, server_default=""),
    Column("engine", Key, nullable=False, server_default=""),  # its profile; empty for a person
    Column("terms", Prose, nullable=False, server_default=""),
    Column("step", Prose, nullable=False, server_default=""),  # of the fallback ladder
    Column("locked", Boolean, nullable=False, server_default=false()),
    Column("hits", BigInteger, nullable=False, server_default="0"),
    Column("made_at", Instant, nullable=False, server_default="0"),
    Column("used_at", Instant, nullable=False, server_default="0"),
    Column("rules", Prose, nullable=False, server_default=""),
    Column("flags", Words, nullable=False, server_default="[]"),
)

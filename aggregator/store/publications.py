"""The part of the store that publishing alone needs: archives of feeds, and what a hub is to be told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from aggregator.model import Archive, Block, Masthead, Topic
from aggregator.ports.publications import FeedKey, Front, Noted, PageKey
from aggregator.store import archives as archive_rows
from aggregator.store import fronts as front_rows
from aggregator.store import items as item_rows
from aggregator.store import parts as part_rows
from aggregator.store import queries
from aggregator.store import topics as topic_rows
from aggregator.store.engine import Database
from aggregator.store.marks import with_pages
from aggregator.store.sources import block_hosts, mastheads


class SqlPublications:
    """`ports.Publications` on SQLite or PostgreSQL."""

    _database: Database

    def paths(self, keys: Collection[PageKey]) -> Mapping[PageKey, str]:
        """Where the pages' documents were written."""
        with self._database.read() as connection:
            return item_rows.paths(connection, keys)

    def parts(self, paths: Collection[str]) -> Mapping[str, Noted]:
        """Where the entries stand in feeds' documents."""
        with self._database.read() as connection:
            return part_rows.find(connection, paths)

    def fronts(self, keys: Collection[FeedKey], *, limit: int) -> Mapping[FeedKey, Front]:
        """What feeds show."""
        with self._database.read() as connection:
            return front_rows.fronts(connection, keys, limit=limit)

    def overflowing(self, keys: Collection[FeedKey], *, size: int) -> Collection[FeedKey]:
        """Feeds whose archives need a look."""
        with self._database.read() as connection:
            return front_rows.overflowing(connection, keys, size=size)

    def languages_of_feed(self, name: str) -> Sequence[str]:
        """The languages in which a feed has a page, sorted."""
        with self._database.read() as connection:
            return queries.languages_of_feed(connection, name)

    def feeds_named(self, names: Collection[str]) -> Sequence[tuple[str, str]]:
        """(name, language) of the feeds of these names that have a page, sorted."""
        with self._database.read() as connection:
            return sorted(with_pages(connection, names))

    def feed_names_between(self, first: str, end: str, *, limit: int, backwards: bool = False) -> Sequence[str]:
        """Names of feeds that have a page."""
        with self._database.read() as connection:
            return queries.feed_names_between(connection, first, end, limit=limit, backwards=backwards)

    def mastheads(self, names: Collection[str]) -> Mapping[str, Masthead]:
        """What sources call themselves."""
        if not names:
            return {}
        with self._database.read() as connection:
            return mastheads(connection, names)

    def fill_archives(self, *, feed: str, language: str, size: int, limit: int) -> Sequence[Archive]:
        """Put pages into archives. Returns which are out of date."""
        with self._database.write() as connection:
            return archive_rows.fill(connection, feed=feed, language=language, size=size, limit=limit)

    def newest_archive(self, *, feed: str, language: str, before: int | None = None) -> int:
        """The number of the newest archive that has a page."""
        with self._database.read() as connection:
            return archive_rows.newest(connection, feed=feed, language=language, before=before)

    def archived(self, *, feed: str, language: str, archive: int) -> Sequence[str]:
        """Ids of the items in an archive."""
        with self._database.read() as connection:
            return archive_rows.pages_of(connection, feed=feed, language=language, archive=archive)

    def record_archive(self, archive: Archive, *, feed: str, language: str) -> None:
        """Remember that an archive is as it should be."""
        with self._database.write() as connection:
            archive_rows.record(connection, archive, feed=feed, language=language)

    def note_topics(self, digests: Mapping[str, str], *, now: datetime) -> None:
        """Say what stands at the addresses of feeds."""
        with self._database.write() as connection:
            topic_rows.note(connection, digests, now=now)

    def claim_topics(self, *, now: datetime, limit: int, lease: timedelta) -> Sequence[Topic]:
        """Lease what the hub was not told."""
        with self._database.write() as connection:
            return topic_rows.claim_topics(connection, now=now, limit=limit, lease=lease)

    def told_topics(self, topics: Sequence[Topic]) -> None:
        """The hub knows these."""
        with self._database.write() as connection:
            topic_rows.told(connection, topics)

    def put_off_topic(self, topic: Topic, *, due_at: datetime | None, error: str, block: Block | None = None) -> None:
        """Try again later, or not until it changes."""
        with self._database.write() as connection:
            if block:
                block_hosts(connection, [block])
            topic_rows.put_off(connection, topic, due_at=due_at, error=error)

"""The part of the store that publishing alone needs: archives of feeds, and what a hub is to be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from aggregator.model import Topic
from aggregator.store import archives as archive_rows
from aggregator.store import queries
from aggregator.store import topics as topic_rows
from aggregator.store.engine import Database


class SqlPublications:
    """`ports.Publications` on SQLite or PostgreSQL."""

    _database: Database

    def languages_of_feed(self, name: str) -> Sequence[str]:
        """The languages in which a feed has a page, sorted."""
        with self._database.read() as connection:
            return queries.languages_of_feed(connection, name)

    def fill_archives(self, *, feed: str, language: str, size: int, limit: int) -> Sequence[int]:
        """Put pages into archives. Returns which are to be written."""
        with self._database.write() as connection:
            return archive_rows.fill(connection, feed=feed, language=language, size=size, limit=limit)

    def archives(self, *, feed: str, language: str) -> int:
        """How many archives of a feed are written."""
        with self._database.read() as connection:
            return archive_rows.archives(connection, feed=feed, language=language)

    def archived(self, *, feed: str, language: str, archive: int) -> Sequence[str]:
        """Ids of the items in an archive."""
        with self._database.read() as connection:
            return archive_rows.pages_of(connection, feed=feed, language=language, archive=archive)

    def record_archive(self, *, feed: str, language: str, archive: int) -> None:
        """Remember that an archive is written."""
        with self._database.write() as connection:
            archive_rows.record(connection, feed=feed, language=language, archive=archive)

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

    def put_off_topic(self, topic: Topic, *, due_at: datetime, error: str) -> None:
        """Try again later."""
        with self._database.write() as connection:
            topic_rows.put_off(connection, topic, due_at=due_at, error=error)

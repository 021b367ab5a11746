"""The part of the store's socket that publishing alone needs: archives of feeds, and what a hub is to be told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from aggregator.model import Archive, Block, Document, Masthead, Parts, Topic

PageKey = tuple[str, str]  # item id and language
FeedKey = tuple[str, str]  # name and language


class Front(NamedTuple):
    """What a feed shows: its newest items' ids, newest first; the languages it has a page in, sorted; its newest archive, 0 for none."""

    ids: Sequence[str]
    languages: tuple[str, ...]
    archives: int


class Noted(NamedTuple):
    """Where the entries stand in a document whose bytes have this digest."""

    digest: str
    parts: Parts


class Standing(NamedTuple):
    """What stands where after some marks were worked off: pages' documents as (item id, language, path),
    and feeds' by path.

    `gone` are paths of feeds' documents that stand there no more.
    """

    paths: Sequence[tuple[str, str, str]] = ()
    documents: Mapping[str, Document] = {}
    gone: Collection[str] = ()


NOTHING_NEW = Standing()


class Publications(Protocol):
    """Called by what publishes. Every method is one transaction; raises StoreError."""

    def paths(self, keys: Collection[PageKey]) -> Mapping[PageKey, str]:
        """Where the documents of these pages were written, of those that were."""
        ...

    def parts(self, paths: Collection[str]) -> Mapping[str, Noted]:
        """Where the entries stand in feeds' documents as they were last written, of those for which that is known."""
        ...

    def fronts(self, keys: Collection[FeedKey], *, limit: int) -> Mapping[FeedKey, Front]:
        """What each of these feeds shows, with at most `limit` items; one that nobody knows shows nothing."""
        ...

    def overflowing(self, keys: Collection[FeedKey], *, size: int) -> Collection[FeedKey]:
        """Those of these feeds for which `fill_archives` has something to do."""
        ...

    def languages_of_feed(self, name: str) -> Sequence[str]:
        """The languages in which the feed of this name has at least one page, sorted."""
        ...

    def feeds_named(self, names: Collection[str]) -> Sequence[tuple[str, str]]:
        """(name, language) of the feeds of these names that have at least one page, sorted."""
        ...

    def feed_names_between(self, first: str, end: str, *, limit: int, backwards: bool = False) -> Sequence[str]:
        """Names of feeds that have at least one page, from `first` on and before `end`, in order, or the last ones first."""
        ...

    def mastheads(self, names: Collection[str]) -> Mapping[str, Masthead]:
        """What these sources call themselves, those that are known to."""
        ...

    def fill_archives(self, *, feed: str, language: str, size: int, limit: int) -> Sequence[Archive]:
        """Put the oldest pages that stand in no archive into new ones of exactly `size`. No page comes into an archive later.

        Returns those that are out of date, at most `limit`, the oldest first and those that have no page left last.
        """
        ...

    def newest_archive(self, *, feed: str, language: str, before: int | None = None) -> int:
        """The number of a feed's newest archive that has a page, or of the newest `before` another; 0 for none."""
        ...

    def archived(self, *, feed: str, language: str, archive: int) -> Sequence[str]:
        """Ids of the items in an archive of a feed, newest first."""
        ...

    def record_archive(self, archive: Archive, *, feed: str, language: str) -> None:
        """Remember that this archive is written as it was claimed, or deleted; marking everything forgets it."""
        ...

    def note_topics(self, digests: Mapping[str, str], *, now: datetime) -> None:
        """Say what stands at the addresses of published feeds now, as digests by URL; the hub is to be told where it was told otherwise."""
        ...

    def claim_topics(self, *, now: datetime, limit: int, lease: timedelta) -> Sequence[Topic]:
        """What the hub was not told yet and is to be tried now, each given to one caller until the lease ends."""
        ...

    def told_topics(self, topics: Sequence[Topic]) -> None:
        """The hub was told of these as they were when they were claimed; what has changed since is to be told again."""
        ...

    def put_off_topic(self, topic: Topic, *, due_at: datetime | None, error: str, block: Block | None = None) -> None:
        """The hub could not be told: not before `due_at` again, with None not until it changes; a host that wants so is left alone."""
        ...

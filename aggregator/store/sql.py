"""The store on a SQL database: each method is one transaction around the statements of its concern."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from aggregator.model import (
    Alias,
    Block,
    Brought,
    Change,
    Item,
    Job,
    Mark,
    Polled,
    PollState,
    Rule,
    Source,
    Subscription,
    Translation,
    Usage,
)
from aggregator.ports.publications import NOTHING_NEW, Standing
from aggregator.store import aliases as alias_rows
from aggregator.store import items as item_rows
from aggregator.store import jobs as job_rows
from aggregator.store import marks as mark_rows
from aggregator.store import parts as part_rows
from aggregator.store import pruning as prune_rows
from aggregator.store import queries
from aggregator.store import sources as source_rows
from aggregator.store import subscriptions as subscription_rows
from aggregator.store.backup import backup as write_copy
from aggregator.store.budget import SqlLedger, add_usage
from aggregator.store.clocks import SqlClocks
from aggregator.store.engine import Database
from aggregator.store.nodes import SqlNodes
from aggregator.store.operations import SqlOperations
from aggregator.store.publications import SqlPublications
from aggregator.store.searching import SqlSearch
from aggregator.store.segments import SqlMemory, count_hits
from aggregator.store.sharing import SqlSharing
from aggregator.store.standings import SqlStandings
from aggregator.store.statements import free_claims
from aggregator.store.steering import SqlSteering
from aggregator.store.translations import find_translations


class SqlStore(SqlMemory, SqlLedger, SqlStandings, SqlPublications, SqlSearch, SqlSteering, SqlOperations, SqlSharing, SqlNodes, SqlClocks):
    """`ports.Store` on SQLite or PostgreSQL: what the methods promise stands there. Safe from several threads.

    What is paid for stands in `books`, which may be another database: then a translation and its costs are two transactions.
    """

    def __init__(self, database: Database, *, books: Database) -> None:
        self._database = database
        self._books = books

    def sync_sources(self, sources: Sequence[Source], *, now: datetime) -> None:
        """Make the source rows those of the configuration."""
        with self._database.write() as connection:
            source_rows.sync_sources(connection, sources, now=now)

    def states(self, names: Collection[str] | None = None) -> Mapping[str, PollState]:
        """The poll states of configured sources."""
        with self._database.read() as connection:
            return source_rows.states(connection, names)

    def claim_sources(
        self,
        *,
        now: datetime,
        limit: int,
        lease: timedelta,
        names: Collection[str] | None = None,
        override: bool = False,
        per_host: int | None = None,
        alone: bool = False,
    ) -> Sequence[PollState]:
        """Lease due sources, or named ones."""
        with self._database.write() as connection:
            return source_rows.claim_sources(
                connection, now=now, limit=limit, lease=lease, names=names, override=override, per_host=per_host, alone=alone
            )

    def postpone_sources(self, due: Mapping[str, datetime], *, rule: Rule = "spread") -> None:
        """Give sources other due times."""
        with self._database.write() as connection:
            source_rows.postpone_sources(connection, due, rule=rule)

    def blocks(self, *, now: datetime) -> Mapping[str, Block]:
        """The hosts that are to be left alone, by name."""
        with self._database.read() as connection:
            return source_rows.blocks(connection, now=now)

    def subscription(self, *, source: str | None = None, token: str | None = None) -> Subscription | None:
        """What was agreed with a hub, by source or by token."""
        with self._database.read() as connection:
            return subscription_rows.find(connection, source=source, token=token)

    def save_subscription(self, subscription: Subscription) -> None:
        """Insert or update a source's subscription."""
        with self._database.write() as connection:
            subscription_rows.save(connection, subscription)

    def to_subscribe(self, *, now: datetime) -> Sequence[PollState]:
        """The sources whose hub is to be asked."""
        with self._database.read() as connection:
            return subscription_rows.due(connection, now=now)

    def distrust_hubs(self, *, now: datetime) -> None:
        """Rely on no hub until it brings something."""
        with self._database.write() as connection:
            subscription_rows.distrust(connection, now=now)

    def unreachable(self) -> tuple[datetime, Collection[str]]:
        """When any host last gave an answer, and the hosts that could not be reached since."""
        with self._database.read() as connection:
            return source_rows.unreachable(connection)

    def release_sources(self, names: Collection[str]) -> None:
        """Give claims back undone."""
        with self._database.write() as connection:
            source_rows.release_sources(connection, names)

    def free_claims(self) -> None:
        """End every claim there is."""
        with self._database.write() as connection:
            free_claims(connection)

    def known(self, ids: Collection[str]) -> Mapping[str, Item]:
        """The stored items of these ids."""
        return self.items(ids) if ids else {}

    def missing(self, ids: Collection[str]) -> Collection[str]:
        """Which of these items are not stored."""
        if not ids:
            return ()
        with self._database.read() as connection:
            return item_rows.missing(connection, ids)

    def aliases(self, names: Collection[str]) -> Sequence[Alias]:
        """What these names stand for."""
        with self._database.read() as connection:
            return alias_rows.find_aliases(connection, names)

    def save_poll(
        self,
        state: PollState,
        changes: Sequence[Change],
        jobs: Sequence[Job],
        polled: Polled,
        *,
        block: Block | None = None,
        aliases: Sequence[Alias] = (),
        renamed: Collection[str] = (),
    ) -> None:
        """Store everything one poll came to."""
        brought = Brought(state=state, polled=polled, changes=tuple(changes), jobs=tuple(jobs), aliases=tuple(aliases))
        self.save_polls([replace(brought, renamed=renamed, block=block)])

    def save_polls(self, polls: Sequence[Brought]) -> None:
        """Store everything some polls came to."""
        with self._database.write() as connection:
            item_rows.save_brought(connection, polls)
            alias_rows.add_aliases(connection, [alias for poll in polls for alias in poll.aliases])
            job_rows.add_jobs(connection, [job for poll in polls for job in poll.jobs])
            source_rows.save_states(connection, [poll.state for poll in polls])
            source_rows.add_polls(connection, [poll.polled for poll in polls])
            source_rows.forget_polls(connection, [poll.polled.source for poll in polls])
            source_rows.block_hosts(connection, [poll.block for poll in polls if poll.block])

    def save_rhythms(self, polls: Sequence[tuple[PollState, Polled]]) -> None:
        """Store polls that brought nothing."""
        with self._database.write() as connection:
            source_rows.save_rhythms(connection, [state for state, _ in polls])
            source_rows.add_polls(connection, [polled for _, polled in polls])
            source_rows.forget_polls(connection, source_rows.some(polled for _, polled in polls))

    def claim_jobs(
        self,
        *,
        now: datetime,
        limit: int,
        lease: timedelta,
        sources: Collection[str] | None = None,
        due_by: datetime | None = None,
        pages: bool = False,
    ) -> Sequence[Job]:
        """Lease translation jobs, or those for pages, newest items first."""
        with self._database.write() as connection:
            return job_rows.claim_jobs(connection, now=now, limit=limit, lease=lease, sources=sources, due_by=due_by, pages=pages)

    def pending_jobs(self, sources: Collection[str] | None = None) -> Sequence[Job]:
        """All jobs not done, newest items first."""
        with self._database.read() as connection:
            return job_rows.pending_jobs(connection, sources)

    def save_translation(
        self,
        job: Job,
        translation: Translation,
        *,
        recalled: Collection[str] = (),
        usage: Sequence[Usage] = (),
        again_at: datetime | None = None,
    ) -> None:
        """Store a translation, and end its job or put it back. Raises LostClaim."""
        with self._database.write() as connection:
            job_rows.save_translation(connection, job, translation, again_at=again_at)
            with self._booking(connection) as books:
                count_hits(books, recalled, now=translation.made_at)
                add_usage(books, usage)

    def save_completed(self, job: Job, before: Item, after: Item, jobs: Sequence[Job], *, now: datetime) -> None:
        """Store an item whose page was dealt with, and end that job. Raises LostClaim and Overtaken."""
        with self._database.write() as connection:
            job_rows.save_completed(connection, job, before, after, jobs, now=now)

    def postpone_job(
        self,
        job: Job,
        *,
        due_at: datetime | None,
        error: str,
        is_failure: bool = False,
        block: Block | None = None,
        usage: Sequence[Usage] = (),
    ) -> None:
        """Put a job back, or give it up. Raises LostClaim."""
        with self._database.write() as connection:
            job_rows.postpone_job(connection, job, due_at=due_at, error=error, is_failure=is_failure)
            if block:
                source_rows.block_hosts(connection, [block])
            with self._booking(connection) as books:
                add_usage(books, usage)

    def hurry_jobs(self, sources: Collection[str] | None = None, *, now: datetime) -> int:
        """Make postponed jobs due."""
        with self._database.write() as connection:
            return job_rows.hurry_jobs(connection, sources, now=now)

    def add_jobs(self, jobs: Sequence[Job], *, again: bool = False) -> int:
        """Ask for translations. Returns how many were added."""
        with self._database.write() as connection:
            return job_rows.add_jobs(connection, jobs, again=again)

    def claim_marks(self, *, now: datetime, limit: int, lease: timedelta, feeds: int | None = None) -> Sequence[Mark]:
        """Lease out-of-date pages, then feeds."""
        with self._database.write() as connection:
            return mark_rows.claim_marks(connection, now=now, limit=limit, lease=lease, feeds=feeds)

    def clear_marks(self, marks: Sequence[Mark], *, standing: Standing = NOTHING_NEW) -> None:
        """End the claims of what was published, and remember where it stands."""
        with self._database.write() as connection:
            item_rows.record_paths(connection, standing.paths)
            part_rows.note(connection, standing.documents)
            part_rows.forget(connection, standing.gone)
            mark_rows.clear_marks(connection, marks)

    def mark_all(self) -> int:
        """Mark every page and every feed out of date."""
        with self._database.write() as connection:
            return mark_rows.mark_all(connection)

    def items(self, ids: Collection[str]) -> Mapping[str, Item]:
        """Items by id."""
        with self._database.read() as connection:
            return item_rows.find_items(connection, ids)

    def translations(self, ids: Collection[str]) -> Mapping[str, Mapping[str, Translation]]:
        """Translations by item id and language; items without any are left out."""
        with self._database.read() as connection:
            return find_translations(connection, ids)

    def newest(self, *, feed: str, language: str, limit: int) -> Sequence[str]:
        """Ids of a feed's newest items."""
        with self._database.read() as connection:
            return connection.scalars(queries.newest_query(feed=feed, language=language, limit=limit)).all()

    def feed_names(self) -> Sequence[tuple[str, str]]:
        """(name, language) of every feed that has a page."""
        with self._database.read() as connection:
            return queries.feed_names(connection)

    def search(self, query: str = "", *, source: str = "", language: str = "", limit: int = 50) -> Sequence[Item]:
        """Items whose title contains the query, newest first; `language` is the one they were written in."""
        with self._database.read() as connection:
            return queries.search(connection, query, source=source, language=language, limit=limit)

    def holding(self, words: Collection[str]) -> Sequence[Item]:
        """Items whose text holds all the words, newest first."""
        with self._database.read() as connection:
            return queries.holding(connection, words)

    def first_seen(self, source: str) -> Mapping[str, datetime]:
        """When each of a source's items was first stored, by id."""
        with self._database.read() as connection:
            return queries.first_seen(connection, source)

    def history(self, source: str, *, limit: int = 20) -> Sequence[Polled]:
        """A source's last polls, newest first."""
        with self._database.read() as connection:
            return source_rows.history(connection, source, limit=limit)

    def codes(self, names: Collection[str] | None = None) -> Mapping[str, Sequence[int]]:
        """The HTTP codes of the sources' last polls, newest first, 0 where there was no answer."""
        with self._database.read() as connection:
            return source_rows.codes(connection, names)

    def counts(self) -> Mapping[str, Any]:
        """How much there is of everything, see `queries.counts`."""
        with self._database.read() as connection:
            return queries.counts(connection)

    def expired(self, source: str, *, before: datetime | None, keep: int | None, now: datetime, limit: int) -> Sequence[str]:
        """Ids of items that are too old or too many."""
        with self._database.read() as connection:
            return prune_rows.expired(connection, source, before=before, keep=keep, now=now, limit=limit)

    def remove_items(self, ids: Collection[str], names: Collection[Alias], *, now: datetime) -> Collection[str]:
        """Delete items but for their names. Returns the ids of those that went."""
        with self._database.write() as connection:
            return prune_rows.remove_items(connection, ids, names, now=now)

    def path_of(self, item_id: str, language: str) -> str:
        """Where a page's document was written, or empty."""
        with self._database.read() as connection:
            return item_rows.path_of(connection, item_id, language)

    def record_path(self, item_id: str, language: str, path: str) -> None:
        """Remember where a page's document was written."""
        with self._database.write() as connection:
            item_rows.record_paths(connection, [(item_id, language, path)])

    def backup(self, target: Path) -> None:
        """Copy the store to `target`. PostgreSQL's own tool does that better: there it raises StoreError with the command."""
        write_copy(self._database, target)

    def close(self) -> None:
        """Let go of connections."""
        self._database.close()
        self._books.close()

    def _booking(self, connection: Connection) -> AbstractContextManager[Connection]:
        """The transaction that the books are written in: the same one, where they stand in the same database."""
        return nullcontext(connection) if self._books is self._database else self._books.write()

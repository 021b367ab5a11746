"""The sockets that adapters plug into: for each, who calls it and what it may raise."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from aggregator.model import (
    NO_HINTS,
    Alias,
    Block,
    Brought,
    Capacity,
    Change,
    Codec,
    Document,
    Feed,
    Fetched,
    Hints,
    Item,
    Job,
    Mark,
    Outcome,
    Page,
    ParsedFeed,
    Polled,
    PollState,
    Request,
    Rule,
    Source,
    Subscription,
    Translation,
    Usage,
)
from aggregator.ports.clocks import Clocks
from aggregator.ports.memory import Memory
from aggregator.ports.operations import Operations
from aggregator.ports.publications import NOTHING_NEW, Publications, Standing
from aggregator.ports.searching import Search
from aggregator.ports.sharing import Nodes, Sharing
from aggregator.ports.spending import Ledger
from aggregator.ports.standings import EngineStandings
from aggregator.ports.steering import Steering


class Fetcher(Protocol):
    """Talks to origins. Called by the pipeline; what goes wrong is a value (`Failed`), so it raises nothing."""

    async def fetch(self, request: Request) -> Outcome:
        """Make one exchange, redirects included."""
        ...


class SourceKind(Protocol):
    """Reads one kind of upstream. Called in a child process that reads bodies; may raise ParseError."""

    def problems(self, source: Source) -> Sequence[tuple[str, str]]:
        """What is wrong with the source's settings for this kind, as (key, message) pairs. Called when the configuration is checked."""
        ...

    def parse(self, source: Source, fetched: Fetched, *, known: Set[str] = frozenset()) -> ParsedFeed:
        """The entries of one body.

        A kind that gives `digests` and a `context` is given them back as `known`, and may leave those entries out that are the same as
        then, by naming their digests in `unchanged`. Any other kind has no use for it.
        """
        ...


class Translator(Protocol):
    """An engine. Called by the translators' router; raises TranslationError and nothing else.

    `codec` says how it wants a segment's markup, `capacity` what the router should put into one call, `embedded` that it needs no network.
    A `deadline`, if it has one, is how many seconds a call may take; see translators/deadlines.py.
    """

    name: str

    @property
    def codec(self) -> Codec: ...  # noqa: D102

    @property
    def capacity(self) -> Capacity: ...  # noqa: D102

    @property
    def embedded(self) -> bool: ...  # noqa: D102

    def supports(self, source: str, target: str) -> bool:
        """Whether this pair of BCP 47 tags can be translated, without asking the network."""
        ...

    async def translate(self, texts: Sequence[str], *, source: str, target: str, hints: Hints = NO_HINTS) -> Sequence[str]:
        """The texts in the target language, one for one and in order; an empty string where there is none for that text."""
        ...

    async def aclose(self) -> None:
        """Let go of connections and threads."""
        ...


class Publisher(Protocol):
    """Turns pages and feeds into documents. Pure: called by the pipeline, raises nothing; the pipeline writes what it returns."""

    def page(self, page: Page) -> Sequence[Document]:
        """The documents of one item in one language."""
        ...

    def feed(self, feed: Feed) -> Sequence[Document]:
        """The documents of one feed in one language."""
        ...


class Store(Memory, Ledger, EngineStandings, Publications, Search, Steering, Operations, Sharing, Nodes, Clocks, Protocol):
    """Where all state lives. Synchronous, safe from several threads; every method is one transaction. Raises StoreError."""

    def sync_sources(self, sources: Sequence[Source], *, now: datetime) -> None:
        """Make the source rows those of the configuration: new ones are due at `now`, missing ones sleep, a new URL starts afresh."""
        ...

    def states(self, names: Collection[str] | None = None) -> Mapping[str, PollState]:
        """The poll states of the named configured sources, or of all."""
        ...

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
        """Due sources, or the named ones due or not, each given to one caller until the lease ends. Earliest due first.

        None that is paused or of a host that is blocked, unless a person overrides that. With `per_host` only the first so many of each
        host, those that are claimed already included, so that what waits for its turn at a host leaves places to the others. `alone`
        takes none of a host of which any is claimed: who has a host has it alone.
        """
        ...

    def postpone_sources(self, due: Mapping[str, datetime], *, rule: Rule = "spread") -> None:
        """Give sources that nobody is polling other due times, and the rule they follow from."""
        ...

    def subscription(self, *, source: str | None = None, token: str | None = None) -> Subscription | None:
        """What was agreed with a hub, by source or by the token of its callback."""
        ...

    def save_subscription(self, subscription: Subscription) -> None:
        """Put a source's subscription in the place of the one it had."""
        ...

    def to_subscribe(self, *, now: datetime) -> Sequence[PollState]:
        """Configured sources that advertise a hub which is to be asked: none was, or another one or for another topic, or it is time again.

        Also those that rely on a lease which has ended. Not those whose subscription was denied.
        """
        ...

    def distrust_hubs(self, *, now: datetime) -> None:
        """Rely on no hub until it brings something: nobody may have listened. Sources that relied on one are due now."""
        ...

    def blocks(self, *, now: datetime) -> Mapping[str, Block]:
        """The hosts that are to be left alone, by name."""
        ...

    def unreachable(self) -> tuple[datetime, Collection[str]]:
        """When any host last gave an answer, and the hosts that could not be reached since."""
        ...

    def release_sources(self, names: Collection[str]) -> None:
        """Give claims back undone, due as before."""
        ...

    def free_claims(self) -> None:
        """End every claim on sources, jobs and marks: for a process that knows itself to be the only one."""
        ...

    def known(self, ids: Collection[str]) -> Mapping[str, Item]:
        """The stored items of these ids."""
        ...

    def aliases(self, names: Collection[str]) -> Sequence[Alias]:
        """What these names stand for, in every source; also those of items that are stored no more."""
        ...

    def missing(self, ids: Collection[str]) -> Collection[str]:
        """Which of these items are not stored."""
        ...

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
        """Everything one poll came to, in one transaction: items, their names, jobs, dirty marks, validators, due time, history, block.

        Ends the claim. `renamed` are the names of feeds that are out of date whatever has come, those that there are.

        Raises Overtaken, and stores nothing, where an item that is new by `changes` has come from another poll in the meantime, or the page
        of one has been read.
        """
        ...

    def save_polls(self, polls: Sequence[Brought]) -> None:
        """What some polls came to, as `save_poll` does it, in one transaction. Ends their claims.

        Raises Overtaken, and stores nothing, where any of them was overtaken, or two of them brought one item.
        """
        ...

    def save_rhythms(self, polls: Sequence[tuple[PollState, Polled]]) -> None:
        """What polls came to that changed nothing of their sources but the rhythm (`core.states`), in one transaction. Ends the claims.

        Of a source that was given another address meanwhile only the history is stored.
        """
        ...

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
        """Translation jobs due at `due_by`, or else at `now`, each given to one caller until the lease ends, newest items first.

        With `pages` those for pages to be read instead: those without a language.
        """
        ...

    def pending_jobs(self, sources: Collection[str] | None = None) -> Sequence[Job]:
        """All jobs not done yet, for forecasts, and those that are given up."""
        ...

    def save_translation(
        self,
        job: Job,
        translation: Translation,
        *,
        recalled: Collection[str] = (),
        usage: Sequence[Usage] = (),
        again_at: datetime | None = None,
    ) -> None:
        """Store a translation, end its job and mark what it makes out of date. Raises LostClaim.

        `recalled` are the keys of what it took from memory, which are counted; `usage` goes into the books. With `again_at` its job is put
        back and due then: it lacks what there was no budget for.
        """
        ...

    def save_completed(self, job: Job, before: Item, after: Item, jobs: Sequence[Job], *, now: datetime) -> None:
        """Store an item whose page was dealt with, end that job, and ask for what comes next, in one transaction.

        Raises LostClaim; or Overtaken, and stores nothing, where the item is not as it was `before` any more.
        """
        ...

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
        """Put a job back with its attempt counted and the reason, or with no `due_at` give it up. Raises LostClaim.

        An attempt that `is_failure` is counted as such, too. A host is left alone, `usage` goes into the books.
        """
        ...

    def hurry_jobs(self, sources: Collection[str] | None = None, *, now: datetime) -> int:
        """Make the postponed jobs of these sources, or of all, due at `now`. Returns how many."""
        ...

    def add_jobs(self, jobs: Sequence[Job], *, again: bool = False) -> int:
        """Ask for translations. Those that exist for that digest or are given up, unless `again`, or are asked for already are left out.

        Returns how many were added.
        """
        ...

    def claim_marks(self, *, now: datetime, limit: int, lease: timedelta, feeds: int | None = None) -> Sequence[Mark]:
        """Out-of-date pages first, then out-of-date feeds, at most `feeds` of them, each given to one caller until the lease ends."""
        ...

    def clear_marks(self, marks: Sequence[Mark], *, standing: Standing = NOTHING_NEW) -> None:
        """End the claims, and remember what stands where; a mark set again since then stays, and is free at once."""
        ...

    def mark_all(self) -> int:
        """Mark every page and every feed out of date. Returns how many marks stand."""
        ...

    def items(self, ids: Collection[str]) -> Mapping[str, Item]:
        """Items by id."""
        ...

    def translations(self, ids: Collection[str]) -> Mapping[str, Mapping[str, Translation]]:
        """Translations by item id and language."""
        ...

    def newest(self, *, feed: str, language: str, limit: int) -> Sequence[str]:
        """Ids of the newest items of a feed in one language ("all", a source's name, "tag/<tag>"), newest first, ties by id."""
        ...

    def feed_names(self) -> Sequence[tuple[str, str]]:
        """(name, language) of every feed that has at least one page, sorted."""
        ...

    def search(self, query: str = "", *, source: str = "", language: str = "", limit: int = 50) -> Sequence[Item]:
        """Items whose title contains the query, newest first."""
        ...

    def holding(self, words: Collection[str]) -> Sequence[Item]:
        """Items with all these words in title, summary or body, newest first."""
        ...

    def first_seen(self, source: str) -> Mapping[str, datetime]:
        """When each of a source's items was first stored, by id."""
        ...

    def history(self, source: str, *, limit: int = 20) -> Sequence[Polled]:
        """A source's last polls, newest first."""
        ...

    def codes(self, names: Collection[str] | None = None) -> Mapping[str, Sequence[int]]:
        """The HTTP codes of the last polls of these sources, or of all: newest first, 0 where there was no answer."""
        ...

    def counts(self) -> Mapping[str, Any]:
        """For `status`: items, translations, jobs waiting, marks; items by source."""
        ...

    def expired(self, source: str, *, before: datetime | None, keep: int | None, now: datetime, limit: int) -> Sequence[str]:
        """Ids of a source's items published before an instant, then of those beyond its `keep` newest; none that is claimed."""
        ...

    def remove_items(self, ids: Collection[str], names: Collection[Alias], *, now: datetime) -> Collection[str]:
        """Delete items with all of theirs, mark the feeds they stood in, and remember names of theirs. Returns the ids of those that went:

        one that is claimed stays.
        """
        ...

    def path_of(self, item_id: str, language: str) -> str:
        """Where this page's document was written, relative to the content root, or empty."""
        ...

    def record_path(self, item_id: str, language: str, path: str) -> None:
        """Remember where this page's document was written, and that no other page of the item has its own there."""
        ...

    def backup(self, target: Path) -> None:
        """A consistent copy of the store in `target`, which must not exist."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...

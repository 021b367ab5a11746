"""What is polled, and what is remembered of it between two polls."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from aggregator.model.exchange import FailureKind
from aggregator.model.items import Alias, Change
from aggregator.model.moments import LONG_AGO
from aggregator.model.translating import Job

Profile = Literal["compat", "clean"]
IdentityPolicy = Literal["guid", "link", "link-number", "content"]
FilterField = Literal["anywhere", "title", "text", "link", "author", "tag", "language"]  # anywhere: title, text or link

# Which rule decided when a source is due next.
Rule = Literal["first", "every", "adaptive", "ttl", "fresh", "skip", "retry-after", "back-off", "gone", "spread", "outage", "push", "asked"]


class Wait(NamedTuple):
    """How long to wait, and why."""

    length: timedelta
    rule: Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long a source's items are kept: for an `age` after they were published, and the newest `items`; None for no limit."""

    age: timedelta | None = None
    items: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What retention took away from a source: items, and documents of theirs. `left` are files that somebody else has changed."""

    source: str
    items: int = 0
    documents: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True, weakref_slot=True, kw_only=True)
class Source:
    """What the configuration says of one source. `language` is BCP 47 or empty; `timezone` is IANA and holds for dates without a zone."""

    name: str
    url: str
    kind: str = "feed"
    title: str = ""
    folder: str = ""
    language: str = ""
    timezone: str = "UTC"
    link_base: str = ""
    every: timedelta | None = None  # None: adaptive between the next two
    min_every: timedelta = timedelta(minutes=5)
    max_every: timedelta = timedelta(hours=4)
    profile: Profile = "clean"
    identity: IdentityPolicy = "guid"
    same_story: bool = False  # see core.stories
    languages: tuple[str, ...] = ()  # the site's, see core.language.shelf
    translate_to: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    include: Mapping[FilterField, str] = field(default_factory=dict)  # regular expressions by what they look at
    exclude: Mapping[FilterField, str] = field(default_factory=dict)
    strip: tuple[str, ...] = ()  # clean: regular expressions on a paragraph's text, what they find is left out
    max_items: int = 5000
    retention: Retention = Retention()
    full_text: bool | str = False  # read each article's own page: by a CSS selector, or by what looks like the article
    update_translations: bool = False  # compat: rewrite the original's file when its list of translations grows
    headers: Mapping[str, str] = field(default_factory=dict)  # may hold secrets: never logged
    user_agent: str = ""
    proxy: str = ""
    allow_networks: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)  # what the kind itself understands

    @property
    def keeps_originals(self) -> bool:
        """Whether the document of an original, once written, stays as it is to the byte."""
        return self.profile == "compat" and not self.update_translations


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a server gave to ask again with, kept byte for byte (RFC 9110 section 8.8). `received` is when a full answer last came."""

    etag: str = ""
    last_modified: str = ""
    received: datetime = LONG_AGO


@dataclass(frozen=True, slots=True, kw_only=True)
class PollState:
    """All that is remembered of a source between two polls; only `core.decide.after` makes a new one."""

    source: str
    url: str = ""  # where it is fetched; differs from Source.url after a learned permanent redirect
    configured_url: str = ""  # Source.url this state belongs to: another one there drops what was learned
    validators: Validators = Validators()
    body_digest: str = ""
    due_at: datetime = LONG_AGO
    polled_at: datetime | None = None
    changed_at: datetime | None = None
    interval: timedelta = timedelta(minutes=30)  # the configured or the adaptive one, without what the document asks for
    rule: Rule = "first"  # what `due_at` follows from
    waits: tuple[Wait, ...] = ()  # what was weighed when it was decided
    silence: timedelta = timedelta(0)  # the longest without news that is still usual, see core.health
    ttl: timedelta | None = None  # as the last document that was read had it, so are the next two
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    max_age: timedelta = timedelta(0)  # as the last full answer had it: a 304 that says nothing of it keeps it
    failures: int = 0  # in a row
    spared: int = 0  # failures in a row that were put down to our own connection
    status: int = 0  # HTTP status of the last poll, 0 for none
    error_kind: FailureKind | None = None
    error: str = ""
    advice: str = ""
    moves: int = 0  # permanent redirects to the same place in a row
    moved_to: str = ""
    gone: bool = False  # 410: polling stopped until a person asks
    paused: bool = False  # a person stopped polling, until a person goes on with it
    seen: tuple[str, ...] = ()  # marks of the last document's entries, see core.gaps
    known: tuple[str, ...] = ()  # what its entries were read as, see core.familiar
    repeated: tuple[str, ...] = ()  # ids that several of its entries had at once, see core.twins
    complaints: tuple[str, ...] = ()  # what was wrong with the last document that was read
    gap_at: datetime | None = None  # when items between two polls were last missed
    lost: int | None = 0  # how many those may have been at most, None for unknown
    websub_hub: str = ""  # as the last answer advertised it
    websub_topic: str = ""
    title: str = ""  # what the source calls itself, see core.masthead
    home: str = ""  # the page that it belongs to
    picture: str = ""  # and what it shows of itself
    renames: int = 0  # documents in a row that called it otherwise, all the same
    renamed_to: str = ""  # digest of what they said


class Masthead(NamedTuple):
    """What a source calls itself, the page that it belongs to, and the address of its picture; empty for unknown."""

    title: str = ""
    home: str = ""
    picture: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What was agreed with a hub for one source (WebSub). `token` ends the callback's address; only the hub knows it, and the `secret`.

    `trusted` says that it has brought something and missed nothing since; `due_at` is when the hub is to be asked again.
    """

    source: str
    hub: str
    topic: str
    token: str
    secret: str
    state: Literal["requested", "active", "denied"] = "requested"
    lease_end: datetime = LONG_AGO
    due_at: datetime = LONG_AGO
    failures: int = 0  # requests in a row that were not confirmed
    error: str = ""
    trusted: bool = False
    pushed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A host that asked for no requests until a time."""

    host: str
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What one poll came to: the same value is a row of the command line, a log line, a metric and a line of the source's history."""

    source: str
    at: datetime
    outcome: Literal["fetched", "not modified", "unchanged", "failed", "pushed"]
    status: int = 0
    entries: int = 0
    new: int = 0
    updated: int = 0
    skipped: int = 0  # entries that a rule left out
    broken: int = 0  # entries that could not be read
    jobs: int = 0
    size: int = 0  # bytes of the body
    took: timedelta = timedelta(0)
    error_kind: FailureKind | None = None
    error: str = ""
    advice: str = ""
    next_due: datetime = LONG_AGO
    rule: Rule = "first"  # what `next_due` follows from
    pages: int = 0  # older pages that were read because the poll came too late (RFC 5005)
    lost: int | None = 0  # items that may be lost all the same, at most; None for unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """Everything that one poll brought, to be stored as a whole or not at all. `polled.at` is when its new items were first seen."""

    state: PollState
    polled: Polled
    changes: tuple[Change, ...] = ()
    jobs: tuple[Job, ...] = ()
    aliases: tuple[Alias, ...] = ()  # names that items were not known under
    renamed: Collection[str] = ()  # the names of feeds that are out of date whatever has come, those that there are
    block: Block | None = None

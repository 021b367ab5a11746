"""The nouns: frozen values that every stage passes on, and nothing else. Times are aware UTC, durations timedelta, texts str."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

NOTHING: Mapping[str, Any] = MappingProxyType({})
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

Profile = Literal["compat", "clean"]
IdentityPolicy = Literal["guid", "link", "link-number"]
FilterField = Literal["anywhere", "title", "text", "link", "author", "tag", "language"]  # anywhere: title, text or link
FailureKind = Literal[
    "dns", "connect", "tls", "timeout", "too_large", "status", "gone", "bot_wall", "blocked_address",
    "redirects", "encoding", "protocol", "not_a_feed", "empty", "bad_source", "robots", "internal",
]  # fmt: skip


# Which rule decided when a source is due next.
Rule = Literal["first", "every", "adaptive", "ttl", "fresh", "skip", "retry-after", "back-off", "gone", "spread", "outage", "push"]


class Wait(NamedTuple):
    """How long to wait, and why."""

    length: timedelta
    rule: Rule


@dataclass(frozen=True, slots=True, kw_only=True)
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
    translate_to: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    include: Mapping[FilterField, str] = field(default_factory=dict)  # regular expressions by what they look at
    exclude: Mapping[FilterField, str] = field(default_factory=dict)
    max_items: int = 5000
    update_translations: bool = False  # compat: rewrite the original's file when its list of translations grows
    headers: Mapping[str, str] = field(default_factory=dict)  # may hold secrets: never logged
    user_agent: str = ""
    proxy: str = ""
    allow_networks: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)  # what the kind itself understands


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
    seen: tuple[str, ...] = ()  # marks of the last document's entries, see core.gaps
    gap_at: datetime | None = None  # when items between two polls were last missed
    lost: int | None = 0  # how many those may have been at most, None for unknown
    websub_hub: str = ""  # as the last answer advertised it
    websub_topic: str = ""


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
class Request:
    """One exchange to make: a GET, or with a `form` a POST. `max_bytes` bounds the decoded body, `timeout` all of it with redirects."""

    url: str
    form: Mapping[str, str] = field(default_factory=dict)  # may hold secrets
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: timedelta = timedelta(seconds=30)
    max_bytes: int = 10 * 1024 * 1024
    allow_networks: tuple[str, ...] = ()
    proxy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A complete answer of 2xx. `url` is where it came from in the end; `permanent_url` where all-permanent redirects led, or empty."""

    url: str
    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case
    permanent_url: str = ""
    pushed: bool = False  # it was delivered by a hub, not asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """A 304, with the headers it came with (RFC 9111 section 4.3.4)."""

    url: str
    status: int = 304
    headers: Mapping[str, str] = field(default_factory=dict)
    permanent_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A poll that brought nothing, as a value: what kind of failure, in words, and what a person can do about it."""

    kind: FailureKind
    message: str
    advice: str = ""
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    host: str = ""  # that gave the answer, where it need not be the source's own


Outcome = Fetched | NotModified | Failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A picture, sound or film that belongs to an item. `url` absolute; `length` in bytes, 0 for unknown; `type` a MIME type or empty."""

    url: str
    type: str = ""
    length: int = 0
    title: str = ""
    role: Literal["enclosure", "image", "media"] = "enclosure"
    width: int = 0
    height: int = 0
    duration: int = 0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class RawItem:
    """One entry as the upstream sent it: everything optional, nothing trusted, nothing repaired."""

    guid: str = ""
    link: str = ""
    title: str = ""  # HTML or text, as it came
    title_is_text: bool = False  # certain to hold no markup
    html: str = ""
    text: str = ""  # a plain-text body, where the source has no HTML
    summary: str = ""
    published: str | datetime | None = None
    updated: str | datetime | None = None
    language: str = ""
    authors: tuple[str, ...] = ()
    image: str = ""
    media: tuple[Media, ...] = ()
    tags: tuple[str, ...] = ()
    label: str = ""  # the source's name as the entry itself gives it
    kind: str = ""
    base: str = ""  # what relative URLs in it are relative to


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """What a source kind read from one body: its entries in document order, and what the document says of itself."""

    entries: tuple[RawItem, ...]
    title: str = ""
    link: str = ""
    language: str = ""
    ttl: timedelta | None = None  # least time between polls that the document asks for (ttl, sy:updatePeriod)
    skip_hours: tuple[int, ...] = ()  # UTC
    skip_days: tuple[int, ...] = ()  # Monday is 0
    hub: str = ""
    self_url: str = ""
    prev_archive: str = ""  # RFC 5005 section 4: the archive with the entries before these
    next_page: str = ""  # RFC 5005 section 3, and JSON Feed's next_url
    previous_page: str = ""
    more: bool = False  # there is more in the document than was read
    complaints: tuple[str, ...] = ()  # what was wrong with it, though it could be read


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One article, normalized, in the language it was written in.

    `id` is a UUID in text form made from the source's identity policy and never changes; `guid` is the upstream's own id, or empty.
    `language` is what the item counts as; `declared` and `detected` are what that was concluded from. `html` is clean in profile `clean`
    and exactly what came in profile `compat`. `digest` changes when, and only when, the text that people read does.
    """

    id: str
    source: str
    guid: str
    url: str
    title: str
    html: str
    summary: str
    published: datetime
    language: str
    declared: str = ""
    detected: str = ""
    updated: datetime | None = None
    authors: tuple[str, ...] = ()
    image: str = ""
    media: tuple[Media, ...] = ()
    tags: tuple[str, ...] = ()
    label: str = ""  # the source as the reader sees it
    digest: str = ""
    flags: tuple[str, ...] = ()  # "empty", "undated", ...
    revision: int = 0  # how often its text was edited since it was first stored
    also_in: tuple[str, ...] = ()  # other sources that brought the same article


class Alias(NamedTuple):
    """A name under which a source has brought an item: an id, or the digest of an address or text. It outlives the item."""

    name: str
    source: str
    item_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An item that a poll brought and the store does not have in this form; or, "linked", that only another source had brought so far."""

    item: Item
    kind: Literal["new", "updated", "linked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One item to be translated into one language. `digest` is the item's text that the job is for; `fence` proves the claim."""

    item_id: str
    language: str
    source: str
    digest: str
    due_at: datetime = LONG_AGO
    attempts: int = 0
    fence: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A piece of text to translate: one block, its inline markup as numbered codes `{0}`. `codes[i]` is what stands for `{i}`."""

    text: str
    heading: str = ""
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """An item's text in another language. `body` is Markdown; `of_digest` names the text it is of; `untranslated` counts segments."""

    item_id: str
    language: str
    title: str
    summary: str
    body: str
    engine: str
    of_digest: str
    made_at: datetime
    verified: bool = False
    untranslated: int = 0
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One item in one language: what a publisher gets. `body` is Markdown, `html` clean HTML; `languages` are all it exists in."""

    item: Item
    source: Source
    language: str
    title: str
    summary: str
    body: str
    html: str
    languages: tuple[str, ...]
    translation: Translation | None = None  # None: the original
    original_body: str = ""  # Markdown of the original, for bilingual output


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A list of pages under one name in one language, newest first. `name` is a source's name, "all" or "tag/<tag>"."""

    name: str
    language: str
    title: str
    link: str
    pages: tuple[Page, ...]
    variant: Literal["translation", "bilingual"] = "translation"
    siblings: tuple[str, ...] = ()  # languages the same feed exists in, its own included


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Bytes for one path. `path` is relative to the root it names, with `/`.

    With `keep`, a file that stands there stays untouched. With `owner`, a file that stands there and does not end in those bytes belongs
    to another item, and `alternative` is the path to write instead.
    """

    root: Literal["content", "feeds"]
    path: str
    data: bytes
    keep: bool = False
    owner: bytes = b""
    alternative: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something published that is out of date: a page (`key` is an item's id) or a feed (`key` is its name), in one language."""

    kind: Literal["page", "feed"]
    key: str
    language: str
    generation: int = 0


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
class Translated:
    """What one translation job came to: the row of the command line and the log line."""

    item_id: str
    source: str
    language: str
    engine: str = ""
    untranslated: int = 0  # segments that stayed in the source language
    waits: bool = False  # for an engine that may be asked only when online
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What one mark came to: where its documents stand, which of them had to be written, and from where one has moved away."""

    mark: Mark
    paths: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    error: str = ""

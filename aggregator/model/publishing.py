"""What is published: pages, feeds, and the documents made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Literal, NamedTuple

from aggregator.model.items import Item
from aggregator.model.polling import Source
from aggregator.model.translating import Translation


@dataclass(frozen=True, slots=True, weakref_slot=True, kw_only=True)
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

    @property
    def made_of(self) -> tuple[object, ...]:
        """What all of it follows from: equal for equal pages."""
        return tuple(getattr(self, each.name) for each in fields(self))


class Parts(NamedTuple):
    """Where a document's entries stand in it: where the first begins, and for each a stamp of all that it follows from, and its length."""

    start: int
    entries: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A list of pages under one name in one language, newest first. `name` is a source's name, "all" or "tag/<tag>".

    Pages that came earlier stand in archives, numbered from 1 (RFC 5005 section 4). `archive` is the number of this one, 0 for the feed
    itself; `archives` is the number of the one before it, 0 for none. `before` are its documents as they stand, by path.
    """

    name: str
    language: str
    title: str
    link: str
    pages: tuple[Page, ...]
    picture: str = ""
    variant: Literal["translation", "bilingual"] = "translation"
    siblings: tuple[str, ...] = ()  # languages the same feed exists in, its own included
    archive: int = 0
    archives: int = 0
    before: Mapping[str, Document] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Bytes for one path. `path` is relative to the root it names, with `/`.

    With `owner`, a file that stands there belongs to another item, unless it ends in those bytes, or this document was written there the
    last time and the `key` is in its head; `alternative` is the path to write instead. With `keep`, a file that stands there stays
    untouched; one that was written for this document goes with its item. `parts` say where a feed's entries stand in it.
    """

    root: Literal["content", "feeds", "site"]
    path: str
    data: bytes
    keep: bool = False
    owner: bytes = b""
    key: bytes = b""
    alternative: str = ""
    parts: Parts | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something published that is out of date: a page (`key` is an item's id) or a feed (`key` is its name), in one language."""

    kind: Literal["page", "feed"]
    key: str
    language: str
    generation: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """An archive of a feed that is out of date. `generation` is as in a mark."""

    number: int
    generation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What one mark came to: where its documents stand, which of them had to be written, and from where one has moved away.

    `kept` are files that stand in a document's place and stay as they are; nobody knows here whose they are.
    `listed` is what lists of feeds say of this one: title, link, variants; nothing where it is in none, None where it is no feed.
    """

    mark: Mark
    paths: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    error: str = ""
    listed: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """The address of a published feed that a hub is told about. `digest` is that of its bytes, `attempts` how often telling failed."""

    url: str
    digest: str
    attempts: int = 0

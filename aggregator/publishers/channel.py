"""What all feed formats say of a feed and its entries, cleaned once: after this nothing in it can make a document invalid."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from html import escape, unescape
from mimetypes import MimeTypes
from typing import NamedTuple, overload
from uuid import UUID, uuid5
from zlib import crc32

from aggregator.core import elsewhere, identity
from aggregator.core.bilingual import alone, both
from aggregator.core.characters import one_line, printable
from aggregator.core.derived import derived
from aggregator.core.feeding import heading
from aggregator.core.links import http_url, public_url
from aggregator.core.notes import is_outdated, notes
from aggregator.core.revisions import last_changed
from aggregator.core.slugs import language_name
from aggregator.core.templates import ORIGINAL, PLAIN, Templates, filled
from aggregator.model import LONG_AGO, Feed, Item, Media, Page, Source
from aggregator.publishers.places import Format, addresses, place

FORM = 1  # of entries as they are written: another one where the same entry comes to other bytes
STYLESHEET = "style.css"
TRANSLATION_NAMESPACE = "urn:x-aggregator:translation"  # of the element that says who translated an entry

_NAMESPACE = UUID("0c5f4c0e-3f0a-5d0b-9a53-6f8f7a2b6d31")
_MEDIA_TYPE = re.compile("[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*")
_NUMBERS = ("length", "width", "height", "duration", "season", "episode")
_KNOWN_TYPES = MimeTypes()  # Python's own table, not the machine's: output is the same everywhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Who translated an entry, when, from which language, and how far that can be trusted."""

    engine: str
    date: str
    language: str
    verified: bool
    untranslated: int
    flags: tuple[str, ...] = ()
    outdated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The source an entry came from: its name, its address without what may be secret, or empty, an id, and when it was last changed."""

    id: str
    title: str
    url: str
    updated: datetime  # not later than that, as it has the entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A page as feeds show it. `title` and `summary` are text, `content` is clean HTML; URLs are http(s) or empty; `updated` is unique."""

    id: str
    title: str
    url: str
    content: str
    summary: str
    language: str
    published: datetime
    updated: datetime
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    image: str
    media: tuple[Media, ...]
    origin: Origin
    provenance: Provenance | None
    also_in: dict[str, str] = field(default_factory=dict)  # other sources that brought it, and its addresses there


class Slot(NamedTuple):
    """The place of an entry in a feed: a stamp of all that the entry follows from, when it was updated, and how to make it."""

    stamp: int
    updated: datetime
    make: Callable[[], Entry]


class Entries(Sequence[Entry]):
    """A feed's entries, each made when somebody wants it, and then once."""

    def __init__(self, slots: Iterable[Slot]) -> None:
        self.slots = tuple(slots)
        self._made: dict[int, Entry] = {}

    def __len__(self) -> int:
        return len(self.slots)

    @overload
    def __getitem__(self, place: int) -> Entry: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Entry]: ...

    def __getitem__(self, place: int | slice) -> Entry | Sequence[Entry]:
        if isinstance(place, slice):
            return tuple(self[each] for each in range(len(self))[place])
        slot = self.slots[place]
        if slot.stamp not in self._made:
            self._made[slot.stamp] = slot.make()
        return self._made[slot.stamp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A feed as its formats show it. `link` is the site's URL or empty; `updated` that of the newest entry.

    `previous` is the archive with what came before these entries; `current`, in an archive only, the feed that it belongs to (RFC 5005).
    """

    id: str
    title: str
    author: str  # of entries that have none
    link: str
    picture: str
    language: str
    updated: datetime
    entries: Sequence[Entry]
    slots: Sequence[Slot] = ()  # of the entries
    addresses: dict[Format, str] = field(default_factory=dict)  # its own URLs, none without a base URL; all the others are relative then
    siblings: dict[str, dict[Format, str]] = field(default_factory=dict)  # the same in other languages
    previous: dict[Format, str] = field(default_factory=dict)
    current: dict[Format, str] = field(default_factory=dict)
    hub: str = ""
    style: str = ""  # the stylesheet's address, relative to the document's


def channel(feed: Feed, *, base_url: str, hub: str = "", templates: Templates = PLAIN) -> Channel:
    """A feed, made ready to be written in any format. Without a base URL it can't say where it stands: what it leads to is relative then.

    An archive names neither the hub nor other languages: what it holds does not change, and differs in each of them.
    """
    entries = Entries(_slots(feed, templates))
    name = f"{feed.name}\n{feed.language}\n{feed.variant}"
    others = [] if feed.archive else [language for language in feed.siblings if language != feed.language]
    root = "../" * place(feed, "rss").count("/")

    def at(archive: int) -> dict[Format, str]:
        return addresses(replace(feed, archive=archive), base_url=base_url, root=root)

    def other(language: str) -> dict[Format, str]:
        return addresses(replace(feed, language=language, variant="translation"), base_url=base_url, root=root)

    return Channel(
        id=uuid5(_NAMESPACE, printable(name)).urn,
        title=heading(feed),
        author=one_line(feed.title) or one_line(feed.name) or "Feed",
        link=http_url(feed.link) or http_url(base_url),
        picture=http_url(feed.picture),
        language=language_name(feed.language),
        updated=max((slot.updated for slot in entries.slots), default=LONG_AGO),
        entries=entries,
        slots=entries.slots,
        addresses=at(feed.archive) if http_url(base_url) else {},
        siblings={language_name(language): other(language) for language in others},
        previous=at(feed.archives) if feed.archives else {},
        current=at(0) if feed.archive else {},
        hub="" if feed.archive else http_url(hub),
        style=root + STYLESHEET,
    )


def _slots(feed: Feed, templates: Templates) -> Iterator[Slot]:
    seen: set[str] = set()
    used: set[datetime] = set()
    bilingual = feed.variant == "bilingual"
    by = (FORM, templates.of("title", bilingual=bilingual), templates.of("summary", bilingual=bilingual), bilingual)
    for page in feed.pages:
        if (entry_id := _entry_id(page)) not in seen:
            seen.add(entry_id)
            updated = _distinct(max(_published(page.item), last_changed(page.item, page.translation)), entry_id, used)
            yield Slot(
                identity.stamp(repr((*by, updated)), _of_page(page)),
                updated,
                partial(_made, page, entry_id, updated, templates, bilingual),
            )


@derived
def _of_page(page: Page) -> str:
    """A digest of all that a page follows from, the same in every process: a page stands in several feeds, and in variants of them."""
    return identity.digest("\n".join(map(_told, page.made_of)))


def _told(part: object) -> str:
    """In words that are the same in every process, on one line."""
    return _of_source(part) if isinstance(part, Source) else repr(part)


@derived
def _of_source(source: Source) -> str:
    return repr(source)


def _published(item: Item) -> datetime:
    return max(item.published.astimezone(UTC), LONG_AGO)


def _made(page: Page, entry_id: str, updated: datetime, templates: Templates, bilingual: bool) -> Entry:
    item, url, summary, origin = page.item, http_url(page.item.url), _text(page.summary, page), _origin(page)
    title = _text(page.title, page)
    name = title or summary[:100] or url or entry_id
    return Entry(
        id=entry_id,
        title=_shown("title", title, item.title, page, origin, templates.of("title", bilingual=bilingual)) or name,
        url=url,
        content=_content(page, bilingual=bilingual) or escape(summary or name, quote=False),
        summary=_shown("summary", summary, item.summary, page, origin, templates.of("summary", bilingual=bilingual)),
        language=language_name(page.language),
        published=_published(item),
        updated=updated,
        authors=_texts(item.authors) or (origin.title,),
        tags=_texts(item.tags),
        image=http_url(item.image),
        media=tuple(_media(item)),
        origin=origin,
        provenance=_provenance(page),
        also_in=elsewhere.links(item),
    )


def _content(page: Page, *, bilingual: bool) -> str:
    """What there is to read, with what has to be said about a translation in front."""
    body = printable(both(page) if bilingual else alone(page)).strip()
    said = "".join(f'<p lang="en"><em>{escape(note, quote=False)}</em></p>\n' for note in notes(page))
    return said + body if body else ""


def _entry_id(page: Page) -> str:
    name = page.item.id if page.translation is None else identity.translation_id(page.item.id, page.language)
    return f"urn:uuid:{name}"


def _distinct(when: datetime, entry_id: str, used: set[datetime]) -> datetime:
    """The instant with a fraction of a second that is the entry's own: readers and validators want no two entries updated at once."""
    fraction = crc32(entry_id.encode())
    while (instant := when.astimezone(UTC).replace(microsecond=fraction % 1_000_000)) in used:
        fraction += 1
    used.add(instant)
    return instant


def _text(value: str, page: Page) -> str:
    """One line of text; the reference format's titles and summaries keep entities as they came."""
    return one_line(unescape(value) if page.source.profile == "compat" else value)


def _shown(name: str, text: str, original: str, page: Page, origin: Origin, template: str) -> str:
    """A title or summary, of which an item has the `original`, by its template."""
    values = {name: text, ORIGINAL: _text(original, page), "source": origin.title, "language": language_name(page.item.language)}
    return one_line(filled(template, name, values))


def _texts(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in map(one_line, values) if text))


def _media(item: Item) -> Iterator[Media]:
    seen: set[str] = set()
    for media in item.media:
        url = http_url(media.url)
        if url and url not in seen:
            seen.add(url)
            numbers = {name: max(getattr(media, name), 0) for name in _NUMBERS}
            yield replace(media, url=url, type=_media_type(media, url), title=one_line(media.title), **numbers)


def _media_type(media: Media, url: str) -> str:
    declared = one_line(media.type).partition(";")[0].strip().lower()
    guessed, _ = _KNOWN_TYPES.guess_type(url)
    return declared if _MEDIA_TYPE.fullmatch(declared) else guessed or "application/octet-stream"


def _origin(page: Page) -> Origin:
    source = page.source
    label = page.item.label if page.item.label != source.name else ""  # no more than what it was called for want of a better name
    title = _texts([label, source.title, source.name, "Source"])[0]
    return Origin(
        id=uuid5(_NAMESPACE, printable(f"source\n{source.name}")).urn,
        title=title,
        url=public_url(source.url),
        updated=max(last_changed(page.item).astimezone(UTC), LONG_AGO),
    )


def _provenance(page: Page) -> Provenance | None:
    if (made := page.translation) is None:
        return None
    return Provenance(
        engine=one_line(made.engine) or "unknown",
        date=made.made_at.astimezone(UTC).isoformat(timespec="seconds"),
        language=language_name(page.item.language),
        verified=made.verified,
        untranslated=made.untranslated,
        flags=_texts(made.flags),
        outdated=is_outdated(page),
    )

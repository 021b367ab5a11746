"""What a source's document holds, as it came and as it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from aggregator.model.exchange import FailureKind

EpisodeType = Literal["", "full", "trailer", "bonus"]


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
    season: int = 0  # of a podcast, 0 for none
    episode: int = 0
    episode_type: EpisodeType = ""
    explicit: bool | None = None  # not for children; None where nobody says


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
    picture: str = ""
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
    broken: int = 0  # members of its list that are no entries at all, or torn ones
    digests: tuple[str, ...] = ()  # of the entries' source text, one for one; empty where they could not be told apart in it
    unchanged: tuple[str, ...] = ()  # digests of further entries, which the caller knew and which were not read again
    context: str = ""  # digest of what the entries take from their surroundings: the others are good for as long as it stays
    around: str = ""  # digest of all that surrounds them
    same: bool = False  # nothing has changed, neither entries nor what surrounds them: what that says is not told again


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
    flags: tuple[str, ...] = ()  # what was wrong with it as it came, see core.defects
    page_url: str = ""  # whose page was read for the full text, or tried in vain; see core.fulltext
    fed_digest: str = ""  # where the text is the page's: the digest of what the source itself has
    revision: int = 0  # how often its text was edited since it was first stored
    also_in: tuple[str, ...] = ()  # other sources that brought the same article
    dated: datetime | None = None  # what the source has as its date, where that lies too far ahead for `published`
    also_at: tuple[str, ...] = ()  # its addresses there, one for one; "" for an unknown one, see core.elsewhere
    amended: int = 0  # how often something else of it was corrected


class Alias(NamedTuple):
    """A name under which a source has brought an item: an id, or the digest of an address or text. It outlives the item."""

    name: str
    source: str
    item_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An item that a poll brought and the store does not have in this form.

    "linked" is one whose text stays as it was: another source had brought it, or its source's own text changed beside that of its page.
    "amended" is one whose text stays and of which something else was corrected, see core.amendments.
    """

    item: Item
    kind: Literal["new", "updated", "linked", "amended"]
    redated: bool = False  # whether it counts as published at another time than before


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """What reading one article's page came to: the row of the command line and the log line.

    The text was "taken", or "kept" where the item has more of its own. Without one the page was "put off" or "given up".
    With the text, or for good without it, the item may have been "left out" by its source's rules: `why` says by which.
    """

    item_id: str
    source: str
    outcome: Literal["taken", "kept", "put off", "given up", "left out"]
    why: str = ""
    error_kind: FailureKind | None = None
    error: str = ""
    advice: str = ""

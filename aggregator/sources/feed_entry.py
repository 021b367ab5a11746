"""What feedparser found in an entry, and in the head of a feed, as our nouns."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aggregator.model import ParsedFeed, RawItem
from aggregator.sources.address import join
from aggregator.sources.feed_media import Found, count, media_of, picture_of
from aggregator.sources.feed_shape import shaped

_MARKUP_TYPES = ("text/html", "application/xhtml+xml")
_HEADLINE_MARKUP = re.compile(
    r"</?(?:a|abbr|b|big|br|cite|code|del|em|font|i|img|ins|kbd|mark|p|q|s|small|span|strike|strong|sub|sup|tt|u|wbr)\b[^<]*>|&#?\w+;",
    re.IGNORECASE,
)
_PERIODS = {"hourly": 60, "daily": 1440, "weekly": 10080, "monthly": 43200, "yearly": 525600}  # minutes
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LONGEST = 366 * 24 * 60  # minutes: no document can ask for more than a year


@dataclass(frozen=True, slots=True)
class _Text:
    """A text construct: what it says, whether that is markup, and the xml:lang and xml:base in force."""

    value: str
    markup: bool
    language: str
    base: str

    @classmethod
    def of(cls, found: Found) -> _Text | None:
        """None where it is empty or not for people: an embedded picture, foreign XML."""
        kind = found.get("type") or "text/html"
        if not found.get("value") or not (kind in _MARKUP_TYPES or kind.startswith("text/")):
            return None
        return cls(found["value"], kind in _MARKUP_TYPES, found.get("language") or "", found.get("base") or "")

    @property
    def as_html(self) -> str:
        return self.value if self.markup else html.escape(self.value, quote=False)


_NOTHING = _Text("", False, "", "")


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What an entry takes from its document: `home` is what its addresses are relative to where no xml:base says otherwise."""

    atom: bool
    location: str
    home: str
    authors: tuple[str, ...]


def parsed_feed(head: Found, entries: Sequence[Found], *, version: str, location: str, **known: Any) -> ParsedFeed:
    """A whole feed. `version` is feedparser's name of the format, `location` where the document came from, `known` what else is."""
    head = shaped(head)
    around = _surroundings(head, atom=version.startswith("atom"), location=location)
    return ParsedFeed(
        entries=tuple(_raw_item(shaped(entry), around) for entry in entries),
        title=head.get("title") or "",
        link=join(location, head.get("link") or ""),
        picture=join(location, _picture(head)),
        language=head.get("language") or "",
        ttl=_ttl(head),
        skip_hours=tuple(
            sorted({int(hour) % 24 for hour in head.get("skip_hours", ()) if hour.isdecimal() and len(hour) <= 2 and int(hour) <= 24})
        ),
        skip_days=tuple(sorted({_DAYS.index(day.lower()) for day in head.get("skip_days", ()) if day.lower() in _DAYS})),
        hub=join(location, _related(head, "hub")),
        self_url=join(location, _related(head, "self")),
        prev_archive=join(location, _related(head, "prev-archive")),
        next_page=join(location, _related(head, "next")),
        previous_page=join(location, _related(head, "previous") or _related(head, "prev")),
        **known,
    )


def _picture(head: Found) -> str:
    """The picture of a channel, a podcast or an Atom feed."""
    image = head.get("image") or {}
    return str(image.get("href") or image.get("url") or head.get("logo") or "")


def _surroundings(head: Found, *, atom: bool, location: str) -> _Surroundings:
    """In Atom addresses are relative to the document and an entry without an author has the feed's (RFC 4287 sections 2 and 4.2.1)."""
    if atom:
        return _Surroundings(atom, location, location, _authors(head))
    return _Surroundings(atom, location, join(location, head.get("link") or "") or location, ())


def _related(head: Found, relation: str) -> str:
    return next((link["href"] for link in head.get("links", ()) if link.get("rel") == relation and link.get("href")), "")


def _raw_item(entry: Found, around: _Surroundings) -> RawItem:
    body, summary = _body_and_summary(entry)
    title = _Text.of(entry.get("title_detail") or {}) or _NOTHING
    shown = body or title
    base = shown.base if shown.base not in ("", around.location) else around.home
    media = media_of(entry, base=base)
    return RawItem(
        guid=entry.get("id") or "",
        link=join(base, _link(entry)),
        title=entry.get("title") or "",
        title_is_text=not title.markup if around.atom else not _HEADLINE_MARKUP.search(entry.get("title") or ""),
        html=body.value if body and body.markup else "",
        text=body.value if body and not body.markup else "",
        summary=summary.as_html if summary else "",
        published=entry.get("published") or entry.get("created") or None,
        updated=entry.get("updated") or None,
        language=entry.get("language") or shown.language,
        authors=_authors(entry) or around.authors,
        image=picture_of(media),
        media=media,
        tags=_tags(entry),
        base=base,
    )


def _body_and_summary(entry: Found) -> tuple[_Text | None, _Text | None]:
    """The longer of content and description is the body, the other the summary; captions and podcast texts only where there is neither."""
    contents = [text for text in map(_Text.of, entry.get("content") or ()) if text]
    content = max(contents, key=lambda text: (text.markup, len(text.value)), default=None)
    described = _Text.of({**entry.get("summary_detail", {}), "value": entry.get("summary")})
    if described and any(described.value == one.value for one in contents):
        described = None  # feedparser's copy
    if content and described:
        return (content, described) if len(content.value) >= len(described.value) else (described, content)
    spare = [_Text.of(entry.get(key) or {}) for key in ("itunes_summary_detail", "media_description_detail")]
    return next((text for text in (content, described, *spare) if text), None), None


def _link(entry: Found) -> str:
    others = (link.get("href") for link in entry.get("links", ()) if link.get("rel") in ("alternate", "", None))
    elsewhere = (content.get("src") for content in entry.get("content") or ())  # RFC 4287 section 4.1.3.2
    return entry.get("link") or next((href for href in (*others, *elsewhere) if href), "")


def _authors(holder: Found) -> tuple[str, ...]:
    """Names, or addresses where nothing else is given."""
    people = (person.get("name") or person.get("email") or "" for person in holder.get("authors", ()))
    names = tuple(dict.fromkeys(name.strip() for name in people if name.strip()))
    return names or tuple(filter(None, [(holder.get("author") or "").strip()]))


def _tags(entry: Found) -> tuple[str, ...]:
    labels = ((tag.get("label") or tag.get("term") or "").strip() for tag in entry.get("tags", ()))
    return tuple(dict.fromkeys(label for label in labels if label))


def _ttl(head: Found) -> timedelta | None:
    """The longest of what the document asks for (RSS 2.0 `ttl`; RSS 1.0 syndication module, https://web.resource.org/rss/1.0/modules/syndication/)."""
    minutes = count(head.get("ttl") or "")
    period = _PERIODS.get((head.get("sy_updateperiod") or "").strip().lower(), 0)
    minutes = max(minutes, period // max(1, count(head.get("sy_updatefrequency") or "")))
    return timedelta(minutes=min(minutes, _LONGEST)) if minutes else None

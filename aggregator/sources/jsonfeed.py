"""JSON Feed 1.0 and 1.1 into raw items (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

from aggregator.core.links import public_url
from aggregator.errors import ParseError
from aggregator.model import Fetched, Media, ParsedFeed, RawItem
from aggregator.sources.address import join
from aggregator.sources.fields import told
from aggregator.sources.jsonbody import is_entry, load, number, odd, text, texts


def parse(fetched: Fetched, *, limit: int) -> ParsedFeed:
    """The entries of a JSON Feed. Raises ParseError for JSON that is none."""
    loaded, location = load(fetched, wanted="a feed"), public_url(fetched.url)
    document = loaded.value
    if not _is_feed(document):
        raise loaded.fault or ParseError(f"{location} is JSON, but no JSON Feed", advice=_advice(document))
    entries = document["items"][:limit]
    if loaded.fault and not any(map(is_entry, entries)):
        raise loaded.fault
    wrong = odd(entries)
    base = text(document.get("home_page_url")) or location
    return ParsedFeed(
        entries=tuple(_item(entry, document, base=base) for entry in entries if is_entry(entry)),
        title=text(document.get("title")),
        link=text(document.get("home_page_url")),
        picture=join(location, text(document.get("icon"))),
        language=text(document.get("language")),
        hub=next((text(hub.get("url")) for hub in _objects(document.get("hubs")) if text(hub.get("type")).lower() == "websub"), ""),
        self_url=text(document.get("feed_url")),
        next_page=join(location, text(document.get("next_url"))),
        more=len(document["items"]) > limit or loaded.torn,
        complaints=(*loaded.complaints, *told(wrong, rest="are no objects")),
        broken=len(wrong),
    )


def _is_feed(document: Any) -> bool:
    """Whether it says so, or says nothing of that and has items as only a JSON Feed has them."""
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        return False
    if version := text(document.get("version")):
        return "jsonfeed" in version
    return any(is_entry(entry) and _is_item(entry) for entry in document["items"])


def _is_item(entry: Mapping[str, Any]) -> bool:
    return "content_html" in entry or "content_text" in entry or ("id" in entry and "url" in entry)


def _advice(document: Any) -> str:
    keys = ", ".join(list(document)[:8]) if isinstance(document, dict) else ""
    return 'Set kind = "json" and say with `items` and `fields` where things are' + (f"; the document has: {keys}." if keys else ".")


def _item(entry: Mapping[str, Any], feed: Mapping[str, Any], *, base: str) -> RawItem:
    return RawItem(
        guid=text(entry.get("id")),
        link=join(base, text(entry.get("url")) or text(entry.get("external_url"))),
        title=text(entry.get("title")),
        title_is_text=True,
        html=text(entry.get("content_html")),
        text="" if entry.get("content_html") else text(entry.get("content_text")),
        summary=html.escape(text(entry.get("summary")), quote=False),
        published=text(entry.get("date_published")) or None,
        updated=text(entry.get("date_modified")) or None,
        language=text(entry.get("language")),
        authors=_authors(entry) or _authors(feed),
        image=join(base, text(entry.get("image")) or text(entry.get("banner_image"))),
        media=tuple(_media(one, base=base) for one in _objects(entry.get("attachments")) if one.get("url")),
        tags=texts(entry.get("tags") or []),
        base=base,
    )


def _authors(holder: Mapping[str, Any]) -> tuple[str, ...]:
    """Names; version 1.0 knew one `author`, 1.1 a list of `authors`."""
    people = _objects(holder.get("authors")) or _objects([holder.get("author")])
    return texts([person.get("name") or person.get("url") for person in people])


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _media(attachment: Mapping[str, Any], *, base: str) -> Media:
    return Media(
        url=join(base, text(attachment.get("url"))),
        type=text(attachment.get("mime_type")),
        length=number(attachment.get("size_in_bytes")),
        title=text(attachment.get("title")),
        duration=number(attachment.get("duration_in_seconds")),
    )

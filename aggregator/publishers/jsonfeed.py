"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from typing import Any

from aggregator.model import Media
from aggregator.publishers.channel import Channel, Entry, Provenance


def json_feed(channel: Channel) -> bytes:
    """The document; what a feed or an entry does not have is left out."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "home_page_url": channel.link,
        "icon": channel.picture,
        "feed_url": channel.addresses.get("json", ""),
        "next_url": channel.previous.get("json", ""),
        "language": channel.language,
        "hubs": [{"type": "WebSub", "url": channel.hub}] if channel.hub else [],
        "_languages": {language: addresses["json"] for language, addresses in channel.siblings.items() if addresses},
        "_archive": {"current": channel.current["json"]} if channel.current else {},
        "items": [json_item(entry) for entry in channel.entries],
    }
    kept = {key: value for key, value in document.items() if value or key == "items"}
    return f"{json.dumps(kept, ensure_ascii=False, indent=1)}\n".encode()


def json_item(entry: Entry) -> dict[str, Any]:
    """An entry; what it does not have is left out."""
    item = {
        "id": entry.id,
        "url": entry.url,
        "external_url": entry.url if entry.provenance else "",
        "title": entry.title,
        "content_html": entry.content,
        "summary": entry.summary,
        "image": entry.image,
        "date_published": entry.published.isoformat(timespec="seconds"),
        "date_modified": entry.updated.isoformat(timespec="seconds"),
        "authors": [{"name": name} for name in entry.authors],
        "tags": list(entry.tags),
        "language": entry.language,
        "attachments": [_attachment(media) for media in entry.media],
        "_also_in": [{"source": source, "url": url} for source, url in entry.also_in.items()],
        "_translation": _translation(entry.provenance),
    }
    return {key: value for key, value in item.items() if value}


def _attachment(media: Media) -> dict[str, Any]:
    attachment = {
        "url": media.url,
        "mime_type": media.type,
        "title": media.title,
        "size_in_bytes": media.length,
        "duration_in_seconds": media.duration,
    }
    return {key: value for key, value in attachment.items() if value}


def _translation(made: Provenance | None) -> dict[str, Any]:
    """An extension, as the format wants one: an object under a name with an underscore."""
    if made is None:
        return {}
    told = {
        "engine": made.engine,
        "date": made.date,
        "from": made.language,
        "verified": made.verified,
        "untranslated": made.untranslated,
    }
    return told | ({"flags": list(made.flags)} if made.flags else {}) | ({"outdated": True} if made.outdated else {})

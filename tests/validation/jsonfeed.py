"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/) as a table of what may be where, and the rules its text adds."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.validation import rules
from tests.validation.rules import Problems

Check = Callable[[Any, str], Problems]


def _kind(kind: type) -> Check:
    def check(value: Any, what: str) -> Problems:
        if type(value) is not kind or not (value or kind in (bool, int)):
            yield f"{what} is empty or not of type {kind.__name__}: {value!r}"
        elif kind is int and value < 0:
            yield f"{what} is negative"

    return check


def _text(value: Any, what: str) -> Problems:
    yield from rules.plain(value, what) if isinstance(value, str) else iter([f"{what} is no text"])


def _list(table: Mapping[str, Check], *required: str) -> Check:
    def check(value: Any, what: str) -> Problems:
        if not isinstance(value, list):
            yield f"{what} is no list"
            return
        for one in value:
            yield from _object(one, table, required, what)

    return check


def _texts(value: Any, what: str) -> Problems:
    for one in value:
        yield from _text(one, what)


def _identifier(value: Any, what: str) -> Problems:
    yield from rules.uri(value, what, web=False)


AUTHOR: dict[str, Check] = {"name": _text, "url": rules.uri, "avatar": rules.uri}
ATTACHMENT: dict[str, Check] = {
    "url": rules.uri,
    "mime_type": rules.media_type,
    "title": _text,
    "size_in_bytes": _kind(int),
    "duration_in_seconds": _kind(int),
}
ITEM: dict[str, Check] = {
    "id": _identifier,
    "url": rules.uri,
    "external_url": rules.uri,
    "title": _text,
    "content_html": rules.shown_html,
    "content_text": _kind(str),
    "summary": _text,
    "image": rules.uri,
    "banner_image": rules.uri,
    "date_published": rules.rfc3339,
    "date_modified": rules.rfc3339,
    "authors": _list(AUTHOR),
    "tags": _texts,
    "language": rules.language,
    "attachments": _list(ATTACHMENT, "url", "mime_type"),
}
FEED: dict[str, Check] = {
    "version": _kind(str),
    "title": _text,
    "home_page_url": rules.uri,
    "feed_url": rules.uri,
    "description": _text,
    "user_comment": _text,
    "next_url": rules.uri,
    "icon": rules.uri,
    "favicon": rules.uri,
    "authors": _list(AUTHOR),
    "language": rules.language,
    "expired": _kind(bool),
    "hubs": _list({"type": _text, "url": rules.uri}, "type", "url"),
    "items": _list(ITEM, "id"),
}


def problems(data: bytes) -> list[str]:
    """Everything that is wrong with a JSON Feed."""
    return list(_problems(json.loads(data)))


def _problems(feed: Any) -> Problems:
    yield from _object(feed, FEED, ("version", "title", "items", "home_page_url", "feed_url"), "feed")
    if feed.get("version") != "https://jsonfeed.org/version/1.1":
        yield "not version 1.1"
    if feed.get("next_url") and feed["next_url"] == feed.get("feed_url"):
        yield "next_url is the feed's own"
    items = feed.get("items", [])
    yield from rules.unique((item.get("id") for item in items), "id")
    for item in items:
        if not ("content_html" in item or "content_text" in item):
            yield "item has no content"
        yield from (f"item has an empty list {name}" for name in ("authors", "tags", "attachments") if item.get(name) == [])
        if item.get("date_modified", "9") < item.get("date_published", ""):
            yield "item is modified before it was published"


def _object(value: Any, table: Mapping[str, Check], required: tuple[str, ...], what: str) -> Problems:
    if not isinstance(value, dict):
        yield f"{what} is no object"
        return
    yield from (f"{what} has no {name}" for name in required if name not in value)
    for name, part in value.items():
        if name in table:
            yield from table[name](part, f"{name} of {what}")
        elif not name.startswith("_") or not isinstance(part, dict):
            yield f"{what} has an unknown {name!r}"

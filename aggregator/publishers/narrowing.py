"""Parts of a published feed: the document again with fewer entries, valid as before.

A part that is asked for by its address says so in its link to itself, and names neither a hub nor archives, which know nothing of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from hashlib import blake2b
from html import unescape
from typing import Any

from lxml import etree

from aggregator.core.feedquery import Listed
from aggregator.publishers.places import Format

Choice = Callable[[Sequence[Listed]], Collection[int]]

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
_ATOM = "{http://www.w3.org/2005/Atom}"
_ENTRIES = {"rss": "channel/item", "atom": f"{_ATOM}entry"}
_TEXTS = {
    "rss": ("title", "description", "{http://purl.org/rss/1.0/modules/content/}encoded"),
    "atom": (f"{_ATOM}title", f"{_ATOM}summary", f"{_ATOM}content"),
}
_TAG = re.compile(r"<[^>]*>")
_OWN = ("self", "prev-archive", "current")  # links to documents of the same feed
_OF_THE_WHOLE = ("hub", "prev-archive", "current")

Element = Any  # lxml has no type information


def marks(document: bytes, form: Format) -> list[str]:
    """A mark for each entry, in order, the same only where the entry is."""
    if form == "json":
        entries = [json.dumps(item).encode() for item in json.loads(document)["items"]]
    else:
        entries = [
            etree.tostring(entry, method="c14n", exclusive=True, with_tail=False) for entry in _opened(document).findall(_ENTRIES[form])
        ]
    return [blake2b(entry, digest_size=8).hexdigest() for entry in entries]


def narrowed(document: bytes, form: Format, choose: Choice, *, query: str = "", token: str = "") -> bytes:
    """The document with the entries whose places are chosen.

    `query` is added to its own address if it is a part that has one, `token` to all addresses of the same feed.
    """
    if form == "json":
        return _narrowed_json(json.loads(document), choose, query, token)
    root = _opened(document)
    entries = root.findall(_ENTRIES[form])
    kept = set(choose([_listed(entry, form) for entry in entries]))
    for place, entry in enumerate(entries):
        if place not in kept:
            entry.getparent().remove(entry)
    _date(root)
    for link in root.findall(f"{_ATOM}link" if form == "atom" else f"channel/{_ATOM}link"):
        _readdress(link, query, token)
    written: bytes = etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return written


def _opened(document: bytes) -> Element:
    return etree.fromstring(document, _PARSER)


def _listed(entry: Element, form: Format) -> Listed:
    texts = (entry.findtext(name, "") for name in _TEXTS[form])
    date = entry.findtext("pubDate") if form == "rss" else entry.findtext(f"{_ATOM}published")
    published = (parsedate_to_datetime(date) if form == "rss" else datetime.fromisoformat(date)) if date else None
    return Listed(published, "\n".join(map(_plain, texts)))


def _plain(html: str) -> str:
    return unescape(_TAG.sub("", html))


def _date(root: Element) -> None:
    """Let an Atom feed be updated when its newest entry was, as it is in a whole one."""
    if dates := [entry.findtext(f"{_ATOM}updated") for entry in root.findall(_ENTRIES["atom"])]:
        root.find(f"{_ATOM}updated").text = max(dates, key=datetime.fromisoformat)


def _readdress(link: Element, query: str, token: str) -> None:
    rel = link.get("rel")
    if rel in _OF_THE_WHOLE and (query or (token and rel == "hub")):
        link.getparent().remove(link)
    elif rel in _OWN:
        link.set("href", _address(link.get("href"), query, token))


def _address(url: str, *parts: str) -> str:
    query = "&".join(filter(None, parts))
    return f"{url}?{query}" if url and query else url


def _narrowed_json(feed: dict[str, Any], choose: Choice, query: str, token: str) -> bytes:
    kept = choose([_listed_json(item) for item in feed["items"]])
    feed["items"] = [item for place, item in enumerate(feed["items"]) if place in kept]
    dropped = (("hubs", "next_url", "_archive") if query else ()) + (("hubs",) if token else ())
    for key in dropped:
        feed.pop(key, None)
    for key in ("feed_url", "next_url"):
        if key in feed:
            feed[key] = _address(feed[key], query, token)
    if "_archive" in feed:
        feed["_archive"]["current"] = _address(feed["_archive"]["current"], token)
    return f"{json.dumps(feed, ensure_ascii=False, indent=1)}\n".encode()


def _listed_json(item: dict[str, Any]) -> Listed:
    texts = (item.get(name, "") for name in ("title", "summary", "content_html"))
    return Listed(datetime.fromisoformat(item["date_published"]), "\n".join(map(_plain, texts)))

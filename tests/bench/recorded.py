"""Feeds as real sites write them, each under many addresses, and with news in them when wanted."""

from __future__ import annotations

import re
from pathlib import Path
from zlib import crc32

import feedparser

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "feeds"
MOST = 200_000  # bytes; with larger ones the mean would be twice the 50 KB of a usual feed

ITEM = re.compile(rb"<(item|entry)[\s>].*?</\1>", re.DOTALL)
TITLE = re.compile(rb"(<title[^>]*>).*?(</title>)", re.DOTALL)
NAME = re.compile(rb"(<(guid|id)[^>]*>).*?(</\2>)", re.DOTALL)
LINK = re.compile(rb"(<link>).*?(</link>)|(<link\b[^>]*\bhref=[\"'])[^\"']*", re.DOTALL)
ABOUT = re.compile(rb"(<item\b[^>]*\brdf:about=[\"'])[^\"']*")
NAMED = re.compile(rb"(?<=>)[^>]*(?:\]\]>)?(?=</(?:guid|id|link)>)|(?<=\shref=[\"'])[^\"']*|(?<=\srdf:about=[\"'])[^\"']*")


def bodies() -> list[bytes]:
    """Recorded feeds that news can be put into; none where there is no corpus."""
    recorded = (path.read_bytes() for path in sorted(CORPUS.glob("*.xml")) if path.stat().st_size <= MOST)
    return [body for body in recorded if takes_news(body)]


def takes_news(body: bytes) -> bool:
    """Whether feedparser finds nothing wrong and no id twice, and exactly one entry more where there is news."""
    found = [feedparser.parse(each) for each in (body, with_news(body, 1))]
    before, after = ([entry.get("id") or entry.get("link") for entry in each.entries] for each in found)
    is_sound = bool(before) and not any(each.bozo for each in found)
    return is_sound and len(set(before)) == len(before) and len(after) == len(before) + 1 and len(set(after) - set(before)) == 1


def with_news(body: bytes, count: int) -> bytes:
    """The feed with so many more items: copies of its first one under names of their own."""
    first = ITEM.search(body)
    if not first:
        return body
    place = b"https://news.example/%08x/" % crc32(body)
    news = b"\n".join(renamed(first[0], number, place=place) for number in range(count, 0, -1))
    return body[: first.start()] + news + b"\n" + body[first.start() :]


def renamed(item: bytes, number: int, *, place: bytes) -> bytes:
    """The item with another title, link and id."""
    address = place + b"%d" % number
    item = TITLE.sub(lambda found: found[1] + b"News %d" % number + found[2], item, count=1)
    item = NAME.sub(lambda found: found[1] + address + found[3], item)
    item = LINK.sub(lambda found: (found[1] + address + found[2]) if found[1] else found[3] + address, item)
    return ABOUT.sub(lambda found: found[1] + address, item)


def copied(body: bytes, number: int) -> bytes:
    """The feed of another site, whose ids and links are all others: newsboat and we know an item by these, whatever feed it is in."""
    return NAMED.sub(lambda found: elsewhere(found[0], b"x%d" % number), body) if number else body


def elsewhere(name: bytes, site: bytes) -> bytes:
    """An address on another host, or an id that is no address."""
    return name.replace(b"://", b"://" + site + b".", 1) if b"://" in name else name + site

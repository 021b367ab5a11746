"""What can be played or fetched beside an item's text: sound, films and files, as links for documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, unquote, urlsplit

from aggregator.core.characters import one_line
from aggregator.core.links import http_url
from aggregator.model import Item, Media

_MAGNET = re.compile(r"magnet:\?[\w.:=&%+/~-]{1,4096}", re.ASCII | re.IGNORECASE)


def attachments(item: Item) -> Iterator[tuple[str, str]]:
    """(label, address) of each, with http, https or magnet; pictures are no attachments. The label is its title or its file's name."""
    for media in item.media:
        url = "" if _is_picture(media) else magnet(media.url) or http_url(media.url)
        if url:
            yield one_line(media.title) or _name(url) or url, url


def magnet(url: str) -> str:
    """The address if it names a torrent by its hash, else ""."""
    return url.strip() if _MAGNET.fullmatch(url.strip()) else ""


def _is_picture(media: Media) -> bool:
    return media.role == "image" or media.type.startswith("image/")


def _name(url: str) -> str:
    parts = urlsplit(url)
    named = parse_qs(parts.query).get("dn", [""])[0] if parts.scheme == "magnet" else unquote(parts.path.rstrip("/").rpartition("/")[2])
    return one_line(named)

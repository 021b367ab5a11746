"""Addresses as entries give them, made absolute without judging them."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urljoin, urlsplit

_SHORT = 500  # characters: what is longer is not remembered


def join(base: str, url: str) -> str:
    """A relative address made absolute; what is no address at all stays as it came."""
    url = url.strip()
    if not url:
        return ""
    return _joined(base, url) if len(base) + len(url) <= _SHORT else _joined.__wrapped__(base, url)


@lru_cache(maxsize=1024)
def _joined(base: str, url: str) -> str:
    try:
        return urljoin(base, url)
    except ValueError:
        return url


def path(url: str) -> str:
    """The path of an address, empty where it is none."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""

"""Addresses as entries give them, made absolute without judging them."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit


def join(base: str, url: str) -> str:
    """A relative address made absolute; what is no address at all stays as it came."""
    url = url.strip()
    try:
        return urljoin(base, url) if url else ""
    except ValueError:
        return url


def path(url: str) -> str:
    """The path of an address, empty where it is none."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""

"""Pictures in foreign HTML: an address that stands beside its tag is put into it, and what has no address at all is told."""

from __future__ import annotations

import re

_IN_URL = "[!#-&(-;=?-~]{1,400}"
_BESIDE = re.compile(rf"<img\s*/?>\s*(https?://{_IN_URL}\.(?:avif|gif|jpe?g|png|svg|webp)(?:\?{_IN_URL})?)(?=\s*</?img\b)", re.IGNORECASE)
_IMAGE = re.compile(r"<img\b([^<>]*)>", re.IGNORECASE)
_ADDRESS = re.compile(
    r"(?<![\w:-])(?:data-(?:src|original|lazy-src|actualsrc)|src|srcset)\s*=\s*[\"']?\s*(?!data:|[\"'\s>])", re.IGNORECASE
)


def addressed(html: str) -> str:
    """The HTML with `<img>https://...<img>`, as some sites write it, as a picture with that address."""
    return _BESIDE.sub(r'<img src="\1">', html)


def are_broken(html: str) -> bool:
    """Whether a picture in it has no address that could be fetched: none at all, one beside its tag, or `data:` only."""
    return any(not _ADDRESS.search(image[1]) for image in _IMAGE.finditer(html))

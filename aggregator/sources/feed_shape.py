"""What feedparser found, every value in the shape that it has in sound feeds: a stray `<links>` would stand there as a text."""

from __future__ import annotations

from collections.abc import Mapping
from time import struct_time
from typing import Any

_LISTS = frozenset({"links", "authors", "tags", "content", "media_content", "media_thumbnail"})  # of tables
_TABLES = frozenset({"title_detail", "summary_detail", "itunes_summary_detail", "media_description_detail", "image"})
_WORDS = frozenset({"skip_hours", "skip_days"})


def shaped(found: Mapping[str, Any]) -> dict[str, Any]:
    """The values by feedparser's names, without those of another shape than their name's."""
    return {key: _whole(key, value) for key, value in found.items() if _fits(key, value)}


def _fits(key: str, value: object) -> bool:
    if key in _LISTS or key in _WORDS:
        return isinstance(value, list)
    if key in _TABLES:
        return isinstance(value, Mapping)
    return isinstance(value, str | struct_time)


def _whole(key: str, value: Any) -> Any:
    if key in _LISTS:
        return [each for each in value if isinstance(each, Mapping)]
    return [each for each in value if isinstance(each, str)] if key in _WORDS else value

"""The fields of an entry that a configuration can name, for the kinds that are told where things are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from aggregator.model import Media

FIELDS = (
    "id", "title", "html", "text", "summary", "link", "published", "updated", "image", "media", "author", "tags", "language", "source",
    "kind",
)  # fmt: skip
CARRYING = frozenset({"title", "html", "text", "link"})  # without any of these nothing is left of an entry
_TELL_AT_MOST = 20


def name_problem(name: str) -> str:
    """What is wrong with a field's name, or ""."""
    close = get_close_matches(name, FIELDS, n=1)
    meant = f"; did you mean {close[0]}?" if close else ""
    return "" if name in FIELDS else f"is not a field{meant}; known: {', '.join(FIELDS)}"


def lack(fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The problem of a table of fields that leaves nothing of an entry, as (key, message)."""
    if CARRYING & set(fields):
        return []
    return [("fields", "names neither title, html, text nor link: nothing would be left of an entry")]


def told(complaints: Sequence[str], *, rest: str) -> tuple[str, ...]:
    """As many complaints as anybody reads, and how many more there are of the same sort, in the words of `rest`."""
    more = len(complaints) - _TELL_AT_MOST
    return (*complaints[:_TELL_AT_MOST], *([f"{more} more entries {rest}"] if more > 0 else []))


def media_at(addresses: Sequence[str]) -> tuple[Media, ...]:
    """Enclosures of which only the addresses are known."""
    return tuple(Media(url=url) for url in dict.fromkeys(filter(None, addresses)))

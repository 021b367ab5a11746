"""What may be asked of a published feed in its address: `?limit=20&q=rail%20strike&since=2026-07-01&mode=bilingual`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

MOST = 5000  # entries; no feed has more
LONGEST = 200  # characters of words
FIELDS = 20
KNOWN = ("limit", "q", "since", "mode")


class Listed(NamedTuple):
    """An entry of a feed, as far as it can be asked for: when it was published, and all its text."""

    published: datetime | None
    text: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A part of a feed: the newest entries with all these words, published at an instant or after it. `query` says so in its one form."""

    limit: int = MOST
    words: tuple[str, ...] = ()
    since: datetime | None = None
    bilingual: bool = False
    query: str = ""

    def of(self, entries: Sequence[Listed]) -> list[int]:
        """The places of the entries that are wanted."""
        return [place for place, entry in enumerate(entries) if self._has(entry)][: self.limit]

    def _has(self, entry: Listed) -> bool:
        recent = self.since is None or (entry.published is not None and entry.published >= self.since)
        text = entry.text.casefold() if self.words else ""
        return recent and all(word in text for word in self.words)


def wanted(query: str) -> Wanted:
    """What a query asks for; names of no meaning here mean nothing. Raises ValueError in words for a person."""
    try:
        given = dict(pair for pair in parse_qsl(query, keep_blank_values=True, max_num_fields=FIELDS, errors="strict") if pair[0] in KNOWN)
    except ValueError:
        raise ValueError(f"The part of the address after ? can't be read: write at most {FIELDS} values, in UTF-8.") from None
    asked = {name: given[name].strip() for name in KNOWN if name in given}
    canonical = urlencode({name: value for name, value in asked.items() if name != "mode"})
    return Wanted(
        limit=_limit(asked["limit"]) if "limit" in asked else MOST,
        words=_words(asked["q"]) if "q" in asked else (),
        since=_since(asked["since"]) if "since" in asked else None,
        bilingual="mode" in asked and _is_bilingual(asked["mode"]),
        query=canonical,
    )


def _limit(value: str) -> int:
    if not (value.isascii() and value.isdecimal() and len(value) <= len(str(MOST)) and 1 <= int(value) <= MOST):
        raise ValueError(f"limit: write a whole number from 1 to {MOST}, such as limit=20.")
    return int(value)


def _words(value: str) -> tuple[str, ...]:
    if not 1 <= len(value) <= LONGEST:
        raise ValueError(f"q: write the words to look for, at most {LONGEST} characters, such as q=rail+strike.")
    return tuple(value.casefold().split())


def _since(value: str) -> datetime:
    try:
        date = datetime.fromisoformat(value.replace(" ", "+"))  # an unescaped + of a time zone
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("since: write a date or a time of ISO 8601, such as since=2026-07-01 or since=2026-07-01T08:00:00Z.") from None


def _is_bilingual(value: str) -> bool:
    if value != "bilingual":
        raise ValueError("mode: the one there is is mode=bilingual, translation and original together.")
    return True

"""What people look for among the stored texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Items to be found, in whichever of its languages a text matches; what is empty does not restrict.

    `text` is in words, see core.searching. `language` is that of the text that matches, `written` asks for originals alone. Dates are
    those of publication, from `since` on and before `until`, to the minute.
    """

    text: str = ""
    source: str = ""
    tag: str = ""
    language: str = ""
    flag: str = ""
    written: bool = False
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """Ids of items, newest first; `after` is where the next page begins, None for the last one."""

    ids: tuple[str, ...]
    after: int | None = None

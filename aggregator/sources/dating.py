"""Dates of entries whose kind lets the configuration say what they look like."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from aggregator.core import dateformats, dates
from aggregator.model import ParsedFeed, RawItem, Source
from aggregator.sources.jsonbody import text

_SECONDS = 100_000_000  # in March of 1973; what is less counts years, days or comments
_MILLISECONDS = 100_000_000_000  # as seconds this would be the year 5138
_DATE_IN_FIGURES = re.compile(r"(?:19|20)\d{6}(?:\d{6})?")  # 20250926, 20250926101715


def date_of(value: Any, source: Source) -> str | datetime | None:
    """A date by the source's `date_format`, else as it came, with its month in English; a number counts seconds or milliseconds."""
    written = text(value).strip()
    form = str(source.options.get("date_format", ""))
    if isinstance(found := _in_form(written, form, source), datetime):
        return found
    if isinstance(value, int | float) and not isinstance(value, bool) and not _is_in_figures(written):
        return _instant(value)
    return (dateformats.plain(written, source.language) if source.language else written) or None


def dated(feed: ParsedFeed, source: Source) -> ParsedFeed:
    """A feed whose entries came with dates in writing, with those in the source's `date_format` as instants."""
    form = str(source.options.get("date_format", ""))
    return replace(feed, entries=tuple(_entry(entry, form, source) for entry in feed.entries)) if form else feed


def _entry(entry: RawItem, form: str, source: Source) -> RawItem:
    published, updated = (_in_form(written, form, source) for written in (entry.published, entry.updated))
    return replace(entry, published=published, updated=updated)


def _in_form(written: str | datetime | None, form: str, source: Source) -> str | datetime | None:
    if not form or not isinstance(written, str):
        return written
    return dateformats.parse(written, form, language=source.language, zone=ZoneInfo(source.timezone)) or written


def _is_in_figures(written: str) -> bool:
    return bool(_DATE_IN_FIGURES.fullmatch(written)) or dates.in_figures(written)


def _instant(number: float) -> str | datetime:
    if abs(number) < _SECONDS:
        return str(number)
    try:
        return datetime.fromtimestamp(number / 1000 if abs(number) >= _MILLISECONDS else number, UTC)
    except (ValueError, OverflowError, OSError):
        return str(number)

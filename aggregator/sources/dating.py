"""Dates of entries whose kind lets the configuration say what they look like."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from aggregator.core import dateformats
from aggregator.model import Source
from aggregator.sources.jsonbody import text

_MILLISECONDS = 100_000_000_000  # as seconds this would be the year 5138
_DATE_IN_FIGURES = re.compile(r"(?:19|20)\d{6}(?:\d{6})?")  # 20250926, 20250926101715


def date_of(value: Any, source: Source) -> str | datetime | None:
    """A date by the source's `date_format`, else as it came, with its month in English; a number counts seconds or milliseconds."""
    written = text(value).strip()
    form = str(source.options.get("date_format", ""))
    if form and (found := dateformats.parse(written, form, language=source.language, zone=ZoneInfo(source.timezone))):
        return found
    if isinstance(value, int | float) and not isinstance(value, bool) and not _DATE_IN_FIGURES.fullmatch(written):
        return _instant(value)
    return dateformats.plain(written, source.language) or None


def _instant(number: float) -> str | datetime:
    try:
        return datetime.fromtimestamp(number / 1000 if abs(number) >= _MILLISECONDS else number, UTC)
    except (ValueError, OverflowError, OSError):
        return str(number)


def problems(source: Source) -> list[tuple[str, str]]:
    """What is wrong with `date_format`, as (key, message)."""
    form = source.options.get("date_format", "")
    if not isinstance(form, str):
        return [("date_format", "must be text, like %d/%m/%Y %H:%M")]
    said = dateformats.problem(form) if form else ""
    return [("date_format", said)] if said else []

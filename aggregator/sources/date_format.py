"""What can be wrong with a source's `date_format`."""

from __future__ import annotations

from aggregator.core import dateformats
from aggregator.model import Source


def problems(source: Source) -> list[tuple[str, str]]:
    """What is wrong with it, as (key, message)."""
    form = source.options.get("date_format", "")
    if not isinstance(form, str):
        return [("date_format", "must be text, like %d/%m/%Y %H:%M")]
    said = dateformats.problem(form) if form else ""
    return [("date_format", said)] if said else []

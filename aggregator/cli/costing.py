"""What translation cost: for `status`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from aggregator.model import Usage
    from aggregator.ports import Store


def costs(store: Store, *, today: date, days: int, whole: bool) -> list[dict[str, Any]]:
    """The books of the last days, `today` included, newest day first: a row for each day and engine, or source and language too."""
    usages = store.usage(since=today - timedelta(days=days - 1), until=today)
    groups: dict[tuple[Any, ...], list[Usage]] = {}
    for usage in usages:
        key = (usage.day, usage.engine, usage.source, usage.language) if whole else (usage.day, usage.engine)
        groups.setdefault(key, []).append(usage)
    names = ("day", "engine", "source", "language")
    newest_first = sorted(groups.items(), key=lambda group: (today - group[0][0], group[0][1:]))
    return [dict(zip(names, key, strict=False)) | amounts(rows) for key, rows in newest_first]


def amounts(rows: Sequence[Usage]) -> dict[str, Any]:
    """The sums of rows, money in the configured currency."""
    from aggregator.core.budget import MILLION
    from aggregator.model import STEPS

    def total(name: str) -> int:
        return sum(getattr(row, name) for row in rows)

    return {
        "characters": total("characters"),
        "requests": total("requests"),
        "money": round(total("money") / MILLION, 6),
        "segments": total("segments"),
        "memory_hits": total("hits"),
        "characters_saved": total("saved"),
        "fallbacks": total("fallbacks"),
        "flags": total("flags"),
        "steps": [f"{step} {count}" for step in STEPS if (count := total(step))],
    }

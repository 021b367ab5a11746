"""Finds the source kinds, translators and publishers by entry point, ours and others' alike."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from aggregator.errors import AggregatorError

SOURCES, TRANSLATORS, PUBLISHERS = "aggregator.sources", "aggregator.translators", "aggregator.publishers"


@dataclass(frozen=True, slots=True)
class Plugin:
    """One thing the configuration can name; `target` is `module:object`, loaded only when named."""

    group: str
    name: str
    target: str
    distribution: str


@cache
def _points(group: str) -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=group)}


def available() -> list[Plugin]:
    """Everything that is installed, nothing of it loaded."""
    return [
        Plugin(group.removeprefix("aggregator."), name, point.value, point.dist.name if point.dist else "")
        for group in (SOURCES, TRANSLATORS, PUBLISHERS)
        for name, point in sorted(_points(group).items())
    ]


def names(group: str) -> list[str]:
    """What can be named in one group, sorted."""
    return sorted(_points(group))


def load(group: str, name: str) -> Any:
    """The class behind a name. Raises AggregatorError when it is not installed or does not import."""
    try:
        return _points(group)[name].load()
    except KeyError:
        raise AggregatorError(f"{name!r} is not installed; there are: {', '.join(names(group))}.") from None
    except (ImportError, AttributeError) as error:
        raise AggregatorError(f"{name!r} is installed but does not load: {error}") from error

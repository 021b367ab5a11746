"""Which engines translate which pair of languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aggregator.core.language import canonical, same

PIVOT = "zh-CN"  # what traditional Chinese is made from
_CHINESE = ("zh", "zh-*")


@dataclass(frozen=True, slots=True)
class Route:
    """Engines to ask in order, for pairs that match. `source` and `target` are language ranges.

    "*" matches every language, "zh" and "zh-*" Chinese in any script and region, "zh-TW" that tag and longer ones (RFC 4647 section 3.3.1).
    """

    source: str = "*"
    target: str = "*"
    engines: tuple[str, ...] = ()

    def matches(self, source: str, target: str) -> bool:
        """Whether this route is for texts in `source` to be read in `target`."""
        return _in_range(source, self.source) and _in_range(target, self.target)


def _in_range(tag: str, pattern: str) -> bool:
    if pattern == "*":
        return True
    wanted = pattern.removesuffix("-*")
    known, wanted = (canonical(tag) or tag).lower(), (canonical(wanted) or wanted).lower()
    return known == wanted or known.startswith(f"{wanted}-")


def engines_for(routes: Sequence[Route], source: str, target: str) -> tuple[str, ...]:
    """The engines of the first route that matches."""
    return next((route.engines for route in routes if route.matches(source, target)), ())


def derives(routes: Sequence[Route], source: str, target: str) -> bool:
    """Whether the target is Chinese in another form than the pivot, the source is not Chinese, and no route names the target itself."""
    route = next((route for route in routes if route.matches(source, target)), None)
    named = route is not None and route.target not in ("*", *_CHINESE)
    return _in_range(target, "zh") and not _in_range(source, "zh") and not same(target, PIVOT) and not named

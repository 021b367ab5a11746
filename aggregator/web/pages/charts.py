"""Bars of a chart: places and heights in units of its own, for a template to draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

STEP, GAP, HEIGHT = 20, 4, 80  # a bar with the gap behind it, the gap alone, the highest bar
LEAST = 2  # of what is not nothing, so that it can be seen


class Bar(NamedTuple):
    """One bar: its left upper corner and its size."""

    x: int
    y: float
    width: int
    height: float


def bars(values: Sequence[float]) -> list[Bar]:
    """A bar for each value, side by side, the largest as high as the chart."""
    most = max(values, default=0) or 1
    heights = [round(max(LEAST, HEIGHT * value / most), 1) if value else 0.0 for value in values]
    return [Bar(number * STEP, round(HEIGHT - height, 1), STEP - GAP, height) for number, height in enumerate(heights)]


def charted(rows: Sequence[Any], value: str) -> list[tuple[Bar, Any]]:
    """Each row with the bar for one of its values."""
    return list(zip(bars([getattr(row, value) for row in rows]), rows, strict=True))

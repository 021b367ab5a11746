"""What benches find: figures with the limits they are held to, as a table for people and as JSON for machines."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FLOORS: dict[str, float] = json.loads(Path(__file__).with_name("floors.json").read_text(encoding="utf-8"))
FOUND = ROOT / "build" / "bench.json"
MEASURED = ROOT / "docs" / "measured"


@dataclass(frozen=True)
class Figure:
    """One value that the bench has found, and what it has to be."""

    bench: str
    name: str
    value: float
    unit: str = ""
    least: float | None = None
    most: float | None = None

    @property
    def holds(self) -> bool:
        """Whether it is within its limits."""
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)

    @property
    def limits(self) -> str:
        """As text."""
        words = [f"{word} {limit:,g}" for word, limit in (("at least", self.least), ("at most", self.most)) if limit is not None]
        return ", ".join(words) + ("" if self.holds else "  MISSED")

    @property
    def measured(self) -> str:
        """The value as text, three digits or more."""
        digits = 0 if abs(self.value) >= 100 else 1 if abs(self.value) >= 10 else 2
        return f"{self.value:,.{digits}f} {self.unit}".rstrip()


class Record:
    """Takes down what one test finds. What has a floor in floors.json is held to it."""

    def __init__(self, bench: str, figures: list[Figure], say: Callable[[str], None]) -> None:
        self._bench, self._figures, self._say = bench, figures, say

    def __call__(self, name: str, value: float, unit: str = "", *, most: float | None = None) -> None:
        """Note the figure, say it, and fail if it is beyond its limit."""
        figure = Figure(self._bench, name, float(value), unit, FLOORS.get(name), most)
        self._figures.append(figure)
        self._say(" ".join(filter(None, (f"{name}:", figure.measured, figure.limits and f"({figure.limits})"))))
        assert figure.holds, figure


def table(figures: Iterable[Figure]) -> Iterator[str]:
    """A line for each, below the name of its bench."""
    rows = sorted(figures, key=lambda figure: figure.bench)
    names, values = (max((len(text) for text in texts), default=0) for texts in ([f.name for f in rows], [f.measured for f in rows]))
    bench = ""
    for figure in rows:
        if figure.bench != bench:
            yield figure.bench
        bench = figure.bench
        yield f"  {figure.name:{names}}  {figure.measured:>{values}}  {figure.limits}".rstrip()


def write(figures: Iterable[Figure]) -> Path:
    """The file for machines, with the figures of this run."""
    FOUND.parent.mkdir(exist_ok=True)
    rows = [asdict(figure) | {"holds": figure.holds} for figure in sorted(figures, key=lambda figure: (figure.bench, figure.name))]
    FOUND.write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return FOUND


def keep(name: str, found: Any) -> None:
    """Put what was measured among docs/measured, for the pages that are made of it, where BENCH_WRITE asks for it."""
    if os.environ.get("BENCH_WRITE"):
        (MEASURED / f"{name}.json").write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

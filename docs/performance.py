"""Writes docs/performance.md and its picture: what every operation costs by how many items are stored."""

from __future__ import annotations

import json
from collections.abc import Iterator
from math import log10
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SIZES = ROOT / "docs" / "measured" / "sizes.json"
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 460, 70, 270, 20, 50
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#6b6b6b")
APART = 14  # points between two names

PAGE = """\
# Performance

What the program's operations cost, by how many items are stored: milliseconds of CPU of the process, medians of rounds in which
stores of each size take turns. `make bench ARGS=tests/bench/test_flat.py` with `BENCH_WRITE=1` measures them, `make docs` writes
this page and its picture.

![Milliseconds of CPU by stored items]({picture})

{table}
A backup copies everything, and `status` counts everything: these grow with the store. The file has {ratio} bytes for each byte of
text that it keeps, the search index in two languages included.
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" font-family="sans-serif" font-size="12">'


def measured() -> Any:
    """What the bench has written."""
    return json.loads(SIZES.read_text(encoding="utf-8"))


def table(found: Any) -> str:
    """A Markdown table with a column for each size, and how many times as much the largest store costs."""
    head = ["milliseconds", *(f"{size:,} items" for size in found["sizes"]), "last to first"]
    rows = [[row["about"], *(f"{each:,.1f}" for each in row["milliseconds"]), f"{times(row):.2f}"] for row in found["operations"].values()]
    return "".join(f"| {' | '.join(line)} |\n" for line in [head, ["---", *["---:"] * (len(head) - 1)], *rows])


def times(row: Any) -> float:
    """The last cost, times the first."""
    return float(row["milliseconds"][-1] / row["milliseconds"][0])


def picture(found: Any) -> str:
    """An SVG with a line for each operation, both axes logarithmic."""
    return "\n".join([SVG.format(WIDTH, HEIGHT), *_drawn(found), "</svg>\n"])


def _drawn(found: Any) -> Iterator[str]:
    sizes, rows = found["sizes"], list(found["operations"].values())
    costs = [each for row in rows for each in row["milliseconds"]]
    lowest, highest = 10.0 ** int(log10(min(costs)) - 1), 10.0 ** (int(log10(max(costs))) + 1)

    def across(size: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * log10(size / sizes[0]) / log10(sizes[-1] / sizes[0])

    def up(cost: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * log10(cost / lowest) / log10(highest / lowest)

    yield f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
    mark = lowest
    while mark <= highest * 1.01:
        yield f'<path d="M{LEFT} {up(mark):.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>'
        yield f'<text x="{LEFT - 8}" y="{up(mark) + 4:.1f}" text-anchor="end">{mark:g} ms</text>'
        mark *= 10
    for size in sizes:
        yield f'<text x="{across(size):.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{size:,}</text>'
    yield f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 10}" text-anchor="middle">stored items</text>'
    below = float("-inf")
    for place, row in enumerate(sorted(rows, key=lambda row: -row["milliseconds"][-1])):
        colour, dashes = COLOURS[place % len(COLOURS)], ' stroke-dasharray="6 3"' if place >= len(COLOURS) else ""
        points = " ".join(f"{across(size):.1f},{up(cost):.1f}" for size, cost in zip(sizes, row["milliseconds"], strict=True))
        yield f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>'
        end = up(row["milliseconds"][-1])
        below = max(end + 4, below + APART)
        yield f'<path d="M{WIDTH - RIGHT + 2} {end:.1f}L{WIDTH - RIGHT + 12} {below - 4:.1f}" stroke="{colour}"/>'
        yield f'<text x="{WIDTH - RIGHT + 15}" y="{below:.1f}" fill="{colour}">{row["about"]}</text>'


def generated() -> dict[Path, str]:
    """The files and their texts."""
    found, drawing = measured(), ROOT / "docs" / "performance.svg"
    ratio = f"{found['bytes'][-1] / found['text'][-1]:.1f}"
    page = PAGE.format(picture=drawing.name, table=table(found), ratio=ratio)
    return {ROOT / "docs" / "performance.md": page, drawing: picture(found)}


if __name__ == "__main__":
    for path, text in generated().items():
        path.write_text(text, encoding="utf-8")

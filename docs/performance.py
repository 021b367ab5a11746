"""Writes docs/performance.md and its picture: what polls cost against other programs, and every operation by how many items are stored."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from math import log10
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SIZES = ROOT / "docs" / "measured" / "sizes.json"
PEERS = ROOT / "docs" / "measured" / "peers.json"
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 460, 70, 270, 20, 50
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#6b6b6b")
KINDS = {"whole": "{:.2f}", "without start-up": "({:.2f})"}
APART = 14  # points between two names

PAGE = """\
# Performance

`make bench` measures all this, prints it with the limits that it is held to, and writes this page and its picture.

{peers}
## By how many items are stored

What the program's operations cost: milliseconds of CPU of the process, medians of rounds in which stores of each size take turns.

![Milliseconds of CPU by stored items]({picture})

{table}
A backup copies everything, so it grows with the store. The file has {ratio} bytes for each byte of text that it keeps: titles, summaries,
texts, addresses and ids of items, and titles, summaries and texts of translations. The search index in two languages and the names that
items are known under are in it, the memory of translated segments is not. The bench's texts repeat after 200 items, which the search index
gains from: of invented words that never repeat, it takes half as much again. In a store of 1,555 recorded entries that wait for their
translations, what is in use of the file takes 1.44 bytes for each byte of text.
"""
AGAINST = """\
## Against other programs

Whole processes, each started by its own command line, on the same {feeds} feeds in the same run, turn about: CPU seconds of user and
system for 1,000 polls, medians of {rounds} rounds, children included. In brackets what is left without start-up, that is
without what a run costs that finds nothing to do. Each feed is on a host of its own on this machine, so neither names nor TLS are in
it. {material}, {kilobytes:.0f} KB each in the mean, with {items:,} items in all. A *304* is the answer to validators; an *equal body*
comes whole and without any; *one new item* is in each feed. Ours normalizes, and writes Markdown documents and feeds in three formats,
all of which nobody else does; nothing is translated.

{table}
{commands}
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" font-family="sans-serif" font-size="12">'


def measured() -> Any:
    """What the bench has written."""
    return json.loads(SIZES.read_text(encoding="utf-8"))


def against(found: Any) -> str:
    """The section of what was measured beside other programs; they may be none."""
    commands = (f"{name} {each['version']}: `{each['command']}`" for name, each in found["programs"].items())
    material = f"{found['recorded']} recorded documents in turn" if found["recorded"] else "Generated documents"
    rest = {"table": costs(found["programs"]), "commands": " · ".join(commands), "material": material, "kilobytes": found["bytes"] / 1000}
    return AGAINST.format(**{name: found[name] for name in ("feeds", "rounds", "items")}, **rest)


def costs(programs: Any) -> str:
    """A Markdown table with a column for each program, and one for each other than ours with how many times as much it takes."""
    head = ["CPU s for 1,000 polls", *programs, *(f"{name}, times ours" for name in list(programs)[1:])]
    return rows_of([head, ["---", *["---:"] * (len(head) - 1)], *_costs(list(programs.values()))])


def _costs(programs: Any) -> Iterator[list[str]]:
    ours, *theirs = programs
    empty = [""] * len(theirs)
    yield ["start-up alone, CPU s a run", *(f"{each['start-up']:.2f}" for each in programs), *empty]
    for case in ours["cases"]:
        cells = [each["cases"][case] for each in programs]
        ratios = [{kind: cell[kind] / cells[0][kind] for kind in KINDS} for cell in cells[1:]]
        yield [case, *(" ".join(form.format(cell[kind]) for kind, form in KINDS.items()) for cell in cells + ratios)]
    yield ["memory at most, MB", *(f"{max(cell['MB'] for cell in each['cases'].values())}" for each in programs), *empty]


def rows_of(lines: Iterable[list[str]]) -> str:
    """The lines of a Markdown table."""
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def table(found: Any) -> str:
    """A Markdown table with a column for each size, and how many times as much the largest store costs."""
    head = ["milliseconds", *(f"{size:,} items" for size in found["sizes"]), "last to first"]
    rows = [[row["about"], *(f"{each:,.1f}" for each in row["milliseconds"]), f"{times(row):.2f}"] for row in found["operations"].values()]
    return rows_of([head, ["---", *["---:"] * (len(head) - 1)], *rows])


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
    ratio = f"{found['bytes'][-1] / found['text'][-1]:.2f}"
    peers = against(json.loads(PEERS.read_text(encoding="utf-8")))
    page = PAGE.format(peers=peers, picture=drawing.name, table=table(found), ratio=ratio)
    return {ROOT / "docs" / "performance.md": page, drawing: picture(found)}


if __name__ == "__main__":
    for path, text in generated().items():
        path.write_text(text, encoding="utf-8")

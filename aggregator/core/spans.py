"""Finds where the inline content of each Markdown block stands in the source, to the character.

A Markdown parser says which lines a block is on; what stands before its text there (marks of lists, quotations and headings) and behind
it is found here. Where the content can't be found again exactly, the block has no span and stays untouched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markdown_it.token import Token

_NEWLINE = re.compile(r"\r\n|\r|\n")
_CONTAINERS = re.compile(r"[ \t]*(?:>[ \t]?[ \t]*|(?:[-+*]|[0-9]{1,9}[.)])[ \t]+)*")
_PIPE = re.compile(r"(?<!\\)\|")
_TRIM = " \t\n\r\f\v"


@dataclass(frozen=True, slots=True)
class Span:
    """Character offsets of a block's content. `prefix` begins its second line, in containers; `cell` and `heading` say what it is."""

    start: int
    end: int
    prefix: str = ""
    cell: bool = False
    heading: bool = False


def spans(tokens: Sequence[Token], source: str) -> Iterator[tuple[Token, Span | None]]:
    """Every inline token in order, with where its content stands in the source."""
    lines = _lines(source)
    cells: Iterator[tuple[int, int]] = iter(())
    for place, token in enumerate(tokens):
        first, last = token.map or (0, 0)
        if token.type == "tr_open":
            cells = iter(_cells(source, lines[first]))
        if token.type != "inline":
            continue
        parent = tokens[place - 1]
        if parent.type in {"th_open", "td_open"}:
            yield token, _cell(source, next(cells, None), token.content)
        elif parent.type == "heading_open" and parent.markup[:1] == "#":
            yield token, _atx(source, lines[first], len(parent.markup), token.content)
        else:
            yield token, _paragraph(source, lines[first:last], token.content, heading=parent.type == "heading_open")


def _lines(source: str) -> list[tuple[int, int]]:
    lines, start = [], 0
    for match in _NEWLINE.finditer(source):
        lines.append((start, match.start()))
        start = match.end()
    return [*lines, (start, len(source))]


def _paragraph(source: str, lines: Sequence[tuple[int, int]], content: str, *, heading: bool) -> Span | None:
    wanted = content.split("\n")
    if len(wanted) != len(lines):
        return None
    if len(lines) == 1 and source.startswith(content, start := lines[0][1] - len(content)):
        return Span(start, lines[0][1], heading=heading)
    starts = [_at_end(source, line, text) for line, text in zip(lines, wanted, strict=True)]
    if None in starts or starts[0] is None:
        return None
    prefix = source[lines[1][0] : starts[1]] if len(lines) > 1 else ""
    end = lines[-1][1] - _trailing(source, lines[-1])
    return Span(starts[0], end, prefix=prefix, heading=heading)


def _trailing(source: str, line: tuple[int, int]) -> int:
    text = source[line[0] : line[1]]
    return len(text) - len(text.rstrip())


def _at_end(source: str, line: tuple[int, int], wanted: str) -> int | None:
    """Where the wanted text starts, which ends the line but for white space."""
    text = wanted.strip()
    start = line[1] - _trailing(source, line) - len(text)
    return start if start >= line[0] and source[start : start + len(text)] == text else None


def _atx(source: str, line: tuple[int, int], level: int, content: str) -> Span | None:
    opening = re.compile(rf"#{{{level}}}[ \t]+").search(source, *line)
    start = opening.end() if opening else -1
    if start < 0 or not content or source[start : start + len(content)] != content:
        return None
    return Span(start, start + len(content), heading=True)


def _cell(source: str, cell: tuple[int, int] | None, content: str) -> Span | None:
    if cell is None:
        return None
    text = source[cell[0] : cell[1]]
    start = cell[0] + len(text) - len(text.lstrip(_TRIM))
    end = start + len(text.strip(_TRIM))
    return Span(start, end, cell=True) if source[start:end].replace("\\|", "|") == content else None


def _cells(source: str, line: tuple[int, int]) -> list[tuple[int, int]]:
    """The cells of a table's row as offsets, empty ones at its ends left out (GFM section 4.10)."""
    containers = _CONTAINERS.match(source, *line)
    start = containers.end() if containers else line[0]
    end = start + len(source[start : line[1]].rstrip(_TRIM))
    borders = [start - 1, *(match.start() for match in _PIPE.finditer(source, start, end)), end]
    cells = [(left + 1, right) for left, right in pairwise(borders)]
    first = 1 if cells[0][0] == cells[0][1] else 0
    last = len(cells) - 1 if len(cells) > first and cells[-1][0] == cells[-1][1] else len(cells)
    return cells[first:last]

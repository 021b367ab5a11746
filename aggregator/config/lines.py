"""The line of a file that a problem's key stands on: tomllib does not tell, but it reads the beginning of a file as well as all of it."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aggregator.errors import Problem

PART = re.compile(r"""(['"])(.*?)\1|\[(\d+)\]|([^.\[\]'"]+)""")  # of a dotted key: in quotes, a number in a list, bare


def located(problem: Problem) -> str:
    """The problem in words, with the line if its key, or the table that lacks it, can be found."""
    line = line_of(Path(problem.file), problem.key) if problem.key.strip() else 0
    return str(Problem(f"{problem.file}, line {line}" if line else problem.file, problem.key, problem.message))


def line_of(file: Path, key: str) -> int:
    """The number of the line, from 1; 0 where the file can't be read or none of the key's parts stands in it."""
    try:
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError):
        return 0
    parts = [_part(match) for match in PART.finditer(key)]
    while parts:
        if line := _first_line(lines, parts):
            return line
        parts.pop()
    return 0


def _part(match: re.Match[str]) -> str | int:
    _, quoted, number, bare = match.groups()
    return int(number) if number else bare or quoted


def _first_line(lines: Sequence[str], parts: Sequence[str | int]) -> int:
    """The line on which the statement begins that first brings the key; 0 for none.

    It is the first that no beginning of the file which can be read includes without having the key.
    """

    def is_there(count: int) -> bool:
        """Whether the key stands in the shortest beginning of at least so many lines that can be read."""
        readable = (table for end in range(count, len(lines) + 1) if (table := _read(lines[:end])) is not None)
        return _has(next(readable, {}), parts)

    line = bisect_left(range(len(lines) + 1), True, key=is_there)
    return line if line <= len(lines) else 0


def _read(lines: Sequence[str]) -> Mapping[str, Any] | None:
    try:
        return tomllib.loads("\n".join(lines))
    except (ValueError, RecursionError):
        return None


def _has(table: Any, parts: Sequence[str | int]) -> bool:
    for part in parts:
        match table, part:
            case dict(), str() if part in table:
                table = table[part]
            case list(), int() if part < len(table):
                table = table[part]
            case _:
                return False
    return True

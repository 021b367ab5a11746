"""`glossary/*.csv` beside the configuration: how certain words are translated, with every problem by file and line."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from aggregator.config.words import meant, quoted
from aggregator.core.codes import LOOSE
from aggregator.core.glossary import ANY, Entry
from aggregator.core.language import canonical
from aggregator.errors import Problem

COLUMNS = ("source", "target", "pair", "do-not-translate", "note")
WORDS = {"": False, "no": False, "false": False, "0": False, "yes": True, "true": True, "1": True, "x": True}
LONGEST = 200  # characters of a term


def read(folder: Path) -> tuple[list[Entry], list[Problem]]:
    """The entries of all files in a folder, which need not exist, and what is wrong with them."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    homes: dict[tuple[str, str, str], tuple[str, str]] = {}
    for file in sorted(folder.glob("*.csv")):
        for place, found in _lines(file):
            if isinstance(found, str):
                problems.append(Problem(str(file), place, found))
                continue
            home, target = homes.setdefault((found.source, found.of, found.into), (f"{file.name}, {place}", found.target))
            if target != found.target:
                problems.append(Problem(str(file), place, f"{quoted(found.source)} has another translation in {home}; keep one of them"))
            entries.append(found)
    return entries, problems


def _lines(file: Path) -> Iterator[tuple[str, Entry | str]]:
    """(place, entry or what is wrong) for each line that says something."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            rows = csv.reader(text, strict=True)
            names = [name.strip().lower() for name in next(rows, [])]
            if wrong := _header_problem(names):
                yield "line 1", wrong
                return
            for row in rows:
                if any(cell.strip() for cell in row):
                    yield f"line {rows.line_num}", _entry(names, row)
    except OSError as error:
        yield "", f"can't be read: {error.strerror}"
    except UnicodeDecodeError as error:
        yield "", f"is not UTF-8 at byte {error.start}; save it as UTF-8"
    except csv.Error as error:
        yield f"line {rows.line_num}", f"is not CSV: {error}"


def _header_problem(names: Sequence[str]) -> str:
    unknown = next((name for name in names if name not in COLUMNS), None)
    if unknown is not None:
        return f"there is no column {quoted(unknown)}{meant(unknown, COLUMNS)}; write {','.join(COLUMNS[:4])} in the first line"
    return "" if "source" in names else f"the column 'source' is missing; write {','.join(COLUMNS[:4])} in the first line"


def _entry(names: Sequence[str], row: Sequence[str]) -> Entry | str:
    if len(row) > len(names):
        return f"has {len(row)} cells, the first line names {len(names)}; put a text with commas into quotes"
    cells = dict.fromkeys(COLUMNS, "") | {name: " ".join(cell.split()) for name, cell in zip(names, row, strict=False)}
    source, target, kept = cells["source"], cells["target"], WORDS.get(cells["do-not-translate"].lower())
    if kept is None:
        return f"do-not-translate is {quoted(cells['do-not-translate'])}; write yes or nothing"
    if wrong := _text_problem(source, target, kept=kept):
        return wrong
    ends = _ends(cells["pair"])
    return Entry(source=source, target=target or source, of=ends[0], into=ends[1]) if isinstance(ends, tuple) else ends


def _text_problem(source: str, target: str, *, kept: bool) -> str:
    if not source:
        return "source is empty; write the word that is to be translated"
    if kept and target not in ("", source):
        return f"{quoted(source)} is not to be translated, but has a target; remove one of the two"
    if not kept and not target:
        return f"{quoted(source)} has no target; write its translation, or yes under do-not-translate"
    if max(len(source), len(target)) > LONGEST:
        return f"a term is longer than {LONGEST} characters; write single names and phrases"
    return "braces with a number, such as {0}, stand for markup; write the term without" if LOOSE.search(source + target) else ""


def _ends(pair: str) -> tuple[str, str] | str:
    """The two languages of "en>de"; nothing stands for all."""
    ends = [end.strip() for end in (pair or f"{ANY}>{ANY}").split(">")]
    tags = [end if end == ANY else canonical(end) for end in ends]
    if len(tags) != 2 or not all(tags):
        return f"pair is {quoted(pair)}; write two language tags such as en>zh-CN, * for any, or nothing"
    return tags[0], tags[1]

"""How results are shown: tables for people, JSON Lines for programs, progress only on a terminal."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from aggregator.model import Completed, Polled, Published, Translated

if TYPE_CHECKING:
    from rich.progress import Progress

# C0 and C1 controls, DEL, line separators, bidi overrides: what a hostile title could steer a terminal with
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


def printable(text: str) -> str:
    """The text as one line that can't steer a terminal."""
    return UNPRINTABLE.sub(" ", text)


UNBOUNDED = 10_000  # columns where no terminal sets a width


class LineFormatter(logging.Formatter):
    """One event, one line, nothing in it that steers a terminal."""

    def __init__(self) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line; a traceback follows on the same line, its breaks shown as ` | `."""
        return printable(super().format(record).replace("\n", " | "))


class JsonFormatter(logging.Formatter):
    """One event, one line of JSON, in which nothing steers a terminal either. What the program did comes with its parts, as `event`."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as an object: time, level, logger, message, and event or traceback where there is one."""
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if (event := getattr(record, "event", None)) is not None:
            said["event"] = {"kind": type(event).__name__.lower(), **asdict(event)}
        if record.exc_info:
            said["traceback"] = self.formatException(record.exc_info)
        text = json.dumps(said, ensure_ascii=False, default=plain)
        return UNPRINTABLE.sub(lambda match: "".join(f"\\u{ord(each):04x}" for each in match[0]), text)


def show(rows: Sequence[Mapping[str, Any]], *, as_json: bool, title: str = "", empty: str = "") -> None:
    """Print rows on standard output: one JSON object a line, or a table as wide as the terminal."""
    if as_json:
        for row in rows:
            sys.stdout.write(json.dumps(row, ensure_ascii=False, default=plain) + "\n")
    elif rows:
        table(rows, title=title)
    elif empty:
        sys.stderr.write(f"{empty}\n")


def table(rows: Sequence[Mapping[str, Any]], *, title: str = "") -> None:
    """Print a table; columns that are empty in every row are left out."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    columns = [name for name in rows[0] if any(row.get(name) not in ("", None) for row in rows)]
    drawn = Table(title=title or None, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for name in columns:
        numeric = all(isinstance(row.get(name), int | float) for row in rows)
        drawn.add_column(name.replace("_", " "), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(printable(shown(row.get(name)))) for name in columns))
    console = Console(highlight=False, width=None if sys.stdout.isatty() else UNBOUNDED)
    with console.capture() as captured:
        console.print(drawn)
    sys.stdout.writelines(f"{line.rstrip()}\n" for line in captured.get().splitlines())


def plain(value: object) -> object:
    """What JSON has no form for."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return str(value)


def shown(value: object) -> str:
    """A cell as people read it."""
    match value:
        case None:
            return ""
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M:%SZ")
        case timedelta():
            return f"{value.total_seconds():.2f} s"
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return ", ".join(map(str, value))
        case _:
            return str(value)


class Bar:
    """A progress bar on standard error where that is a terminal, silence elsewhere."""

    def __init__(self, label: str, *, quiet: bool) -> None:
        self._progress: Progress | None = None
        self._label = label
        if sys.stderr.isatty() and not quiet:
            from rich.console import Console
            from rich.progress import Progress

            self._progress = Progress(console=Console(stderr=True), transient=True)
            self._task = self._progress.add_task(label, total=None)

    def shown(self) -> AbstractContextManager[object]:
        """Draw it while the block runs."""
        return self._progress or nullcontext()

    def step(self, event: Polled | Completed | Translated | Published) -> None:
        """One more done."""
        if self._progress:
            name = event.mark.key if isinstance(event, Published) else event.source
            self._progress.update(self._task, advance=1, description=f"{self._label}: {printable(name)[:40]}")


def lines(items: Iterable[str]) -> None:
    """Print lines on standard output as they are."""
    for item in items:
        sys.stdout.write(item)

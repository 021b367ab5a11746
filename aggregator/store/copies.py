"""Where the last copy of a store was made: noted beside it, as a damaged store can't tell."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

_OR = "or let `aggregator store rebuild` make a new one of the documents"


def note(file: Path, copy: Path) -> None:
    """Remember where a copy of the store in a file was made. That this can't be written is no reason to do without the copy."""
    with suppress(OSError):
        _note_of(file).write_text(f"{copy.absolute()}\n", encoding="utf-8")


def last(file: Path) -> Path | None:
    """The last copy that was made, if it still stands there."""
    try:
        copy = Path(_note_of(file).read_text(encoding="utf-8").strip())
        return copy if copy.is_file() else None
    except (OSError, ValueError):
        return None


def remedy(file: Path | None) -> str:
    """What to do about a store that is damaged."""
    copy = last(file) if file else None
    place = f"put {copy}, the last copy made with `aggregator store backup`," if copy else "put a copy made with `aggregator store backup`"
    return f"stop the program, {place} in its place, {_OR}, and start again"


def _note_of(file: Path) -> Path:
    return file.with_name(f"{file.name}.copy")

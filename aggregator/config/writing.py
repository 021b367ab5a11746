"""Adds files of sources beside a configuration."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, count
from pathlib import Path
from typing import Any

from aggregator.config.showing import pairs
from aggregator.config.words import dotted
from aggregator.errors import UsageError


def sources_text(sources: Mapping[str, Mapping[str, Any]], *, origin: str) -> str:
    """A file of sources as TOML; `origin` says in a comment where they come from."""
    tables = (f"\n[{dotted('sources', name)}]\n" + "".join(f"{pair}\n" for pair in pairs(table)) for name, table in sources.items())
    return f"# {origin}\n" + "".join(tables)


def add_sources(config: Path, stem: str, text: str) -> Path:
    """Write a new file into sources/ beside the configuration, named after the stem. Raises UsageError where it can't be written."""
    folder = config.parent / "sources"
    try:
        if not folder.is_dir():
            folder.mkdir()
        path = _free_path(folder, stem)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise UsageError(f"Can't write into {folder}: {error.strerror}.") from error
    return path


def _free_path(folder: Path, stem: str) -> Path:
    names = chain([stem], (f"{stem}-{number}" for number in count(2)))
    return next(path for name in names if not (path := folder / f"{name}.toml").exists())

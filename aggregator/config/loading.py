"""From files to settings, with everything that is wrong in all of them found at once.

The main file and every `sources/*.toml` and `glossary/*.csv` beside it are read, each is checked on its own, then what they say of each
other is.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from aggregator.config import adapters, glossary, rules
from aggregator.config.adapters import Adapters
from aggregator.config.problems import problems_of
from aggregator.config.secrets import Place
from aggregator.config.settings import Settings, assemble
from aggregator.config.tables import MainFile, SourcesFile
from aggregator.core.glossary import Entry
from aggregator.errors import ConfigError, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One file as it was read: a raw table, or what stood in the way."""

    file: str
    table: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def load(path: Path, *, environ: Mapping[str, str], ask: Adapters | None = None) -> Settings:
    """The settings that a file and the `sources/*.toml` beside it make; `environ` holds secrets, `ask` knows what kinds and engines take.

    Raises ConfigError with every problem.
    """
    documents = [read(file) for file in (path, *_source_files(path.parent))]
    terms, problems = glossary.read(path.parent / "glossary")
    return _settings(documents, Place(folder=path.parent.resolve(), environ=environ), ask, terms=terms, found=problems)


def from_table(table: Mapping[str, Any], *, folder: Path, environ: Mapping[str, str], file: str = "") -> Settings:
    """The settings that a table of the main file's form makes, as if it stood in `folder`. Raises ConfigError with every problem."""
    return _settings([Document(file=file, table=table)], Place(folder=folder.resolve(), environ=environ), None)


def defaults(folder: Path = Path("config")) -> Settings:
    """The settings that an empty file in `folder` makes."""
    return from_table({}, folder=folder, environ={})


def read(path: Path) -> Document:
    """One TOML file (version 1.0; a byte order mark does no harm)."""
    try:
        return Document(file=str(path), table=tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except FileNotFoundError:
        message = "there is no such file; run `aggregator init` to make one, or name another with -c FILE or $AGGREGATOR_CONFIG"
    except OSError as error:
        message = f"can't be read: {error.strerror}"
    except UnicodeDecodeError as error:
        message = f"is not UTF-8 at byte {error.start}; save it as UTF-8"
    except RecursionError:
        message = "is nested too deeply to be read"
    except ValueError as error:  # tomllib's own, and Python's for a number of thousands of digits
        message = _syntax_problem(str(error))
    return Document(file=str(path), problems=(Problem(str(path), "", message),))


def _syntax_problem(message: str) -> str:
    """What tomllib says, the place first: "line 3, column 5: ..."."""
    match = re.fullmatch(r"(.*) \(at (.*)\)", message, re.DOTALL)
    what, where = (match[1], match[2]) if match else (message, "somewhere")
    return f"{where}: this is not TOML: {what[:1].lower() + what[1:]}"


def _source_files(folder: Path) -> list[Path]:
    """The files of sources, by name, without those that editors hide there."""
    return sorted(path for path in (folder / "sources").glob("*.toml") if not path.name.startswith("."))


def _settings(
    documents: Sequence[Document],
    place: Place,
    ask: Adapters | None,
    *,
    terms: Sequence[Entry] = (),
    found: Sequence[Problem] = (),
) -> Settings:
    """The settings from a main document, any number of sources' documents, and a glossary in which problems were `found`."""
    checked = [_checked(document, MainFile if document is documents[0] else SourcesFile, place) for document in documents]
    files = [result for result in checked if not isinstance(result, list)]
    problems = [problem for result in checked if isinstance(result, list) for problem in result]
    tables = {document.file: document.table for document in documents}
    sound = {each.file: result.sources for each, result in zip(documents, checked, strict=True) if not isinstance(result, list)}
    problems += rules.problems(tables)
    told = {(problem.file, problem.key) for problem in problems}
    asked = adapters.problems(tables, place, ask, sound=sound) if ask else ()
    problems += [each for each in asked if (each.file, each.key) not in told]
    problems += found
    if problems or not isinstance(files[0], MainFile):
        raise ConfigError(problems)
    sources = {name: source for file in files for name, source in file.sources.items()}
    return replace(assemble(files[0], sources, folder=place.folder), glossary=tuple(terms))


def _checked(document: Document, model: type[MainFile | SourcesFile], place: Place) -> MainFile | SourcesFile | list[Problem]:
    """The document as its model, or what is wrong with it."""
    if document.problems:
        return list(document.problems)
    try:
        return model.model_validate(document.table, context=place)
    except ValidationError as error:
        return problems_of(error, file=document.file, root=model)

"""What only the adapters know to be wrong, asked of every table that they can be asked about, so that it is told with all the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from aggregator.config.rules import tables_at
from aggregator.config.secrets import Place
from aggregator.config.settings import source_of
from aggregator.config.tables import Site, SourceTable, TranslatorSettings
from aggregator.config.words import dotted
from aggregator.errors import Problem
from aggregator.model import Source

Complaints = Iterable[tuple[str, str]]  # (key within the table, or "" for all of it; message)

FOR_THE_KIND = ("url", "kind", "items", "fields", "date_format", "next", "options", "full_text")
NOWHERE = "https://nowhere.invalid/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapters:
    """Whom to ask: what is wrong with a source for its kind, and with what an engine of a name is told."""

    source: Callable[[Source], Complaints]
    translator: Callable[[str, TranslatorSettings], Complaints]


def problems(
    tables: Mapping[str, Mapping[str, Any]], place: Place, adapters: Adapters, *, sound: Mapping[str, Mapping[str, SourceTable]]
) -> Iterator[Problem]:
    """What the adapters say of the sources and engines in the files, by name and the main one first; the sources of some are `sound`."""
    for file, table in tables.items():
        for name, raw in tables_at(table, "sources").items():
            if source := sound[file][name] if file in sound else _source(raw, place):
                yield from _told(adapters.source(source_of(name, source, site=Site(languages=()))), file, "sources", name)
    main, table = next(iter(tables.items()))
    for name, raw in tables_at(table, "translators").items():
        if translator := _translator(raw, place):
            yield from _told(adapters.translator(name, translator), main, "translators", name)


def _told(complaints: Complaints, file: str, *path: str) -> Iterator[Problem]:
    return (Problem(file, dotted(*path, *filter(None, key.split("."))), message) for key, message in complaints)


def _source(raw: Any, place: Place) -> SourceTable | None:
    """The table, or what is right in it and concerns its kind; None where it does not even name one."""
    try:
        return SourceTable.model_validate(raw, context=place)
    except ValidationError as error:
        wrong = _wrong_keys(error)
    if not isinstance(raw, dict) or "kind" in wrong:
        return None
    right = {key: raw[key] for key in FOR_THE_KIND if key in raw and key not in wrong}
    return SourceTable.model_validate({"url": NOWHERE} | right, context=place)


def _translator(raw: Any, place: Place) -> TranslatorSettings | None:
    """The table, or what is right in it; None where it does not even name an engine."""
    try:
        return TranslatorSettings.model_validate(raw, context=place)
    except ValidationError as error:
        wrong = _wrong_keys(error)
    right = {key: value for key, value in raw.items() if key not in wrong} if isinstance(raw, dict) else {}
    return TranslatorSettings.model_validate(right, context=place) if "engine" in right else None


def _wrong_keys(error: ValidationError) -> set[str | int]:
    return {details["loc"][0] for details in error.errors(include_url=False) if details["loc"]}

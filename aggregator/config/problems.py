"""What pydantic finds wrong, in words for the person who wrote the file."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from aggregator.config.tables import TABLES, WITHIN, MainFile, keys_of
from aggregator.config.words import dotted, meant, quoted, type_of
from aggregator.errors import Problem

WANTED = {
    "string_type": 'must be text in quotes, such as "..."',
    "int_type": "must be a whole number, without quotes",
    "bool_type": "must be true or false, without quotes",
    "tuple_type": 'must be a list, such as ["..."]',
    "dict_type": "must be a table",
    "model_type": "must be a table",
}
MISSING = {
    "url": 'write url = "https://..."',
    "engine": 'write engine = "opencc", for one',
    "engines": 'write engines = ["google"], for one',
}


def problems_of(error: ValidationError, *, file: str, root: type[BaseModel]) -> list[Problem]:
    """Every problem in one file, in the order of the file's model."""
    return [Problem(file, dotted(*_place(details)), _words(details, root)) for details in error.errors(include_url=False)]


def _place(details: ErrorDetails) -> tuple[int | str, ...]:
    """Where the problem is; pydantic marks a bad key by one more step."""
    return tuple(part for part in details["loc"] if part != "[key]")


def _words(details: ErrorDetails, root: type[BaseModel]) -> str:
    kind, value, context = details["type"], details["input"], details.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind == "extra_forbidden":
        return _unknown_key([str(part) for part in details["loc"]], value, root)
    if kind in WANTED:
        return f"{WANTED[kind]}, not {type_of(value)}"
    if kind == "missing":
        return f"is missing; {MISSING[str(details['loc'][-1])]}"
    return _out_of_bounds(kind, value, context)


def _out_of_bounds(kind: str, value: Any, context: dict[str, Any]) -> str:
    match kind:
        case "literal_error":
            choices = str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
            return f"{quoted(value)} is not one of {', '.join(choices)}{meant(str(value) if isinstance(value, str) else '', choices)}"
        case "greater_than_equal":
            return f"{quoted(value)} is too small; the least is {context['ge']}"
        case "less_than_equal":
            return f"{quoted(value)} is too much; the most is {context['le']}"
    raise AssertionError(f"no words for pydantic's {kind}")


def _unknown_key(loc: list[str], value: object, root: type[BaseModel]) -> str:
    """What is said of a key that its table does not have."""
    key, section = loc[-1], loc[0] if len(loc) > 1 else ""
    if not section and key in keys_of(MainFile):
        return "does not belong into a file of sources; move it to the main file"
    if not section and isinstance(value, dict) and "url" in value:
        return f"is no table of a configuration; write [{dotted('sources', key)}]"
    table = WITHIN.get((section, loc[1])) if len(loc) > 3 else None
    table = table or (TABLES[section] if section else root)
    known = keys_of(table)
    return f"there is no such key{meant(key, known) or _elsewhere(key) or '; there are ' + ', '.join(known)}"


def _elsewhere(key: str) -> str:
    """Where a key belongs that another table has."""
    homes = [section for section, table in TABLES.items() if key in keys_of(table)]
    return f" here; it belongs to {' or '.join(f'[{home}]' for home in homes)}" if homes else ""

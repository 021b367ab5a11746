"""The values that keep a site in order: how much is kept of a source, and which command builds the site."""

from __future__ import annotations

import re
import shlex
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, PlainValidator, WithJsonSchema

from aggregator.config.words import quoted
from aggregator.model import Retention

DAYS = re.compile("[1-9][0-9]{0,4}d")


def retention(value: object) -> Retention:
    """What is kept: the last days, the newest items, or both."""
    match value:
        case Retention():
            return value
        case bool():
            pass
        case int() if value > 0:
            return Retention(items=value)
        case str() if DAYS.fullmatch(value):
            return Retention(age=timedelta(days=int(value[:-1])))
        case dict() if value.keys() <= {"age", "items"}:
            parts = [retention(part) for part in value.values()]
            whole = Retention(age=parts[0].age or parts[-1].age, items=parts[0].items or parts[-1].items) if parts else Retention()
            if {"age", "items"} & value.keys() == {name for name in ("age", "items") if getattr(whole, name)}:
                return whole
    raise ValueError(f'{quoted(value)} says not what to keep; write "90d", 5000, or {{ age = "90d", items = 5000 }}')


def command(value: str) -> str:
    """A command and its arguments, which can be split as a shell does that knows nothing but quotes."""
    try:
        words = shlex.split(value)
    except ValueError as error:
        raise ValueError(f"{quoted(value)} is no command: {str(error).lower()}") from None
    if not words:
        raise ValueError('is empty; write a command such as "hugo --minify"')
    return value


Retain = Annotated[
    Retention,
    PlainValidator(retention),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": "^[1-9][0-9]{0,4}d$"},
                {"type": "integer", "minimum": 1},
                {
                    "type": "object",
                    "properties": {"age": {"type": "string"}, "items": {"type": "integer", "minimum": 1}},
                    "additionalProperties": False,
                },
            ]
        }
    ),
]
Command = Annotated[str, AfterValidator(command)]

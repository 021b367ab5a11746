"""Nouns as JSON and back, for the pipe between our own processes: both ends are the same version of the same classes."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from functools import cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

Noun = TypeVar("Noun")
_TICK = timedelta(microseconds=1)


def dump(noun: object) -> bytes:
    """A dataclass of texts, numbers, times, tuples, mappings and other dataclasses as JSON. Raises TypeError for anything else in it."""
    return _ENCODER.encode(noun).encode("utf-8", "surrogatepass")


def load(form: type[Noun], data: bytes) -> Noun:
    """The value of class `form` that was dumped. Raises ValueError or TypeError for what is none."""
    made: Noun = _maker(cast(Hashable, form))(json.loads(data.decode("utf-8", "surrogatepass")))
    return made


def _plain(value: Any) -> Any:
    """A dataclass as the list of its fields, in the order of its declaration."""
    if row := _row(cast(Hashable, type(value))):
        return row(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value // _TICK
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


_ENCODER = json.JSONEncoder(default=_plain, ensure_ascii=False, separators=(",", ":"))


@cache
def _row(form: type) -> Callable[[Any], Any] | None:
    """What takes the fields out of a dataclass; None for another class."""
    if not is_dataclass(form):
        return None
    names = [field.name for field in fields(form)]
    return attrgetter(*names) if len(names) > 1 else lambda value: [getattr(value, name) for name in names]


def _same(value: Any) -> Any:
    """The value, which JSON has as it is."""
    return value


@cache
def _maker(form: Any) -> Callable[[Any], Any]:
    """What makes a value of this type from what JSON has for it."""
    if is_dataclass(form):
        return _dataclass_maker(form)
    if form is datetime:
        return datetime.fromisoformat
    if form is timedelta:
        return lambda ticks: ticks * _TICK
    if get_origin(form) is tuple:
        one = _maker(get_args(form)[0])
        return tuple if one is _same else lambda values: tuple(map(one, values))
    if get_origin(form) in (Union, UnionType):
        known = _maker(next(part for part in get_args(form) if part is not NoneType))
        return _same if known is _same else lambda value: None if value is None else known(value)
    return _same


def _dataclass_maker(form: Any) -> Callable[[Any], Any]:
    hints = get_type_hints(form)
    names = [field.name for field in fields(form)]
    makers = [(name, make) for name in names if (make := _maker(hints[name])) is not _same]

    def made(row: Any) -> Any:
        values = dict(zip(names, row, strict=True))
        for name, make in makers:
            values[name] = make(values[name])
        return form(**values)

    return made

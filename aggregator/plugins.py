"""Finds the source kinds, translators and publishers by entry point, ours and others' alike, and says which options they take."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, PackageNotFoundError, distribution, entry_points
from inspect import Parameter, signature
from typing import Any, Literal, get_args, get_origin

from aggregator.config.words import meant, type_of
from aggregator.errors import AggregatorError

SOURCES, TRANSLATORS, PUBLISHERS = "aggregator.sources", "aggregator.translators", "aggregator.publishers"
TYPES = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


@dataclass(frozen=True, slots=True)
class Plugin:
    """One thing the configuration can name; `target` is `module:object`, loaded only when named."""

    group: str
    name: str
    target: str
    distribution: str


@cache
def _points(group: str) -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=group)}


@cache
def _own() -> dict[tuple[str, str], EntryPoint]:
    """What this program brings along, by group and name: to find that, not everything that is installed has to be read."""
    try:
        return {(point.group, point.name): point for point in distribution("aggregator").entry_points}
    except PackageNotFoundError:  # it runs from where it was not installed
        return {}


def available() -> list[Plugin]:
    """Everything that is installed, nothing of it loaded."""
    return [
        Plugin(group.removeprefix("aggregator."), name, point.value, point.dist.name if point.dist else "")
        for group in (SOURCES, TRANSLATORS, PUBLISHERS)
        for name, point in sorted(_points(group).items())
    ]


def names(group: str) -> list[str]:
    """What can be named in one group, sorted."""
    return sorted(_points(group))


@cache
def load(group: str, name: str) -> Any:
    """The class behind a name. Raises AggregatorError when it is not installed or does not import."""
    point = _point(group, name)
    try:
        return point.load()
    except (ImportError, AttributeError) as error:
        raise AggregatorError(f"{name!r} is installed but does not load: {error}") from error


def target(group: str, name: str) -> str:
    """Where the class behind a name is, as `module:object`, nothing loaded. Raises AggregatorError when it is not installed."""
    return _point(group, name).value


def _point(group: str, name: str) -> EntryPoint:
    try:
        return _own().get((group, name)) or _points(group)[name]
    except KeyError:
        known = names(group)
        raise AggregatorError(f"{name!r} is not installed; there are: {', '.join(known)}{meant(name, known)}") from None


def option_problems(make: Callable[..., Any], options: Mapping[str, Any], *, of: str) -> Iterator[tuple[str, str]]:
    """What is wrong with the options for something that is made as `make(name, **options)`, as (key, message); `of` says what that is."""
    taken = _options_of(make)
    if taken is None:
        return
    known = [name for name, parameter in taken.items() if parameter.kind is not Parameter.VAR_KEYWORD]
    for key, value in options.items():
        if key in known:
            wanted = _wanted(taken[key].annotation)
            if wanted and not _fits(value, taken[key].annotation):
                yield key, f"must be {wanted}, not {_named(value)}"
        elif len(known) == len(taken):
            there = f"it has {', '.join(known)}{meant(key, known)}" if known else "it has none"
            yield key, f"{of} has no such option; {there}"
    for key in known:
        if key not in options and taken[key].default is Parameter.empty:
            yield key, f"is missing; {of} needs it"


def _options_of(make: Callable[..., Any]) -> dict[str, Parameter] | None:
    """The parameters after the name; None where they can't be told."""
    try:
        _, *options = signature(make, eval_str=True).parameters.values()
    except (NameError, TypeError, ValueError):  # built in, or annotated with names that exist for type checkers only
        return None
    return {parameter.name: parameter for parameter in options if parameter.kind is not Parameter.VAR_POSITIONAL}


def _wanted(annotation: Any) -> str:
    """What a value of this type is in TOML, in words; empty where that can't be told, and any value will do."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return f"one of {', '.join(map(str, parts))}"
    if origin is Mapping:
        return "a table"
    if origin is tuple and parts[0] in TYPES and parts[1:] == (Ellipsis,):
        return f"a list of values, each {TYPES[parts[0]]}"
    if origin is tuple and parts[0] in TYPES and parts.count(parts[0]) == len(parts):
        return f"a list of {len(parts)} values, each {TYPES[parts[0]]}"
    return TYPES.get(annotation, "")


def _fits(value: Any, annotation: Any) -> bool:
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return value in parts
    if origin is Mapping:
        return isinstance(value, dict)
    if origin is tuple:
        each = (parts[0],) * len(value) if parts[1:] == (Ellipsis,) and isinstance(value, list) else parts
        return isinstance(value, list) and len(value) == len(each) and all(map(_fits, value, each))
    return isinstance(value, (int, float) if annotation is float else annotation) and (annotation is bool or not isinstance(value, bool))


def _named(value: Any) -> str:
    """A value by its type, for it may be a secret."""
    return "text" if isinstance(value, str) else type_of(value)

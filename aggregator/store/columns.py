"""Column types: how the nouns' values lie in both databases, the same to the microsecond and to the character."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Dialect, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from aggregator.model import LONG_AGO, Media, Wait

_MICROSECOND = timedelta(microseconds=1)


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970 in UTC, exact and negative before that."""
    return (moment - LONG_AGO) // _MICROSECOND


def storable(text: str) -> str:
    """The text as both databases can hold it: NUL and lone surrogates become U+FFFD, surrogate pairs the character they mean."""
    if text.isascii() and "\0" not in text:
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("\0", "\ufffd")


class Prose(TypeDecorator[str]):
    """Text that people wrote: anything goes in, see `storable`."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Clean on the way in."""
        return None if value is None else storable(value)


class Key(Prose):
    """Text that rows are found and sorted by: in code point order in both databases, whatever the server's locale."""

    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """SQLite compares bytes anyway; PostgreSQL has to be told."""
        return dialect.type_descriptor(Text(collation="C") if dialect.name == "postgresql" else Text())


class Instant(TypeDecorator[datetime]):
    """An aware time as whole microseconds since 1970: exact, sortable, and no database has an opinion about zones."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """To microseconds."""
        return None if value is None else microseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """From microseconds, in UTC."""
        return None if value is None else LONG_AGO + timedelta(microseconds=value)


class Day(TypeDecorator[date]):
    """A day of the calendar as ISO 8601 writes it, which sorts as days do."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """As a Key."""
        return dialect.type_descriptor(Text(collation="C") if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        """To text."""
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        """From text."""
        return None if value is None else date.fromisoformat(value)


class Span(TypeDecorator[timedelta]):
    """A duration in whole microseconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:
        """To microseconds."""
        return None if value is None else value // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> timedelta | None:
        """From microseconds."""
        return None if value is None else timedelta(microseconds=value)


class Words(TypeDecorator[tuple[str, ...]]):
    """A tuple of strings as a JSON list."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:
        """To JSON."""
        return None if value is None else _json([storable(word) for word in value] if not _is_plain(value) else value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:
        """From JSON."""
        return None if value is None else tuple(_list(value))


class Numbers(TypeDecorator[tuple[int, ...]]):
    """A tuple of whole numbers as a JSON list."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[int, ...] | None, dialect: Dialect) -> str | None:
        """To JSON."""
        return None if value is None else _json(list(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[int, ...] | None:
        """From JSON."""
        return None if value is None else tuple(_list(value))


class Waits(TypeDecorator[tuple[Wait, ...]]):
    """A tuple of Wait as a JSON list of pairs: microseconds, rule."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[Wait, ...] | None, dialect: Dialect) -> str | None:
        """To JSON."""
        return None if value is None else _json([[wait.length // _MICROSECOND, wait.rule] for wait in value])

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Wait, ...] | None:
        """From JSON."""
        return None if value is None else tuple(Wait(timedelta(microseconds=length), rule) for length, rule in _list(value))


class MediaList(TypeDecorator[tuple[Media, ...]]):
    """A tuple of Media as a JSON list of objects; fields at their default are left out."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[Media, ...] | None, dialect: Dialect) -> str | None:
        """To JSON."""
        return None if value is None else _json([_told(medium) for medium in value])

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Media, ...] | None:
        """From JSON."""
        return None if value is None else tuple(Media(**told) for told in _list(value))


_SILENT = asdict(Media(url=""))


def _told(medium: Media) -> dict[str, Any]:
    said = {name: value for name, value in asdict(medium).items() if name == "url" or value != _SILENT[name]}
    return {name: storable(value) if isinstance(value, str) else value for name, value in said.items()}


def _list(text: str) -> list[Any]:
    """Most lists are empty, and not parsing them is a quarter of the time it takes to read an item."""
    return [] if text == "[]" else list(json.loads(text))


def _is_plain(words: tuple[str, ...]) -> bool:
    return (text := "".join(words)).isascii() and "\0" not in text


def _json(value: Any) -> str:
    return _encoded(value) if value else "[]"


_encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

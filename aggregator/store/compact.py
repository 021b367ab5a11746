"""Column types that take less room than what they hold: ids and digests as bytes on SQLite, texts deflated on both databases."""

from __future__ import annotations

import zlib
from typing import Any

from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

from aggregator.store.columns import Key, storable

_PLAIN, _DEFLATED = b"\0", b"\1"  # a text begins with what was done to it
_UUID, _WRITTEN = 16, 36  # bytes, and characters
_RAW = -15  # deflate without zlib's head and sum, in a window of 32 KB


class Hex(Key):
    """A digest. SQLite keeps one in small hexadecimal letters as bytes, which sort as it does, and anything else as it is."""

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        """To bytes, if that gives the same text back."""
        return compact_hex(value) if value and dialect.name == "sqlite" else super().process_bind_param(value, dialect)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        """From bytes."""
        return value.hex() if isinstance(value, bytes) else value


class Uuid(Key):
    """An item's id. SQLite keeps a UUID as its 16 bytes, which sort as it does, and anything else as it is."""

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        """To bytes, if that gives the same text back."""
        return compact_uuid(value) if value and dialect.name == "sqlite" else super().process_bind_param(value, dialect)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        """From bytes."""
        return _dashed(value.hex()) if isinstance(value, bytes) else value


class Name(Key):
    """What an item is known under: an id, as of a Uuid, or a shorter or longer digest than 16 bytes, as of a Hex."""

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        """To bytes, if that gives the same text back."""
        return compact_name(value) if value and dialect.name == "sqlite" else super().process_bind_param(value, dialect)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        """From bytes."""
        digits = value.hex() if isinstance(value, bytes) else ""
        return (_dashed(digits) if len(digits) == 2 * _UUID else digits) or value


class Texts(TypeDecorator[tuple[str, ...]]):
    """Texts that are read together, deflated together: what one of them repeats of another costs next to nothing."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> bytes | None:
        """To bytes."""
        return None if value is None else packed(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> tuple[str, ...] | None:
        """From bytes."""
        return None if value is None else unpacked(value)


def packed(texts: tuple[str, ...]) -> bytes:
    """Texts as they are stored; a NUL, which none of them has, parts them."""
    plain = "\0".join(map(storable, texts)).encode()
    press = zlib.compressobj(wbits=_RAW)
    pressed = press.compress(plain) + press.flush()
    return _DEFLATED + pressed if len(pressed) < len(plain) else _PLAIN + plain


def unpacked(stored: bytes) -> tuple[str, ...]:
    """The texts again."""
    plain = zlib.decompress(stored[1:], _RAW) if stored[:1] == _DEFLATED else stored[1:]
    return tuple(plain.decode().split("\0"))


def compact_uuid(text: str) -> bytes | str:
    """A UUID, as Python writes it, as bytes; any other text as it can be stored."""
    if len(text) == _WRITTEN and text[8] == text[13] == text[18] == text[23] == "-":
        digits = text.replace("-", "")
        if (found := _bytes_of(digits)) and len(digits) == 2 * _UUID and found.hex() == digits:
            return found
    return storable(text)


def compact_hex(text: str) -> bytes | str:
    """Hexadecimal digits in pairs and small letters as bytes; any other text as it can be stored."""
    found = _bytes_of(text)
    return found if found and found.hex() == text else storable(text)


def compact_name(text: str) -> bytes | str:
    """A UUID or hexadecimal digits as bytes, where their number tells which of both it was; any other text as it can be stored."""
    return compact_uuid(text) if len(text) in (_WRITTEN, 2 * _UUID) else compact_hex(text)


def _bytes_of(digits: str) -> bytes:
    try:
        return bytes.fromhex(digits)
    except ValueError:
        return b""


def _dashed(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

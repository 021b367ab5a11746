"""Reads JSON that is not quite JSON: line breaks in texts, stray commas, and what stands before the place where it breaks off."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

DEEPEST = 64  # lists and objects within each other that are looked into where the document is broken
_DECODER = json.JSONDecoder(strict=False)  # texts may hold line breaks and tabs
_BETWEEN = re.compile(r"[\s,]*")
_SPACE = re.compile(r"\s*")
_BROKEN = (ValueError, RecursionError)


class Torn(dict[str, Any]):
    """An object that the document breaks off in: what stands in it may lack its half."""


class Json(NamedTuple):
    """A document's value, and what was wrong with it or ""; `torn` says that the document breaks off before its end."""

    value: Any
    fault: str = ""
    torn: bool = False


def read(text: str) -> Json:
    """The value of a text that begins with a list or an object, as far as it can be read."""
    try:
        return Json(_DECODER.decode(text))
    except _BROKEN as error:
        reader = _Reader(text)
        value, _ = reader.value(_SPACE.match(text).end(), 0)  # type: ignore[union-attr]  # matches everywhere
        return Json(value, _reason(error), reader.torn)


def _reason(error: Exception) -> str:
    """What is wrong with it, without a word of the text."""
    return str(error) if isinstance(error, json.JSONDecodeError) else "it is nested too deeply or holds an endless number"


class _Reader:
    """Goes into lists and objects that are broken, and leaves the others to the library. After a fault nothing more is read."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.torn = False

    def value(self, start: int, depth: int) -> tuple[Any, int]:
        """The value that begins here, and where it ends; None where it is broken and holds nothing else."""
        try:
            value, end = _DECODER.raw_decode(self._text, start)
        except _BROKEN:
            return self._broken(start, depth)
        self.torn = end == len(self._text) and type(value) in (int, float)  # more figures may have followed
        return (None if self.torn else value), end

    def _broken(self, start: int, depth: int) -> tuple[Any, int]:
        opened = self._text[start : start + 1] if depth < DEEPEST else ""
        if opened == "[":
            return self._list(start + 1, depth)
        if opened == "{":
            return self._object(start + 1, depth)
        self.torn = True
        return None, start

    def _list(self, at: int, depth: int) -> tuple[list[Any], int]:
        found: list[Any] = []
        while not self._ends(at := self._next(at), "]"):
            value, at = self.value(at, depth + 1)
            if value is not None or not self.torn:
                found.append(value)
            if self.torn:
                break
        return found, at + 1

    def _object(self, at: int, depth: int) -> tuple[dict[str, Any], int]:
        found: dict[str, Any] = {}
        while not self._ends(at := self._next(at), "}"):
            key, at = self._key(at)
            value, at = (None, at) if self.torn else self.value(at, depth + 1)
            if self.torn and value is None:
                break
            found[key] = value
            if self.torn:
                break
        return (Torn(found) if self.torn else found), at + 1

    def _key(self, at: int) -> tuple[str, int]:
        """A key, and where its value begins."""
        try:
            key, at = _DECODER.raw_decode(self._text, at)
        except _BROKEN:
            key = None
        colon = _SPACE.match(self._text, at).end()  # type: ignore[union-attr]
        if not isinstance(key, str) or self._text[colon : colon + 1] != ":":
            self.torn = True
            return "", at
        return key, _SPACE.match(self._text, colon + 1).end()  # type: ignore[union-attr]

    def _next(self, at: int) -> int:
        """Where the next member begins, or its end."""
        return _BETWEEN.match(self._text, at).end()  # type: ignore[union-attr]

    def _ends(self, at: int, end: str) -> bool:
        return self.torn or self._text[at : at + 1] == end

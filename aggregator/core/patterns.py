"""Regular expressions that are compiled by their first use: a round in which nothing is new needs few, and all take 15 ms.

And what they find replaced without holding every piece of a long text, each of which takes more memory than fifty characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import islice
from typing import Any, cast

_LONG = 100_000  # characters
_MANY = 2_000  # pieces


class _Late:
    def __init__(self, text: str, flags: int) -> None:
        self._text, self._flags = text, flags

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._text, self._flags)

    def __getattr__(self, name: str) -> Any:
        """What the pattern has of this name, from now on at hand."""
        found = self.__dict__[name] = getattr(self._compiled, name)
        return found


def late(text: str, flags: int = 0) -> re.Pattern[str]:
    """What re.compile makes, as soon as it is asked for something. The functions of `re` don't take it."""
    return cast("re.Pattern[str]", _Late(text, flags))


def replaced(pattern: re.Pattern[str], by: Callable[[re.Match[str]], str], text: str) -> str:
    """As `pattern.sub(by, text)`, which is faster and holds all pieces until the end."""
    return pattern.sub(by, text) if len(text) < _LONG else together(_pieces(pattern, by, text))


def together(pieces: Iterable[str]) -> str:
    """As `"".join(pieces)`, which holds all of them until the end."""
    rest = iter(pieces)
    return "".join(map("".join, iter(lambda: list(islice(rest, _MANY)), [])))


def _pieces(pattern: re.Pattern[str], by: Callable[[re.Match[str]], str], text: str) -> Iterator[str]:
    at = 0
    for found in pattern.finditer(text):
        yield text[at : found.start()]
        yield by(found)
        at = found.end()
    yield text[at:]

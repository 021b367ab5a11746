"""Regular expressions that are compiled by their first use: a round in which nothing is new needs few, and all take 15 ms."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any, cast


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

"""What was lately made and may be wanted again, as much of it as there is room for."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Kept(Generic[Key, Value]):
    """Values by key, each with a weight, together never more than `room`: half of it for what was wanted since the other half was full.

    Threads may share one: each step is one of a dict, and a weight that is lost between two counts until the next half is full at most.
    """

    def __init__(self, *, room: int) -> None:
        self._half = room // 2
        self._weight = 0
        self._new: dict[Key, tuple[Value, int]] = {}
        self._old: dict[Key, tuple[Value, int]] = {}

    def get(self, key: Key) -> Value | None:
        """What was kept last under a key, if it still is."""
        found = self._new.get(key)
        if found is None and (found := self._old.get(key)) is not None:
            self.keep(key, found[0], weight=found[1])
        return found[0] if found else None

    def keep(self, key: Key, value: Value, *, weight: int) -> Value:
        """Keep a value instead of the former one, and return it; one that takes more than half the room is not kept."""
        if weight > self._half:
            return value
        if self._weight + weight > self._half:
            self._new, self._old, self._weight = {}, self._new, 0
        self._new[key] = (value, weight)
        self._weight += weight
        return value

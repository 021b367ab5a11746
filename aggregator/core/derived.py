"""What follows from a value that never changes, worked out once for as long as the value is there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import KeyedRef

Value = TypeVar("Value")
Result = TypeVar("Result")


def derived(work_out: Callable[[Value], Result]) -> Callable[[Value], Result]:
    """The function, which remembers its results by what it was asked about, not by what that is equal to."""
    known: dict[int, tuple[KeyedRef[int, Value], Result]] = {}

    def forget(gone: KeyedRef[int, Value]) -> None:
        if (held := known.get(gone.key)) is not None and held[0] is gone:
            del known[gone.key]

    @wraps(work_out)
    def asked(value: Value) -> Result:
        held = known.get(id(value))
        if held is None or held[0]() is not value:
            held = known[id(value)] = (KeyedRef(value, forget, id(value)), work_out(value))
        return held[1]

    return asked

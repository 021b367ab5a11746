"""An event loop whose clock jumps to the next timer as soon as nothing is left to do: a day takes as long as its work."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from selectors import SelectorKey, SelectSelector
from typing import Any, TypeVar

Result = TypeVar("Result")


class _Jumping(SelectSelector):
    """Waits for nothing and moves the clock instead."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("everything waits, and no timer is set")
        self.now += max(timeout, 0.0)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """Knows no sockets and no threads."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Seconds since the loop was made."""
        return self._jumping.now


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run on such a loop from its first second on."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work)

"""An event loop whose time jumps to the next thing that is waited for, so that waiting takes none."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class _Jump(selectors.DefaultSelector):  # type: ignore[misc, valid-type]
    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.now += timeout or 0
        return super().select(timeout if timeout is None else 0)


class JumpingLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jump = _Jump()
        super().__init__(self._jump)

    def time(self) -> float:
        return self._jump.now


def run(main: Coroutine[Any, Any, Result]) -> tuple[Result, float]:
    """What it returns, and how many seconds went by in its own time."""
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(main), runner.get_loop().time()

"""One child process, as the pool sees it: started without secrets, asked, killed."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Sequence
from contextlib import suppress

from aggregator.confined import frames
from aggregator.confined.question import Question
from aggregator.core import jsonable
from aggregator.errors import AggregatorError

STARTING = 30.0  # seconds that a child gets to load what it needs
_KEPT = ("HOME", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "PATH", "TZ")  # of the environment; the rest may hold keys


class Broken(AggregatorError):
    """A fault of the program or of a plug-in, with the child's traceback."""


class Child:
    """One child process, and the pipes to it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.nice = self.late = False

    @classmethod
    async def started(cls, command: Sequence[str]) -> Child:
        """A child that waits for questions. Out of the terminal's process group, so that Ctrl-C reaches only the one who ends it."""
        environment = {name: value for name, value in os.environ.items() if name in _KEPT or name.startswith("PYTHON")}
        pipe, nowhere = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        child = cls(
            await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=nowhere, env=environment, start_new_session=True)
        )
        try:
            async with asyncio.timeout(STARTING):
                await child._answer(most=0)
        except BaseException as error:
            cause = await child.end()
            if isinstance(error, EOFError | OSError):
                raise Broken(f"the process that reads bodies does not start ({cause})") from error
            raise
        return child

    @property
    def alive(self) -> bool:
        """Whether it has not ended, as far as is known."""
        return self._process.returncode is None

    async def ask(self, source: bytes, question: Question, body: bytes, *, most: int) -> tuple[frames.Head, bytes]:
        """Its answer of at most so many bytes. Raises EOFError or OSError where it dies over it."""
        stdin = self._process.stdin
        assert stdin is not None  # noqa: S101 - for the types: it was started with pipes
        asked = frames.packed(frames.SOURCE, source) + frames.packed(frames.QUESTION, jsonable.dump(question))
        stdin.writelines([asked, frames.announced(frames.BODY, len(body)), body])
        await stdin.drain()
        return await self._answer(most=most)

    async def _answer(self, *, most: int) -> tuple[frames.Head, bytes]:
        stdout = self._process.stdout
        assert stdout is not None  # noqa: S101
        head = frames.head(await stdout.readexactly(frames.HEAD_SIZE))
        if head.size > most:
            raise EOFError("a child that says more than it may is not listened to")
        return head, await stdout.readexactly(head.size)

    def stop(self) -> None:
        """Kill it, over a body that takes too long."""
        self.late = True
        with suppress(ProcessLookupError):
            self._process.kill()

    def yield_to_others(self) -> None:
        """Let it go on with less of the processor, for the rest of its life."""
        self.nice = True
        with suppress(OSError):  # it has ended just now
            os.setpriority(os.PRIO_PROCESS, self._process.pid, 10)

    async def end(self, *, dying: float = 0.0) -> str:
        """Kill it if it still runs, `dying` seconds from now, and wait for its end. Returns how it ended, in words.

        A signal to one that has just died would take its exit status from the thread that waits for it.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(dying):
                await self._process.wait()
        if self.alive:
            with suppress(ProcessLookupError):
                self._process.kill()
        if self._process.stdin:
            self._process.stdin.close()
        await self._process.communicate()
        status = self._process.returncode or 0
        return signal.Signals(-status).name if status < 0 else f"exit status {status}"

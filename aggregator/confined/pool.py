"""The pool of children: gives each body to one, and starts another when it is needed."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from aggregator.confined import frames
from aggregator.confined.limits import Limits, died
from aggregator.confined.process import Broken, Child
from aggregator.confined.question import Question
from aggregator.core import jsonable
from aggregator.core.contents import Contents
from aggregator.model import Failed, Fetched, Source

SHORT = 16_000  # bytes of an answer: a thread costs as much as to read it


class Readers:
    """Reads bodies in children that are started when they are first needed. `kinds` says which class, as `module:class`, reads what.

    `limits.places` bodies are read at once. One that is not done after `limits.patience` makes room for the next, and goes on beside
    it with less of the processor until `limits.seconds` are over: so a body that takes all its time holds up the others only briefly.
    """

    def __init__(self, kinds: Mapping[str, str], *, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        bounds, words = os.fsdecode(jsonable.dump(self.limits)), [f"{name}={target}" for name, target in kinds.items()]
        self._command = [sys.executable, "-P", "-m", "aggregator.confined.child", bounds, *words]
        self._places = asyncio.Semaphore(self.limits.places)
        self._slow = 0
        self._idle: dict[Child, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[object]] = set()
        self._starting: asyncio.Task[object] | None = None

    def expect(self) -> None:
        """Have a child ready, for a body that is likely to come: it starts while that body is fetched."""
        if not self._idle and not self._starting:
            self._starting = self._beside(self._start())

    async def read(
        self, source: Source, fetched: Fetched, *, now: datetime, known: Sequence[str] = (), repeated: Sequence[str] = ()
    ) -> Contents | Failed:
        """What the body holds, or why it can't be read. Raises Broken for a fault that is not the body's."""
        question = Question.of(source, fetched, now=now, known=known, repeated=repeated)
        await self._places.acquire()
        slow = False
        try:
            child = await self._child()
            task = asyncio.ensure_future(self._asked(child, question, fetched.body))
            try:
                done, _ = await asyncio.wait({task}, timeout=self.limits.patience)
                slow = not done and self._slow < self.limits.slow_places
                if slow:
                    self._make_room(child)
                return await task
            finally:
                task.cancel()
                await asyncio.wait({task})
        finally:
            if slow:
                self._slow -= 1
            else:
                self._places.release()

    async def aclose(self) -> None:
        """End all children."""
        if self._starting:
            self._starting.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        for child in list(self._idle):
            await self._taken(child).end()

    async def _child(self) -> Child:
        if not self._idle and self._starting:
            await asyncio.wait({self._starting})
        while self._idle:
            child = self._taken(next(reversed(self._idle)))
            if child.alive:
                return child
            await child.end()
        return await Child.started(self._command)

    def _keep(self, child: Child) -> None:
        self._idle[child] = asyncio.get_running_loop().call_later(self.limits.idle, self._retire, child)

    def _taken(self, child: Child) -> Child:
        self._idle.pop(child).cancel()
        return child

    def _retire(self, child: Child) -> None:
        self._beside(self._taken(child).end())

    def _beside(self, work: Coroutine[Any, Any, object]) -> asyncio.Task[object]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _start(self) -> None:
        try:
            with suppress(Broken):  # told to the one that needs a child
                self._keep(await Child.started(self._command))
        finally:
            self._starting = None

    def _make_room(self, child: Child) -> None:
        self._slow += 1
        self._places.release()
        child.yield_to_others()
        self.expect()  # this one will not serve another body

    async def _asked(self, child: Child, question: Question, body: bytes) -> Contents | Failed:
        """The child's answer; it is kept for the next question if it gave one in time and does not want to end."""
        reusable = False
        try:
            async with asyncio.timeout(self.limits.seconds):
                head, data = await child.ask(question, body, most=self.limits.answer)
            reusable = not head.last and not child.nice
        except TimeoutError:
            return self.limits.too_slow(question.source)
        except (EOFError, OSError):
            return died(question.source, await child.end(dying=1.0))
        finally:
            if reusable:
                self._keep(child)
            else:
                await child.end()
        return _understood(head, data) if len(data) < SHORT else await asyncio.to_thread(_understood, head, data)


def _understood(head: frames.Head, data: bytes) -> Contents | Failed:
    if head.tag == frames.BROKEN:
        raise Broken(data.decode("utf-8", "replace"))
    return jsonable.load(Failed, data) if head.tag == frames.FAILED else jsonable.load(Contents, data)

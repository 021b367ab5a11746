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
from aggregator.confined.question import Question, written
from aggregator.core import jsonable
from aggregator.core.contents import Contents
from aggregator.model import Failed, Fetched, Source

SHORT = 16_000  # bytes of an answer: a thread costs as much as to read it


class _Turn:
    """A body's turn: whether it was slow and made room for others, and what will see to it next."""

    def __init__(self) -> None:
        self.slow = False
        self.timer: asyncio.TimerHandle


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
        self._idle: dict[Child, float] = {}  # since when, the longest first
        self._retiring: asyncio.TimerHandle | None = None
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
        question = Question.of(fetched, now=now, known=known, repeated=repeated)
        await self._places.acquire()
        turn = _Turn()
        try:
            return await self._asked(await self._child(), turn, source, question, fetched.body)
        finally:
            if turn.slow:
                self._slow -= 1
            else:
                self._places.release()

    async def aclose(self) -> None:
        """End all children."""
        if self._starting:
            self._starting.cancel()
        if self._retiring:
            self._retiring.cancel()
            self._retiring = None
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
        loop = asyncio.get_running_loop()
        self._idle[child] = loop.time()
        if not self._retiring:  # one timer for all: they work far more often than they end
            self._retiring = loop.call_later(self.limits.idle, self._retire)

    def _taken(self, child: Child) -> Child:
        del self._idle[child]
        return child

    def _retire(self) -> None:
        """End the children that have been idle for too long, and look again when the next one may have been."""
        loop = asyncio.get_running_loop()
        for child in [child for child, since in self._idle.items() if since + self.limits.idle <= loop.time()]:
            self._beside(self._taken(child).end())
        ends = min(self._idle.values(), default=None)
        self._retiring = None if ends is None else loop.call_at(ends + self.limits.idle, self._retire)

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

    def _watch(self, child: Child, turn: _Turn) -> None:
        """See to a body that takes long: after the patience it makes room for others, and at the end of its time the child is killed."""
        loop, patience, rest = asyncio.get_running_loop(), self.limits.patience, self.limits.seconds - self.limits.patience

        def lose_patience() -> None:
            self._make_room(child, turn)
            turn.timer = loop.call_later(rest, child.stop)

        turn.timer = loop.call_later(patience, lose_patience) if rest > 0 else loop.call_later(self.limits.seconds, child.stop)

    def _make_room(self, child: Child, turn: _Turn) -> None:
        if self._slow >= self.limits.slow_places:
            return
        turn.slow = True
        self._slow += 1
        self._places.release()
        child.yield_to_others()
        self.expect()  # this one will not serve another body

    async def _asked(self, child: Child, turn: _Turn, source: Source, question: Question, body: bytes) -> Contents | Failed:
        """The child's answer; it is kept for the next question if it gave one in time and does not want to end."""
        reusable = False
        self._watch(child, turn)
        try:
            head, data = await child.ask(written(source), question, body, most=self.limits.answer)
            reusable = not (head.last or child.nice or child.late)
        except (EOFError, OSError):
            return self.limits.too_slow(source) if child.late else died(source, await child.end(dying=1.0))
        finally:
            turn.timer.cancel()
            if reusable:
                self._keep(child)
            else:
                await asyncio.shield(self._beside(child.end()))  # whatever becomes of who asked
        return _understood(head, data) if len(data) < SHORT else await asyncio.to_thread(_understood, head, data)


def _understood(head: frames.Head, data: bytes) -> Contents | Failed:
    if head.tag == frames.BROKEN:
        raise Broken(data.decode("utf-8", "replace"))
    return jsonable.load(Failed, data) if head.tag == frames.FAILED else jsonable.load(Contents, data)

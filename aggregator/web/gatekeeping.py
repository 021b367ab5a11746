"""The other side of the gate: starts it, tells it the rules, answers what it carries here, and ends it."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from starlette.types import ASGIApp

from aggregator import sweeping
from aggregator.web import server
from aggregator.web.carrying import answer, frame
from aggregator.web.gate import LISTEN, REQUEST, Rules, stand

log = logging.getLogger(__name__)

GRACE = 5.0  # seconds that the gate gets to finish its answers and to end; its server gives them two


class Gatekeeper:
    """Who knows the gate: a child process at the other end of a channel."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._channel.setblocking(False)
        self._taken = asyncio.Event()
        self._gone = asyncio.Event()
        self._answers: set[asyncio.Task[None]] = set()

    async def serve(
        self, app: ASGIApp, listener: socket.socket, rules: Rules, stop: asyncio.Event, *, ready: Callable[[str], None]
    ) -> None:
        """Answer all but feeds by `app` until `stop` is set, then finish. Where the gate is lost, answer for everything here."""
        loop = asyncio.get_running_loop()
        loop.add_reader(self._channel, self._hear, app)
        with suppress(ConnectionError):  # lost already, which is seen below
            socket.send_fds(self._channel, [LISTEN], [listener.fileno()])
        await self.tell(rules)
        ready(server.address_of(listener))
        if await self._is_lost_before(stop):
            log.error("the process that answers for feeds was lost: this one answers now, more slowly, until the next start")
            return await server.serve(app, listener, stop, ready=lambda address: None)
        listener.close()
        with suppress(OSError):  # it has ended at the same time
            self._channel.shutdown(socket.SHUT_WR)
        await _either(self._gone.wait(), asyncio.sleep(GRACE))
        loop.remove_reader(self._channel)
        for late in () if self._gone.is_set() else self._answers:
            late.cancel()
        await asyncio.gather(*self._answers, return_exceptions=True)

    async def tell(self, rules: Rules) -> None:
        """Have the gate go by these rules, which it does when this returns. Without a gate nothing is to be done."""
        self._taken.clear()
        try:
            await asyncio.get_running_loop().sock_sendall(self._channel, frame(rules.as_json()))
        except ConnectionError:
            return
        await _either(self._taken.wait(), self._gone.wait())

    async def _is_lost_before(self, stop: asyncio.Event) -> bool:
        await _either(stop.wait(), self._gone.wait())
        return not stop.is_set()

    def _hear(self, app: ASGIApp) -> None:
        """A request, that rules were taken, or the end."""
        try:
            said, descriptors, _, _ = socket.recv_fds(self._channel, 1, 1)
        except BlockingIOError:
            return
        except ConnectionError:
            said, descriptors = b"", []
        if said == REQUEST:
            task = asyncio.ensure_future(answer(app, socket.socket(fileno=descriptors[0])))
            self._answers.add(task)
            task.add_done_callback(self._answers.discard)
        elif said:
            self._taken.set()
        else:
            asyncio.get_running_loop().remove_reader(self._channel)
            self._gone.set()


@contextmanager
def gate() -> Iterator[Gatekeeper]:
    """A gate in a process of its own, until the block ends. To be called before there are threads, and before much is loaded."""
    ours, theirs = socket.socketpair()
    gc.collect()
    gc.freeze()  # what both have is shared as long as nobody sweeps it
    child = os.fork()
    if child == 0:
        status = 1
        try:
            ours.close()
            sweeping.as_usual()
            stand(theirs)
            status = 0
        finally:
            os._exit(status)
    theirs.close()
    try:
        yield Gatekeeper(ours)
    finally:
        ours.close()
        _see_off(child)


def _see_off(child: int) -> None:
    """Wait for the end of a process, and bring it about after a while."""
    end = time.monotonic() + GRACE
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() > end:
            os.kill(child, signal.SIGKILL)
        time.sleep(0.005)


async def _either(*awaited: object) -> None:
    """Wait for the first of several."""
    tasks = [asyncio.ensure_future(each) for each in awaited]  # type: ignore[call-overload]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()

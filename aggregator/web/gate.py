"""A process that answers for feeds, so that no work delays their readers; what else is asked is carried to the one that works.

    reader -> GATE -> a feed: the file                                 works -> GATE: LISTEN with a socket; rules, at each reload
                      all else: carried over `channel` -> works        GATE -> works: TAKEN; REQUEST with a socket

It ends when the channel does, whichever way the other process ended: so it never outlives it, and never keeps its port.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
from dataclasses import asdict, dataclass, field
from pathlib import Path

from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from aggregator.core import feeding
from aggregator.core.admission import Keys
from aggregator.web import server
from aggregator.web.carrying import BROKEN_OFF, Carrier, framed
from aggregator.web.files import FEEDS
from aggregator.web.guard import Doors, Guard, attempts
from aggregator.web.open_feeds import published

LISTEN, TAKEN, REQUEST = b"o", b".", b"+"
NOT_FOR_GATES = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)  # they come to the whole group; the other process says when to end
LAST_DESCRIPTOR = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What has to be known to answer for feeds: their folder, the names of their sources, and for whom they are. `token` "" is none."""

    feeds: str
    sources: frozenset[str]
    base_url: str = ""
    hosts: tuple[str, ...] = ()
    token: str = field(default="", repr=False)
    private: bool = False
    feed_tokens: bool = False

    @property
    def doors(self) -> Doors:
        """For whom they are."""
        keys = Keys(self.token) if self.token else None
        return Doors(base_url=self.base_url, hosts=self.hosts, keys=keys, private=self.private, feed_tokens=self.feed_tokens)

    def is_gone(self, path: str) -> bool:
        """Whether a path below /feeds/ is of a source that was removed."""
        return feeding.is_gone(path, self.sources)

    def as_json(self) -> bytes:
        """All of it."""
        return json.dumps(asdict(self) | {"sources": sorted(self.sources)}).encode()

    @classmethod
    def of_json(cls, told: bytes) -> Rules:
        """The rules that `as_json` told."""
        facts = json.loads(told)
        return cls(**facts | {"sources": frozenset(facts["sources"]), "hosts": tuple(facts["hosts"])})


class Gate:
    """An ASGI application: the feeds by the rules of the time, and for all else the one that is `behind`."""

    def __init__(self, rules: Rules, behind: ASGIApp) -> None:
        self._behind = behind
        self._wrong = attempts()
        self.take(rules)

    def take(self, rules: Rules) -> None:
        """Go by these rules from now on."""
        files = published(Path(rules.feeds), rules.doors, is_gone=rules.is_gone)
        feeds = Guard(files, rules.doors, wrong=self._wrong)
        self._app = Router([Route(f"{FEEDS}{{path:document}}", feeds)], default=self._behind, redirect_slashes=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let answer."""
        await self._app(scope, receive, send)


def stand(channel: socket.socket) -> None:
    """Be a gate, in a process that was just forked for it, until the channel ends. The socket to accept on comes first."""
    for number in NOT_FOR_GATES:
        signal.signal(number, signal.SIG_IGN)
    _close_all_but(channel.fileno())
    _, descriptors, _, _ = socket.recv_fds(channel, 1, 1)
    if descriptors:
        asyncio.run(_stand(socket.socket(fileno=descriptors[0]), channel))


def _close_all_but(kept: int) -> None:
    """Let go of what the other process has open, but for its terminal."""
    os.closerange(3, kept)
    os.closerange(kept + 1, LAST_DESCRIPTOR)


async def _stand(listener: socket.socket, channel: socket.socket) -> None:
    channel.setblocking(False)
    reader, writer = await asyncio.open_connection(sock=channel)
    try:
        await _serve(listener, channel, reader)
    except BROKEN_OFF:
        pass  # the other process has ended before it began
    finally:
        writer.close()


async def _serve(listener: socket.socket, channel: socket.socket, reader: asyncio.StreamReader) -> None:
    gate = Gate(Rules.of_json(await framed(reader)), Carrier(channel, REQUEST))
    stop = asyncio.Event()

    async def obey() -> None:
        try:
            while True:
                gate.take(Rules.of_json(await framed(reader)))
                channel.send(TAKEN)
        except BROKEN_OFF:
            stop.set()

    def ready(address: str) -> None:
        channel.send(TAKEN)

    obeying = asyncio.ensure_future(obey())
    await server.serve(gate, listener, stop, ready=ready)
    obeying.cancel()

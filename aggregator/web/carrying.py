"""Requests that one process takes and another one answers. Each goes over a socket of its own, whose other end is handed over.

    request: its scope as JSON, then its body    answer: its status and fields as JSON, then its body

Everything is in frames: four bytes with a length, and so many bytes. An empty frame ends a body; a stream that ends without one was
broken off, so that no part is ever taken for the whole.
"""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from typing import Any

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)

END = bytes(4)
BROKEN_OFF = (asyncio.IncompleteReadError, ConnectionError)
TEXTS = ("type", "http_version", "method", "scheme", "path", "root_path", "client", "server")
BYTES = ("raw_path", "query_string")
NOBODY = PlainTextResponse("The program is about to end, or to begin. Please try again.\n", status_code=503, headers={"Retry-After": "5"})
FAILED = PlainTextResponse("Internal Server Error\n", status_code=500)


def frame(data: bytes) -> bytes:
    """The bytes as a frame."""
    return len(data).to_bytes(4, "big") + data


async def framed(reader: asyncio.StreamReader) -> bytes:
    """The bytes of the next frame. Raises one of BROKEN_OFF."""
    return await reader.readexactly(int.from_bytes(await reader.readexactly(4), "big"))


class Carrier:
    """An ASGI application that stands for the one at the other end of a channel, a Unix socket that does not block."""

    def __init__(self, channel: socket.socket, signal: bytes) -> None:
        self._channel = channel
        self._signal = signal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have a request answered."""
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                socket.send_fds(self._channel, [self._signal], [theirs.fileno()])
        except OSError:
            ours.close()
            return await NOBODY(scope, receive, send)
        reader, writer = await asyncio.open_connection(sock=ours)
        writer.write(frame(_as_json(scope)))
        telling = asyncio.ensure_future(_tell(receive, writer))
        try:
            await _pass_on(reader, scope, receive, send)
        finally:
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)
            writer.close()


async def answer(app: ASGIApp, connection: socket.socket) -> None:
    """Answer the request that comes over a connection. Never raises: a fault of the application is logged, and is a status 500."""
    reader, writer = await asyncio.open_connection(sock=connection)
    try:
        if not await _is_answered(app, _of_json(await framed(reader)), _receiving(reader), _Reply(writer)):
            return
        writer.write(END)
        while await reader.read(65_536):
            pass  # what was not asked for: closed with that unread, the answer would not arrive
    except BROKEN_OFF:
        pass  # nobody waits for the answer any more
    finally:
        writer.close()


class _Reply:
    """What an application sends with; `begun` once it did."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self.begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            fields = [[name.decode("latin-1"), value.decode("latin-1")] for name, value in message.get("headers", ())]
            self._writer.write(frame(json.dumps([message["status"], fields]).encode()))
        elif message.get("body"):
            self._writer.write(frame(message["body"]))
        await self._writer.drain()


async def _is_answered(app: ASGIApp, scope: Scope, receive: Receive, reply: _Reply) -> bool:
    """Whether the application, or we in its place, said all there is to say. Raises one of BROKEN_OFF."""
    try:
        await app(scope, receive, reply)
    except BROKEN_OFF:
        raise
    except Exception:
        log.exception("a request failed: %s %s", scope["method"], scope["path"])
        if reply.begun:
            return False
        await FAILED(scope, receive, reply)
    return True


async def _tell(receive: Receive, writer: asyncio.StreamWriter) -> None:
    """Send a request's body; where the client goes before its end, the end never comes."""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            writer.transport.abort()
            return
        if body := message.get("body", b""):
            writer.write(frame(body))
            await writer.drain()
        more = message.get("more_body", False)
    writer.write(END)


async def _pass_on(reader: asyncio.StreamReader, scope: Scope, receive: Receive, send: Send) -> None:
    try:
        status, fields = json.loads(await framed(reader))
    except BROKEN_OFF:
        return await NOBODY(scope, receive, send)
    coded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in fields]
    await send({"type": "http.response.start", "status": status, "headers": coded})
    while piece := await framed(reader):
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def _receiving(reader: asyncio.StreamReader) -> Receive:
    whole = False

    async def receive() -> Message:
        nonlocal whole
        try:
            piece = await framed(reader)  # after the end nothing comes but the end of the stream, when the client has gone
        except BROKEN_OFF:
            return {"type": "http.disconnect"}
        whole = whole or not piece
        return {"type": "http.request", "body": piece, "more_body": not whole}

    return receive


def _as_json(scope: Scope) -> bytes:
    told: dict[str, Any] = {name: scope.get(name) for name in TEXTS}
    told |= {name: scope[name].decode("latin-1") for name in BYTES if scope.get(name) is not None}
    told["headers"] = [[name.decode("latin-1"), value.decode("latin-1")] for name, value in scope["headers"]]
    return json.dumps(told).encode()


def _of_json(told: bytes) -> Scope:
    scope: dict[str, Any] = json.loads(told)
    scope |= {name: scope[name].encode("latin-1") for name in BYTES if name in scope}
    scope |= {name: tuple(scope[name]) for name in ("client", "server") if scope[name]}
    scope["headers"] = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in scope["headers"]]
    return scope | {"asgi": {"version": "3.0", "spec_version": "2.3"}}

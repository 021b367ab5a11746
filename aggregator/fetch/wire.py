"""One request and its answer on a connection of their own: asyncio's streams below, h11 above, and a bound on what precedes the body."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Any

import h11

MOST = 128 * 1024  # bytes until the final answer's headers are complete: h11 bounds each header, and each 1xx answer, but not how many
MOST_OF_A_HEADER = 100 * 1024
AT_ONCE = 8 * 1024  # bytes taken from the network at a time until then: what is parsed in one piece holds everything else up
OF_THE_BODY = 64 * 1024


class Wire:
    """A connection that is open: good for one request, and closed at the end of the block."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_OF_A_HEADER)
        self._left: int | None = MOST

    async def __aenter__(self) -> Wire:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._writer.transport.abort()  # there is nothing left to say, and nobody to wait for

    async def ask(self, request: h11.Request, content: bytes = b"") -> Response:
        """Send a request and read the head of its answer. Raises h11.ProtocolError, and OSError where the connection breaks."""
        events = (request, h11.Data(content), h11.EndOfMessage()) if content else (request, h11.EndOfMessage())
        self._writer.write(b"".join(self._http.send(event) or b"" for event in events))
        while not isinstance(event := await self._event(), h11.Response):
            pass
        self._left = None
        return Response(self, event)

    async def data(self) -> AsyncIterator[bytes]:
        """The body in pieces as they come. Raises like `ask`."""
        while isinstance(event := await self._event(), h11.Data):
            yield bytes(event.data)

    async def _event(self) -> Any:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._http.receive_data(await self._read())
        return event

    async def _read(self) -> bytes:
        if self._left is None:
            return await self._reader.read(OF_THE_BODY)
        if self._left <= 0:
            raise h11.RemoteProtocolError("the head has no end")
        data = await self._reader.read(AT_ONCE)
        self._left -= len(data)
        return data


class Response:
    """An answer whose head is there; the names of its headers are in lower case."""

    def __init__(self, wire: Wire, head: h11.Response) -> None:
        self.status = head.status_code
        self.headers = list(head.headers)
        self.aiter_stream = wire.data

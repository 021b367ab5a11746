"""One request and its answer on a connection of their own, with a bound on what precedes the body.

A plain answer is read here; h11 reads every other one: in chunks, up to the end of the connection, after interim answers, or odd.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import TracebackType

import h11

from aggregator.fetch import head
from aggregator.fetch.stream import Stream

MOST = 128 * 1024  # bytes until the final answer's headers are complete: h11 bounds each header, and each 1xx answer, but not how many
MOST_OF_A_HEADER = 100 * 1024
AT_ONCE = 8 * 1024  # bytes taken from the network at a time until then: what is parsed in one piece holds everything else up
OF_THE_BODY = 64 * 1024


class Wire:
    """A connection that is open: good for one request, and closed at the end of the block."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    async def __aenter__(self) -> Wire:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stream.abort()

    async def ask(self, method: bytes, place: bytes, headers: head.Headers, content: bytes = b"") -> Response:
        """Send a request and read the head of its answer. Raises h11.ProtocolError, and OSError where the connection breaks."""
        self._stream.write(head.request(method, place, headers, content))
        begun = await self._stream.read(AT_ONCE)
        if found := head.plain(begun):
            return Response(found.status, found.headers, self._counted(begun[found.size :], found.length))
        return await self._by_h11(h11.Request(method=method, target=place, headers=headers), begun)

    async def _counted(self, piece: bytes, left: int) -> AsyncIterator[bytes]:
        """A body of an announced length. What comes after it is nobody's."""
        while left > len(piece):
            if piece:
                yield piece
            left -= len(piece)
            piece = await self._stream.read(OF_THE_BODY)
            if not piece:
                raise h11.RemoteProtocolError("the body is not whole")
        if left:
            yield piece[:left]

    async def _by_h11(self, request: h11.Request, begun: bytes) -> Response:
        http = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_OF_A_HEADER)
        http.send(request)
        http.send(h11.EndOfMessage())
        http.receive_data(begun)
        left = MOST - len(begun)
        while not isinstance(event := http.next_event(), h11.Response):
            if event is h11.NEED_DATA:
                if left <= 0:
                    raise h11.RemoteProtocolError("the head has no end")
                data = await self._stream.read(AT_ONCE)
                left -= len(data)
                http.receive_data(data)
        return Response(event.status_code, list(event.headers), self._told(http))

    async def _told(self, http: h11.Connection) -> AsyncIterator[bytes]:
        """A body that h11 takes apart."""
        while not isinstance(event := http.next_event(), h11.EndOfMessage):
            if isinstance(event, h11.Data):
                yield bytes(event.data)
            else:
                http.receive_data(await self._stream.read(OF_THE_BODY))


class Response:
    """An answer whose head is there; the names of its headers are in lower case. `aiter_stream` is the body in pieces as they come."""

    def __init__(self, status: int, headers: head.Headers, body: AsyncIterator[bytes]) -> None:
        self.status, self.headers = status, headers
        self._body = body

    def aiter_stream(self) -> AsyncIterator[bytes]:
        """The body in pieces as they come. Raises like `Wire.ask`."""
        return self._body

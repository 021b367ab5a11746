"""One request and its answer on a connection of their own, with a bound on what precedes the body.

A plain answer is read here, every other one by h11.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import TracebackType

from aggregator.fetch import head
from aggregator.fetch.stream import Stream

AT_ONCE = 8 * 1024  # bytes taken from the network at a time until the head is there: what is parsed in one piece holds everything else up
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
        from aggregator.fetch import odd  # with h11, which only this needs

        return Response(*await odd.read(self._stream, method, place, headers, begun=begun))

    async def _counted(self, piece: bytes, left: int) -> AsyncIterator[bytes]:
        """A body of an announced length. What comes after it is nobody's."""
        while left > len(piece):
            if piece:
                yield piece
            left -= len(piece)
            piece = await self._stream.read(OF_THE_BODY)
            if not piece:
                raise head.broken("the body is not whole")
        if left:
            yield piece[:left]


class Response:
    """An answer whose head is there; the names of its headers are in lower case. `aiter_stream` is the body in pieces as they come."""

    def __init__(self, status: int, headers: head.Headers, body: AsyncIterator[bytes]) -> None:
        self.status, self.headers = status, headers
        self._body = body

    def aiter_stream(self) -> AsyncIterator[bytes]:
        """The body in pieces as they come. Raises like `Wire.ask`."""
        return self._body

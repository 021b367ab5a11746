"""Reads with h11 what is not plain: answers in chunks, up to the end of the connection, after interim ones, or odd.

Many sites send such ones, but a round that asks none of them does without h11.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import h11

from aggregator.fetch.head import Headers
from aggregator.fetch.stream import Stream
from aggregator.fetch.wire import AT_ONCE, OF_THE_BODY

MOST = 128 * 1024  # bytes until the final answer's headers are complete: h11 bounds each header, and each 1xx answer, but not how many
MOST_OF_A_HEADER = 100 * 1024


async def read(stream: Stream, method: bytes, place: bytes, headers: Headers, *, begun: bytes) -> tuple[int, Headers, AsyncIterator[bytes]]:
    """Status, headers and body of the answer to a request that was sent, of which some has `begun` to come. Raises like `Wire.ask`."""
    http = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_OF_A_HEADER)
    http.send(h11.Request(method=method, target=place, headers=headers))
    http.send(h11.EndOfMessage())
    http.receive_data(begun)
    left = MOST - len(begun)
    while not isinstance(event := http.next_event(), h11.Response):
        if event is h11.NEED_DATA:
            if left <= 0:
                raise h11.RemoteProtocolError("the head has no end")
            data = await stream.read(AT_ONCE)
            left -= len(data)
            http.receive_data(data)
    return event.status_code, list(event.headers), _told(stream, http)


async def _told(stream: Stream, http: h11.Connection) -> AsyncIterator[bytes]:
    while not isinstance(event := http.next_event(), h11.EndOfMessage):
        if isinstance(event, h11.Data):
            yield bytes(event.data)
        else:
            http.receive_data(await stream.read(OF_THE_BODY))

"""What is read of an answer without h11 is what h11 reads of it, and what is sent without h11 is what h11 would send or refuse."""

from __future__ import annotations

import asyncio
from typing import Any

import h11
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aggregator.fetch import head
from aggregator.fetch.stream import Stream
from aggregator.fetch.wire import Wire

NAMES = st.one_of(
    st.sampled_from([b"Content-Length", b"content-length", b"Transfer-Encoding", b"ETag", b"Connection", b"X-Odd Name", b"", b"Na\xefve"]),
    st.binary(max_size=8),
)
VALUES = st.one_of(
    st.sampled_from([b"0", b"3", b"+3", b"3, 3", b"0x3", b"chunked", b"identity", b'"1"', b"\xff\xfe", b"a\tb", b"a\x00b", b"a\rb"]),
    st.binary(max_size=12),
)
FRAMING = (b"content-length", b"transfer-encoding")  # what the client sets itself
SPACE = st.sampled_from([b"", b" ", b"  ", b"\t"])
ENDS = st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r\n ", b"\r\r\n"])
FIRST = st.sampled_from(
    [
        *(
            b"HTTP/1.1 200 OK",
            b"HTTP/1.1 304 Not Modified",
            b"HTTP/1.0 404 Not Found",
            b"HTTP/1.1 200",
            b"HTTP/1.1 200 ",
            b"HTTP/1.1 204 No",
        ),
        *(b"HTTP/1.1 100 Continue", b"HTTP/1.1 999 ?", b"HTTP/2 200 OK", b"HTTP/1.1  200 OK", b"ICY 200 OK", b"HTTP/1.1 200 \xff"),
        *(b" HTTP/1.1 200 OK", b"HTTP/1.1 20 OK", b"HTTP/1.1 101 Switching Protocols", b"HTTP/1.1 304 \x00"),
    ]
)


@st.composite
def answers(draw: st.DrawFn) -> bytes:
    """Answers, whole ones and others."""
    lines = [draw(FIRST) + draw(ENDS)]
    for _ in range(draw(st.integers(0, 4))):
        lines.append(draw(NAMES) + b":" + draw(SPACE) + draw(VALUES) + draw(SPACE) + draw(ENDS))
    return b"".join(lines) + b"\r\n" + draw(st.sampled_from([b"", b"abc", b"abcd", b"0\r\n\r\n"]))


def by_h11(data: bytes) -> Any:
    """Status, headers and body as h11 reads them, where the connection ends after that; or the class of what it raises."""
    http = h11.Connection(h11.CLIENT)
    for event in (h11.Request(method="GET", target="/", headers=[("Host", "a.example")]), h11.EndOfMessage()):
        http.send(event)
    try:
        http.receive_data(data)
        http.receive_data(b"")
        while not isinstance(found := http.next_event(), h11.Response):
            pass
        return found.status_code, list(found.headers), body_of(http)
    except h11.ProtocolError as error:
        return type(error)


def body_of(http: h11.Connection) -> bytes:
    body = b""
    while isinstance(event := http.next_event(), h11.Data):
        body += event.data
    return body


class Silent(asyncio.Transport):
    """The upper end of a connection on which nothing is sent."""

    def write(self, data: bytes | bytearray | memoryview[Any]) -> None:
        """Nothing."""

    def abort(self) -> None:
        """Nothing."""

    def pause_reading(self) -> None:
        """Nothing."""

    def resume_reading(self) -> None:
        """Nothing."""


async def by_us(data: bytes, *, at: int) -> Any:
    """The same of a wire, on which the data come in two pieces."""
    stream = Stream()
    stream.connection_made(Silent())

    def arrive() -> None:
        stream.data_received(data[at:])
        stream.eof_received()

    if at:
        stream.data_received(data[:at])
        asyncio.get_running_loop().call_soon(arrive)
    else:
        arrive()
    async with Wire(stream) as wire:
        try:
            found = await wire.ask(b"GET", b"/", [(b"Host", b"a.example")])
            body = b"".join([piece async for piece in found.aiter_stream()])
        except h11.ProtocolError as error:
            return type(error)
    return found.status, found.headers, body


@given(answers(), st.integers(0, 60))
@example(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nabcde", 0)
@example(b"HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\nabc", 0)
@example(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 0)
def test_an_answer_is_read_as_h11_reads_it(data: bytes, at: int) -> None:
    assert asyncio.run(by_us(data, at=min(at, len(data)))) == by_h11(data)


@given(answers(), st.data())
def test_a_head_that_is_not_whole_is_nobodys(data: bytes, draw: st.DataObject) -> None:
    end = data.find(b"\r\n\r\n")
    part = data[: draw.draw(st.integers(0, max(end, 0) + 3 if end >= 0 else len(data)))]
    assert head.plain(part) is None


@given(st.lists(st.tuples(NAMES, VALUES), max_size=4), st.sampled_from([b"/", b"/a?b", b"/a b", b"", b"/\xff", b"*"]))
def test_a_request_is_sent_or_refused_as_h11_would(headers: list[tuple[bytes, bytes]], place: bytes) -> None:
    with_host = [(b"Host", b"a.example"), *((name, value) for name, value in headers if name.lower() not in (b"host", *FRAMING))]
    http = h11.Connection(h11.CLIENT)
    try:
        expected = http.send(h11.Request(method=b"GET", target=place, headers=with_host))
    except h11.LocalProtocolError:
        with pytest.raises(h11.LocalProtocolError):
            head.request(b"GET", place, with_host)
    else:
        assert head.request(b"GET", place, with_host) == expected

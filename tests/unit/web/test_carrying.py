"""Requests that are carried to another end of a socket: what arrives there, what comes back, and what was broken off."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from aggregator.web.carrying import Carrier, answer
from tests.unit.web.asking import Answer, asking

SIGNAL = b"+"


@contextmanager
def carried(app: ASGIApp) -> Iterator[Carrier]:
    """What carries to the application, which is answered for in the same event loop."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.setblocking(False)
    loop, answers = asyncio.get_running_loop(), []

    def hear() -> None:
        said, descriptors, _, _ = socket.recv_fds(theirs, 1, 1)
        assert said == SIGNAL
        answers.append(asyncio.ensure_future(answer(app, socket.socket(fileno=descriptors[0]))))

    loop.add_reader(theirs, hear)
    with ours, theirs:
        yield Carrier(ours, SIGNAL)
        loop.remove_reader(theirs)


def through(app: ASGIApp, path: str, method: str = "GET", **more: Any) -> Answer:
    """The answer to one request that was carried."""

    async def asked() -> Answer:
        with carried(app) as carrier:
            return await asking(carrier, path, method, **more)

    return asyncio.run(asked())


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Everything that an application is told."""
    request = Request(scope, receive)
    told = {name: scope[name].decode("latin-1") if isinstance(scope[name], bytes) else scope[name] for name in scope if name != "headers"}
    told["headers"] = [[name.decode("latin-1"), value.decode("latin-1")] for name, value in scope["headers"]]
    told["body"] = len(await request.body())
    await JSONResponse(told, status_code=207, headers={"X-Own": "yes"})(scope, receive, send)


def test_the_whole_request_arrives_and_the_whole_answer_comes_back() -> None:
    body = bytes(range(256)) * 4_000
    found = through(echo, "/items?q=%E9%98%BF%E9%87%8C", "POST", body=body, client="2001:db8::1", x_thing="caf\xe9")
    assert (found.status, found.headers["x-own"]) == (207, "yes")
    told = json.loads(found.body)
    assert (told["method"], told["path"], told["query_string"]) == ("POST", "/items", "q=%E9%98%BF%E9%87%8C")
    assert (told["client"], told["body"], told["headers"]) == (["2001:db8::1", 1234], len(body), [["x-thing", "caf\xe9"]])


def test_pieces_of_an_answer_of_any_size_come_in_order() -> None:
    pieces = [b"a" * size for size in (1, 0, 100_000, 3, 2_000_000)]

    async def some() -> Any:
        for piece in pieces:
            yield piece

    assert through(StreamingResponse(some()), "/").body == b"".join(pieces)


def test_an_answer_that_does_not_wait_for_the_request_arrives() -> None:
    for _ in range(20):
        assert through(PlainTextResponse("too much", 413), "/", "POST", body=b"x" * 3_000_000)[::2] == (413, b"too much")


def test_half_a_request_is_never_taken_for_the_whole() -> None:
    seen: list[str] = []

    async def reads(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            seen.append((await Request(scope, receive).body()).decode())
        except ClientDisconnect:
            seen.append("gone")
            raise

    async def goes_away() -> None:
        messages = iter([{"type": "http.request", "body": b"name=a", "more_body": True}, {"type": "http.disconnect"}])
        told: list[Any] = []

        async def receive() -> Any:
            return next(messages)

        async def send(message: Any) -> None:
            told.append(message)

        with carried(reads) as carrier, suppress(ConnectionError):
            await carrier({"type": "http", "method": "POST", "path": "/", "headers": [], "query_string": b""}, receive, send)

    asyncio.run(goes_away())
    assert seen == ["gone"]


def test_a_fault_is_logged_and_said(caplog: pytest.LogCaptureFixture) -> None:
    async def breaks(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("by accident")

    assert through(breaks, "/items").status == 500
    assert "a request failed: GET /items" in caplog.text
    assert "by accident" in caplog.text


def test_half_an_answer_is_never_taken_for_the_whole(caplog: pytest.LogCaptureFixture) -> None:
    async def some() -> Any:
        yield b"half of it"
        raise RuntimeError("by accident")

    with pytest.raises(asyncio.IncompleteReadError):
        through(StreamingResponse(some()), "/")
    assert "by accident" in caplog.text


@pytest.mark.parametrize("end", ["before", "during"])
def test_where_nobody_answers_that_is_said(end: str) -> None:
    async def asked() -> Answer:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)

        def hear() -> None:
            _, (descriptor,), _, _ = socket.recv_fds(theirs, 1, 1)
            socket.socket(fileno=descriptor).close()

        if end == "before":
            theirs.close()
        else:
            asyncio.get_running_loop().add_reader(theirs, hear)
        with ours:
            found = await asking(Carrier(ours, SIGNAL), "/")
        if end == "during":
            asyncio.get_running_loop().remove_reader(theirs)
            theirs.close()
        return found

    found = asyncio.run(asked())
    assert (found.status, found.headers["retry-after"]) == (503, "5")

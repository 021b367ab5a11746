"""A real origin on loopback, in a thread: a scenario for each path, and a log of everything that was asked of it.

    with Origin() as origin:
        origin.route("/feed", steady(b"<rss/>", etag='"1"'))
        ... fetch origin.url("/feed") ...
        assert origin.log[0].header("if-none-match") == '"1"'

A scenario is called with what was asked and with the connection, and writes raw bytes: so it can misbehave in every way there is.
"""

from __future__ import annotations

import contextlib
import gzip
import socket
import socketserver
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from types import TracebackType
from typing import Any

import brotli  # type: ignore[import-untyped]
import zstandard

ATOM = b"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Loopback</title><id>urn:loopback</id><updated>2024-05-01T00:00:00Z</updated>
<entry><title>One</title><id>urn:one</id><link href="https://example.org/one"/><updated>2024-05-01T00:00:00Z</updated></entry></feed>
"""
TLS_HELLO = b"\x16\x03"
CHALLENGE = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body></body></html>"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it arrived: `headers` in order, as sent; `at` on the monotonic clock, `when` on the origin's."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    at: float
    when: datetime
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The value of a field, or None where it was not sent."""
        return next((value for sent, value in self.headers if sent.lower() == name.lower()), None)


@dataclass(slots=True)
class Wire:
    """The server's end of one connection."""

    socket: socket.socket
    closing: threading.Event

    def send(self, data: bytes) -> None:
        """Write bytes as they are."""
        self.socket.sendall(data)

    def wait(self, seconds: float) -> bool:
        """Let time pass; true when the origin is being closed."""
        return self.closing.wait(seconds)

    def reset(self) -> None:
        """Break the connection off with a RST."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


Scenario = Callable[[Asked, Wire], None]


def answer(status: int = 200, body: bytes = b"", /, **headers: str) -> bytes:
    """A well-formed answer; `content_type="..."` becomes Content-Type. Content-Length is added unless given (empty: left out)."""
    named = {name.replace("_", "-").title(): value for name, value in headers.items()}
    named.setdefault("Content-Length", str(len(body)))
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", *(f"{name}: {value}" for name, value in named.items() if value)]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def plain(status: int = 200, body: bytes = ATOM, /, **headers: str) -> Scenario:
    """The same answer every time."""
    headers.setdefault("content_type", "application/atom+xml")
    return lambda asked, wire: wire.send(answer(status, body, **headers))


def steady(body: bytes = ATOM, *, etag: str = "", last_modified: str = "", **headers: str) -> Scenario:
    """A document that does not change: 200 with validators, then 304 for whoever sends one of them back byte for byte."""
    validators = {name: value for name, value in (("etag", etag), ("last_modified", last_modified)) if value}

    def scenario(asked: Asked, wire: Wire) -> None:
        held = {asked.header("if-none-match"), asked.header("if-modified-since")}
        same = bool(held & {etag, last_modified} - {"", None})
        wire.send(answer(304, **validators, **headers) if same else answer(200, body, **validators, **headers))

    return scenario


def redirect(location: str, status: int = 302) -> Scenario:
    """To another address."""
    return plain(status, b"", location=location)


def in_turn(*scenarios: Scenario) -> Scenario:
    """One scenario after the other; the last one stays."""
    waiting = list(scenarios)

    def scenario(asked: Asked, wire: Wire) -> None:
        (waiting.pop(0) if len(waiting) > 1 else waiting[0])(asked, wire)

    return scenario


def packed(body: bytes, coding: str, **headers: str) -> Scenario:
    """A body in a content coding: gzip, br, zstd."""
    return plain(200, PACK[coding](body), content_encoding=coding, **headers)


def drip(seconds: float = 0.05) -> Scenario:
    """One byte after the other, for ever."""

    def scenario(asked: Asked, wire: Wire) -> None:
        wire.send(answer(200, content_length="1000000"))
        while not wire.wait(seconds):
            wire.send(b"<")

    return scenario


def endless(piece: bytes, *, head: bytes) -> Scenario:
    """A head, then the same piece as fast as it is taken."""

    def scenario(asked: Asked, wire: Wire) -> None:
        wire.send(head)
        while not wire.closing.is_set():
            wire.send(piece)

    return scenario


def hang(asked: Asked, wire: Wire) -> None:
    """Accept, read, and never answer."""
    wire.wait(600)


def reset_midway(asked: Asked, wire: Wire) -> None:
    """Half an answer, then a RST."""
    wire.send(answer(200, ATOM[:50], content_length=str(len(ATOM))))
    wire.reset()


def raw(data: bytes) -> Scenario:
    """These very bytes, then the end."""
    return lambda asked, wire: wire.send(data)


HUGE = endless(b"x" * 65536, head=answer(200, content_length="", content_type="application/xml"))
ANNOUNCED_HUGE = endless(b"x" * 65536, head=answer(200, content_length="10000000000"))
HEADER_FLOOD = endless(b"X-Flood: " + b"y" * 8000 + b"\r\n", head=b"HTTP/1.1 200 OK\r\n")
INFORMATION_FLOOD = endless(b"HTTP/1.1 103 Early Hints\r\n\r\n", head=b"")
CUT_SHORT = plain(200, ATOM[:100], content_length=str(len(ATOM)))


def zstd_bomb(size: int) -> bytes:
    """A frame of blocks that each say "this byte, 128 KiB times": four bytes for 128 KiB."""
    block = (131072 << 3 | 1 << 1).to_bytes(3, "little") + b"x"
    last = (131072 << 3 | 1 << 1 | 1).to_bytes(3, "little") + b"x"
    return b"\x28\xb5\x2f\xfd\x00\x58" + block * (size // 131072 - 1) + last


PACK: Mapping[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "br": brotli.compress,
    "zstd": lambda body: zstandard.ZstdCompressor().compress(body),
}


@dataclass
class Origin:
    """The server. `log` holds what was asked, in order; `tls` makes it https, `address` is where it listens, empty for everywhere."""

    tls: ssl.SSLContext | None = None
    address: str = "127.0.0.1"
    log: list[Asked] = field(default_factory=list)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def __enter__(self) -> Origin:
        self._routes: dict[str, Scenario] = {}
        self._closing = threading.Event()
        self._server = _server(self._serve, self.address)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()  # waits for the connections' threads

    @property
    def port(self) -> int:
        """Where it listens, on 127.0.0.1."""
        return int(self._server.server_address[1])

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """The address of a path, under any name that leads here."""
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}{path}"

    def route(self, path: str, scenario: Scenario) -> str:
        """What happens at a path (without query) from now on; returns its address."""
        self._routes[path] = scenario
        return self.url(path)

    def routes(self, scenarios: Mapping[str, Scenario]) -> None:
        """Several paths at once."""
        self._routes.update(scenarios)

    def asked(self, path: str) -> list[Asked]:
        """The log of one path."""
        return [asked for asked in self.log if asked.path.partition("?")[0] == path]

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(30)
        with contextlib.suppress(OSError):  # clients that go away are what this origin is for
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
            asked = _read_request(connection, self.clock)
            if asked is not None:
                self.log.append(asked)
                self._routes.get(asked.path.partition("?")[0], plain(404, b"not here"))(asked, Wire(connection, self._closing))
            connection.close()


def _read_request(connection: socket.socket, clock: Callable[[], datetime]) -> Asked | None:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece or piece.startswith(TLS_HELLO):
            return None
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ")
    fields = tuple(_fields(lines))
    length = next((int(value) for name, value in fields if name.lower() == "content-length"), 0)
    while len(body) < length and (piece := connection.recv(65536)):
        body += piece
    return Asked(method, path, fields, time.monotonic(), clock(), body)


def _fields(lines: Iterable[str]) -> Iterable[tuple[str, str]]:
    for line in lines:
        name, _, value = line.partition(":")
        yield name, value.strip()


def _server(serve: Callable[[socket.socket], None], address: str) -> socketserver.ThreadingTCPServer:
    class Connection(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            serve(self.request)

    class Server(socketserver.ThreadingTCPServer):
        request_queue_size = 128
        daemon_threads = False
        allow_reuse_address = True

        def shutdown_request(self, request: Any) -> None:
            with contextlib.suppress(OSError):
                super().shutdown_request(request)

    return Server((address, 0), Connection)

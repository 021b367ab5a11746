"""The web server: uvicorn, on a loopback address, stopped by an event instead of by its own signal handlers."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from aggregator.errors import AggregatorError, UsageError

Source = TypeVar("Source")


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the runner."""
        yield


def listen(host: str, port: int, *, token: bool = False) -> socket.socket:
    """A listening socket, on a loopback address unless there is a token. Raises UsageError for any other address without one.

    Raises AggregatorError where the port is taken.
    """
    if not (token or is_loopback(host)):
        raise UsageError(
            f"{host} can be reached from outside, and no token protects what can be done there: set `token` in [web], "
            "or listen on 127.0.0.1 and put a web server with access rules in front of it."
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # asyncio looks for that before it takes Nagle away
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()  # from here on whoever is told the address gets an answer, if not at once
    except OSError as error:
        listener.close()
        raise AggregatorError(f"Can't listen on {host}:{port}: {error.strerror}. Choose another port with --port.") from error
    return listener


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def address_of(listener: socket.socket) -> str:
    """The address to open in a browser."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


class Front(Generic[Source]):
    """The application over whatever stands behind it at the time of a request: it is made anew when that is another one."""

    def __init__(self, source: Callable[[], Source], make: Callable[[Source], ASGIApp]) -> None:
        self._source = source
        self._make = make
        self._over = source()
        self._app = make(self._over)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        source = self._source()
        if source is not self._over:
            self._over, self._app = source, self._make(source)
        await self._app(scope, receive, send)


async def serve(app: ASGIApp, listener: socket.socket, stop: asyncio.Event, *, ready: Callable[[str], None]) -> None:
    """Serve until `stop` is set, then finish the answers under way."""
    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=2)
    server = _Server(config)
    serving = asyncio.ensure_future(server.serve(sockets=[listener]))
    ready(address_of(listener))
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    stopping.cancel()
    await serving

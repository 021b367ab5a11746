"""One connection for one request: to an address that was checked, while TLS and Host keep the name; or through a configured proxy."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import unquote, urlsplit

import httpcore

from aggregator.fetch.failures import FetchError, scrubbed
from aggregator.fetch.heads import Allowance, HeadStream
from aggregator.fetch.target import Target

CONNECT_WITHIN = 10.0  # seconds for one address
ADDRESSES_TRIED = 4
PROXY_SCHEMES = ("http", "https")

Connection = httpcore.AsyncHTTPConnection | httpcore.AsyncConnectionPool


class PinnedBackend(httpcore.AsyncNetworkBackend):
    """Connects to one of these addresses, whatever the host's name would resolve to by now; `head` bounds what comes before the answer."""

    def __init__(self, addresses: Sequence[str], head: Allowance) -> None:
        self._head = head
        self._addresses = addresses[:ADDRESSES_TRIED]
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Try the addresses in the resolver's order; raises the last one's httpcore.ConnectError or ConnectTimeout."""
        *others, last = self._addresses
        for address in others:
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return HeadStream(await self._network.connect_tcp(address, port, timeout, local_address, socket_options), self._head)
        return HeadStream(await self._network.connect_tcp(last, port, timeout, local_address, socket_options), self._head)


def direct(target: Target, addresses: Sequence[str], *, tls: ssl.SSLContext | None, head: Allowance) -> Connection:
    """A connection to the target at one of these addresses; https needs `tls`."""
    return httpcore.AsyncHTTPConnection(
        origin=wire_url(target).origin, ssl_context=tls, http1=True, http2=False, network_backend=PinnedBackend(addresses, head)
    )


def through(proxy: str, *, tls: ssl.SSLContext | None) -> Connection:
    """A connection through a proxy, which then resolves names itself. Raises FetchError for a proxy that can't be used."""
    try:
        parts = urlsplit(proxy)
        port = parts.port
    except ValueError as error:
        raise FetchError("bad_source", "proxy: this address can't be read") from error
    if parts.scheme not in PROXY_SCHEMES or not parts.hostname:
        raise FetchError("bad_source", f"proxy: {scrubbed(proxy)} is not one", advice="Write it like http://proxy.example:3128.")
    login = None if parts.username is None else (unquote(parts.username), unquote(parts.password or ""))
    url = httpcore.URL(scheme=parts.scheme, host=parts.hostname, port=port, target="/")
    return httpcore.AsyncConnectionPool(proxy=httpcore.Proxy(url, auth=login), ssl_context=tls, max_connections=1, http2=False)


def wire_url(target: Target) -> httpcore.URL:
    """The target in the form that the transport takes."""
    return httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)

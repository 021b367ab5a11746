"""One connection for one request: to an address that was checked, while TLS and Host keep the name; or through a configured proxy."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import unquote, urlsplit

import httpcore

from aggregator.fetch.failures import FetchError, scrubbed
from aggregator.fetch.stream import Stream
from aggregator.fetch.target import Target
from aggregator.fetch.wire import Wire

CONNECT_WITHIN = 10.0  # seconds for one address
ADDRESSES_TRIED = 4
PROXY_SCHEMES = ("http", "https")


async def direct(target: Target, addresses: Sequence[str], *, tls: ssl.SSLContext | None) -> Wire:
    """A connection to the target at one of these addresses, whatever its name would resolve to by now; https needs `tls`.

    They are tried in the resolver's order. Raises FetchError where none accepts it, and ssl.SSLError.
    """
    *others, last = addresses[:ADDRESSES_TRIED]
    for address in others:
        with suppress(FetchError):
            return await _open(target, address, tls)
    return await _open(target, last, tls)


async def _open(target: Target, address: str, tls: ssl.SSLContext | None) -> Wire:
    try:
        async with asyncio.timeout(CONNECT_WITHIN):
            name = target.host if tls else None
            loop = asyncio.get_running_loop()
            _, stream = await loop.create_connection(Stream, address, target.port, ssl=tls, server_hostname=name)
            return Wire(stream)
    except TimeoutError as error:
        raise FetchError("timeout", f"{target.shown}: the site did not accept a connection in time") from error
    except ssl.SSLError:
        raise
    except OSError as error:
        raise FetchError("connect", f"{target.shown}: the site accepts no connection") from error


def through(proxy: str, *, tls: ssl.SSLContext | None) -> httpcore.AsyncConnectionPool:
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
    """The target in the form that a proxy's transport takes."""
    return httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)

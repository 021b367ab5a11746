"""One request through a configured proxy, by httpcore: rare, so that it is loaded with the first."""

from __future__ import annotations

import ssl
from urllib.parse import unquote, urlsplit

import httpcore

from aggregator.fetch.answer import Answer, receive
from aggregator.fetch.connect import CONNECT_WITHIN
from aggregator.fetch.failures import FetchError, scrubbed
from aggregator.fetch.head import Headers
from aggregator.fetch.target import Target

SCHEMES = ("http", "https")
WITHIN = {"timeout": {"connect": CONNECT_WITHIN}}


async def exchange(
    proxy: str, target: Target, *, method: str, headers: Headers, content: bytes, tls: ssl.SSLContext | None, max_bytes: int
) -> Answer:
    """Ask the proxy, which then resolves names itself. Raises FetchError for one that can't be used, and httpcore's exceptions."""
    url = httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)
    request = httpcore.Request(method, url, headers=headers, content=content, extensions=WITHIN)
    async with _connection(proxy, tls=tls) as connection:
        return await receive(await connection.handle_async_request(request), target, max_bytes=max_bytes)


def _connection(proxy: str, *, tls: ssl.SSLContext | None) -> httpcore.AsyncConnectionPool:
    try:
        parts = urlsplit(proxy)
        port = parts.port
    except ValueError as error:
        raise FetchError("bad_source", "proxy: this address can't be read") from error
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise FetchError("bad_source", f"proxy: {scrubbed(proxy)} is not one", advice="Write it like http://proxy.example:3128.")
    login = None if parts.username is None else (unquote(parts.username), unquote(parts.password or ""))
    url = httpcore.URL(scheme=parts.scheme, host=parts.hostname, port=port, target="/")
    return httpcore.AsyncConnectionPool(proxy=httpcore.Proxy(url, auth=login), ssl_context=tls, max_connections=1, http2=False)

"""The one way of the HTTP translators to their servers: JSON there and back, in bounded time and size, without redirects.

The operator names the server, so it may be in a private network. Keys travel in headers or bodies, never in addresses, and no exception
or log line of the library gets out: they hold addresses, headers and answers.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import httpx

from aggregator.errors import BadOutput, Retryable
from aggregator.translators.refusals import silence

CONNECT_WITHIN = 10.0  # seconds
MOST_BYTES = 4 * 1024 * 1024
_NO_CODING = frozenset({"", "identity"})
silence()


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server said: `data` is its JSON, or None where it sent something else."""

    status: int
    headers: Mapping[str, str]
    data: Any

    def at(self, *path: str | int) -> Any:
        """What stands in the JSON at a path, or None."""
        found = self.data
        for step in path:
            fits = isinstance(found, dict) if isinstance(step, str) else isinstance(found, list) and len(found) > step
            if not fits:
                return None
            found = found.get(step) if isinstance(step, str) else found[step]
        return found


class JsonClient:
    """One engine's connections to its server. `timeout` bounds a whole call of the engine, in seconds; `max_bytes` an answer.

    Raises ValueError where the address, proxy or key can't be used.
    """

    def __init__(
        self,
        engine: str,
        base_url: str,
        *,
        headers: Mapping[str, str] | None = None,
        timeout: float,
        proxy: str = "",
        max_bytes: int = MOST_BYTES,
    ) -> None:
        if timeout <= 0:
            raise ValueError("timeout has to be more than 0 seconds")
        self._engine = engine
        self._base = checked(base_url, "base_url").rstrip("/")
        self._proxy = checked(proxy, "proxy", login=True) if proxy else None
        self._headers = {"Accept": "application/json", "Accept-Language": "en", "Accept-Encoding": "identity"} | dict(headers or {})
        self._timeout = timeout
        self._max_bytes = max_bytes

    @cached_property
    def _client(self) -> httpx.AsyncClient:
        """Made when it is first needed, and without the certificates, which take a while to read, where there is no TLS."""
        addresses = (self._base, self._proxy or "")
        return httpx.AsyncClient(
            verify=any(address.startswith("https:") for address in addresses),
            headers=self._headers,
            timeout=httpx.Timeout(None, connect=CONNECT_WITHIN),
            proxy=self._proxy,
            follow_redirects=False,
            trust_env=False,
        )

    @asynccontextmanager
    async def in_time(self) -> AsyncIterator[None]:
        """Bound what is done within, however many exchanges it takes. Raises Retryable."""
        try:
            async with asyncio.timeout(self._timeout):
                yield
        except TimeoutError:
            raise Retryable(f"{self._engine}: no answer in {self._timeout:g} s; it will be tried again") from None

    async def post(self, path: str, body: Mapping[str, Any]) -> Reply:
        """Send JSON. Raises Retryable where there was no answer, BadOutput where it is too large."""
        return await self._ask("POST", path, body)

    async def get(self, path: str) -> Reply:
        """Ask for JSON. Raises as `post` does."""
        return await self._ask("GET", path, None)

    async def delete(self, path: str) -> Reply:
        """Remove something. Raises as `post` does."""
        return await self._ask("DELETE", path, None)

    async def aclose(self) -> None:
        """Close the connections, if there ever were any."""
        if "_client" in self.__dict__:
            await self._client.aclose()

    async def _ask(self, method: str, path: str, body: Mapping[str, Any] | None) -> Reply:
        try:
            async with self._client.stream(method, f"{self._base}{path}", json=body) as response:
                return Reply(response.status_code, response.headers, _json(await self._body(response)))
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
            raise Retryable(f"{self._engine}: no answer from the server ({type(error).__name__}); it will be tried again") from None

    async def _body(self, response: httpx.Response) -> bytes:
        """The bytes as they came: a compressed answer, which was not asked for, could become any size."""
        if response.headers.get("Content-Encoding", "").strip().lower() not in _NO_CODING:
            raise BadOutput(f"{self._engine}: the answer is compressed, which was not asked for")
        body = bytearray()
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > self._max_bytes:
                raise BadOutput(f"{self._engine}: the answer is larger than {self._max_bytes} bytes")
        return bytes(body)


def checked(url: str, option: str, *, login: bool = False) -> str:
    """An http(s) address that paths can be added to. Raises ValueError in words that hold no password."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0 and not parts.query and not parts.fragment
    except ValueError:
        raise ValueError(f"{option} is no address; write one such as http://127.0.0.1:5000") from None
    if not usable or not url.isprintable() or " " in url:
        raise ValueError(f"{option} is no complete address; write one such as http://127.0.0.1:5000")
    if parts.username is not None and not login:
        raise ValueError(f"{option} holds a password; keys belong into api_key")
    return url


def checked_key(key: str) -> str:
    """A key that a header can carry. Raises ValueError that does not show it."""
    if not key.isascii() or not key.isprintable() or key != key.strip():
        raise ValueError("api_key holds characters that no key has: a space, a line break or a letter outside ASCII")
    return str(key)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None

"""Bounds what a server may say before its answer: the transport bounds each header and each 1xx answer, but not how many there are."""

from __future__ import annotations

import ssl
from typing import Any

import httpcore

MOST = 128 * 1024  # bytes until the final answer's headers are complete
AT_ONCE = 8 * 1024  # bytes taken from the network at a time until then: what is parsed in one piece holds everything else up


class Allowance:
    """What is left of a connection's head; `end()` says that the head is over."""

    def __init__(self) -> None:
        self.left: int | None = MOST

    def end(self) -> None:
        """From here on it is body, which has bounds of its own."""
        self.left = None


class HeadStream(httpcore.AsyncNetworkStream):
    """A stream that can be read only as far as its allowance goes. Raises httpcore.RemoteProtocolError beyond."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, allowance: Allowance) -> None:
        self._stream = stream
        self._allowance = allowance

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - the library's signature
        """Some bytes, few at a time within the head."""
        left = self._allowance.left
        if left is None:
            return await self._stream.read(max_bytes, timeout)
        if left <= 0:
            raise httpcore.RemoteProtocolError("the head has no end")
        data = await self._stream.read(min(max_bytes, AT_ONCE), timeout)
        self._allowance.left = left - len(data)
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """All of the bytes."""
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """Close it."""
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        """The same connection, encrypted; closed where that does not come about, which the library forgets when it is cancelled."""
        try:
            encrypted = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        except BaseException:
            await self._stream.aclose()
            raise
        return HeadStream(encrypted, self._allowance)

    def get_extra_info(self, info: str) -> Any:
        """What the transport knows of it."""
        return self._stream.get_extra_info(info)

"""A connection's bytes as they come, kept until somebody asks for them, and no more than a few pieces ahead."""

from __future__ import annotations

import asyncio
from typing import cast

ENOUGH = 128 * 1024  # bytes kept: the other side has to wait until they are taken


class Stream(asyncio.Protocol):
    """The lower end of one exchange. One task reads."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._ended = self._paused = False
        self._error: Exception | None = None
        self._waiter: asyncio.Future[None] | None = None

    def write(self, data: bytes) -> None:
        """Send it, as soon as the connection takes it."""
        self._transport.write(data)

    def abort(self) -> None:
        """Close at once: there is nothing left to say, and nobody to wait for."""
        self._transport.abort()

    async def read(self, most: int) -> bytes:
        """What has come, up to so many bytes; nothing at the end. Raises OSError after that where it broke."""
        while not self._kept and not self._ended:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        if not self._kept and self._error:
            raise self._error
        taken = bytes(self._kept) if len(self._kept) <= most else bytes(memoryview(self._kept)[:most])
        del self._kept[: len(taken)]
        if self._paused and len(self._kept) < ENOUGH:
            self._paused = False
            self._transport.resume_reading()
        return taken

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the loop."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Called by the loop."""
        self._kept += data
        if len(self._kept) >= ENOUGH and not self._paused:
            self._paused = True
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> None:
        """Called by the loop, which closes the connection after that."""
        self._ended = True
        self._wake()

    def connection_lost(self, error: Exception | None) -> None:
        """Called by the loop."""
        self._ended, self._error = True, error
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

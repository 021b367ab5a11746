"""One connection for one request: to an address that was checked, while TLS and Host keep the name."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from contextlib import suppress

from aggregator.fetch.failures import FetchError
from aggregator.fetch.stream import Stream
from aggregator.fetch.target import Target
from aggregator.fetch.wire import Wire

CONNECT_WITHIN = 10.0  # seconds for one address
ADDRESSES_TRIED = 4


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

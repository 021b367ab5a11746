"""Versions of what is served, kept in memory within bounds: read, compressed and narrowed once, off the event loop, for all who ask."""

from __future__ import annotations

import asyncio
import gzip
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import brotli  # type: ignore[import-untyped]  # it ships no types

from aggregator.core import identity
from aggregator.core.negotiation import CODINGS

Result = TypeVar("Result")

MOST_BYTES = 64 * 1024 * 1024  # of all versions that are kept
WORTH_COMPRESSING = 512  # bytes
_COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda data: gzip.compress(data, 6, mtime=0),
    "br": lambda data: bytes(brotli.compress(data, quality=5)),
}


@dataclass(slots=True, eq=False)
class Version:
    """Bytes that were made from something with a `stamp`, as they are and in every coding asked for so far."""

    stamp: Hashable
    modified: int  # seconds since 1970
    data: bytes
    digest: str
    coded: dict[str, bytes] = field(default_factory=dict)
    fields: dict[Any, list[tuple[bytes, bytes]]] = field(default_factory=dict)  # header fields by what they depend on

    @property
    def size(self) -> int:
        """Bytes of memory, about: codings are no larger than what they are of."""
        return 2 * len(self.data)

    @property
    def tags(self) -> list[str]:
        """The entity tags of all its forms, the plain one first: each form is another representation (RFC 9110 section 8.8.3.3)."""
        return [self.tag(""), *map(self.tag, CODINGS)]

    def tag(self, coding: str) -> str:
        """The entity tag of a form."""
        return f'"{self.digest}-{coding}"' if coding else f'"{self.digest}"'

    def body(self, coding: str) -> bytes:
        """The bytes of a form that is there."""
        return self.coded[coding] if coding else self.data


def version(data: bytes, stamp: Hashable, *, modified: int) -> Version:
    """A version of these bytes."""
    return Version(stamp, modified, data, identity.body_digest(data))


class Versions:
    """The newest version of each thing, the least recently asked for forgotten first. For one event loop."""

    def __init__(self, *, most_bytes: int = MOST_BYTES) -> None:
        self._kept: OrderedDict[Hashable, Version] = OrderedDict()
        self._making: dict[Hashable, asyncio.Future[Any]] = {}
        self._room = self._most = most_bytes

    def kept(self, key: Hashable, stamp: Hashable) -> Version | None:
        """The version of a thing that was made from what has this stamp, if it is there."""
        found = self._kept.get(key)
        if found is None or found.stamp != stamp:
            return None
        self._kept.move_to_end(key)
        return found

    async def made(self, key: Hashable, stamp: Hashable, make: Callable[[], Version]) -> Version:
        """The version that `make` returns, which is then kept. Raises what that raises."""
        version = await self._once((key, stamp), make)
        if self._kept.get(key) is not version:
            self._keep(key, version)
        return version

    async def coded(self, version: Version, coding: str) -> bytes:
        """The bytes of a version in a coding."""
        if coding not in version.coded:
            version.coded[coding] = await self._once((coding, version.digest), lambda: _COMPRESS[coding](version.data))
        return version.coded[coding]

    async def _once(self, key: Hashable, make: Callable[[], Result]) -> Result:
        """What `make` returns in a thread; who asks while it is at work waits for the same."""
        making = self._making.get(key)
        if making is None:
            making = self._making[key] = asyncio.ensure_future(asyncio.to_thread(make))
            making.add_done_callback(lambda done: self._making.pop(key, None))
        result: Result = await asyncio.shield(making)
        return result

    def _keep(self, key: Hashable, version: Version) -> None:
        if former := self._kept.pop(key, None):
            self._room += former.size
        if version.size > self._most:
            return
        self._kept[key] = version
        self._room -= version.size
        while self._room < 0:
            _, oldest = self._kept.popitem(last=False)
            self._room += oldest.size

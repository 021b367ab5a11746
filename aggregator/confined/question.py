"""What is asked of the reader of a body: of which source it is, and all else that reading it depends on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from aggregator.core import jsonable
from aggregator.core.derived import derived
from aggregator.model import NOTHING, Fetched, Source

_SOURCES = 2000  # that a child remembers, some 2 KB each


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """All that reading a body depends on, but for its source, and without the body."""

    url: str
    status: int
    headers: Mapping[str, str]
    now: datetime
    known: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()

    @classmethod
    def of(cls, fetched: Fetched, *, now: datetime, known: Sequence[str] = (), repeated: Sequence[str] = ()) -> Question:
        """The question for one answer; how it was fetched does not concern its reader."""
        told = {"known": tuple(known), "repeated": tuple(repeated)}
        return cls(url=fetched.url, status=fetched.status, headers=fetched.headers, now=now, **told)

    def fetched(self, body: bytes) -> Fetched:
        """The answer that was asked about, put together with its body."""
        return Fetched(url=self.url, body=body, status=self.status, headers=self.headers)


@derived
def written(source: Source) -> bytes:
    """A source as its reader is told of it: without secrets, and without how it is fetched."""
    return jsonable.dump(replace(source, headers=NOTHING, proxy="", user_agent=""))


@lru_cache(maxsize=_SOURCES)
def understood(source: bytes) -> Source:
    """The source that was written, the same one each time, so that what follows from it is worked out once."""
    return jsonable.load(Source, source)

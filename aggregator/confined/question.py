"""What is asked of the reader of a body."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from aggregator.model import NOTHING, Fetched, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """All that reading a body depends on, without the body and without secrets."""

    source: Source
    url: str
    status: int
    headers: Mapping[str, str]
    now: datetime
    known: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()

    @classmethod
    def of(cls, source: Source, fetched: Fetched, *, now: datetime, known: Sequence[str] = (), repeated: Sequence[str] = ()) -> Question:
        """The question for one answer of one source; how it was fetched does not concern its reader."""
        bare = replace(source, headers=NOTHING, proxy="", user_agent="")
        told = {"known": tuple(known), "repeated": tuple(repeated)}
        return cls(source=bare, url=fetched.url, status=fetched.status, headers=fetched.headers, now=now, **told)

    def fetched(self, body: bytes) -> Fetched:
        """The answer that was asked about, put together with its body."""
        return Fetched(url=self.url, body=body, status=self.status, headers=self.headers)

"""One exchange with an origin: what is asked, and the three things that can come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Literal

NOTHING: Mapping[str, Any] = MappingProxyType({})
FailureKind = Literal[
    "dns", "connect", "tls", "timeout", "too_large", "status", "gone", "bot_wall", "blocked_address",
    "redirects", "encoding", "protocol", "not_a_feed", "empty", "bad_source", "robots", "no_robots", "internal",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One exchange to make: a GET, or with a `form` a POST. `max_bytes` bounds the decoded body, `timeout` all of it with redirects."""

    url: str
    form: Mapping[str, str] = field(default_factory=dict)  # may hold secrets
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: timedelta = timedelta(seconds=30)
    max_bytes: int = 10 * 1024 * 1024
    allow_networks: tuple[str, ...] = ()
    proxy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A complete answer of 2xx. `url` is where it came from in the end; `permanent_url` where all-permanent redirects led, or empty."""

    url: str
    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case
    permanent_url: str = ""
    pushed: bool = False  # it was delivered by a hub, not asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """A 304, with the headers it came with (RFC 9111 section 4.3.4)."""

    url: str
    status: int = 304
    headers: Mapping[str, str] = field(default_factory=dict)
    permanent_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A poll that brought nothing, as a value: what kind of failure, in words, and what a person can do about it."""

    kind: FailureKind
    message: str
    advice: str = ""
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    host: str = ""  # that gave the answer, where it need not be the source's own


Outcome = Fetched | NotModified | Failed

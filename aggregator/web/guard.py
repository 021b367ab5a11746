"""Stands before every route: for which names we answer, which pages may act for a person, what is locked, what browsers are told.

| request | is let in |
|---|---|
| to a name that is not ours | never (421): DNS rebinding |
| that changes something, other than a hub's | from no page, or one of ours (403); routes of acts themselves want the token |
| to what is locked | with the operator's token, as Bearer, or as the password of Basic (401); too many wrong ones have to wait (429) |
| to anything else | always |
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aggregator.core import admission
from aggregator.core.admission import Keys
from aggregator.core.buckets import Buckets
from aggregator.core.websub import PATH as HUBS
from aggregator.web.files import FEEDS, MEDIA_TYPES, OPERATOR

READING = frozenset({"GET", "HEAD", "OPTIONS"})
OPEN = frozenset({"/healthz", "/healthz.json", "/readyz", "/readyz.json", f"{FEEDS}style.css"})  # never locked: nothing is told there
OPEN_BELOW = ("/static/", HUBS)  # the same, or only to those who have another secret
SUFFIXES = tuple(MEDIA_TYPES)
LOCKED = ("/metrics", "/operations")  # as soon as there is a token
POLICY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data: http: https:; "
    "media-src http: https:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with none at all browsers send our own forms with `Origin: null`, as those of strangers
}
CHALLENGE = {"WWW-Authenticate": 'Basic realm="aggregator", charset="UTF-8"'}
_POLICY = [(name.lower().encode(), value.encode()) for name, value in POLICY.items()]
_NAMES = frozenset(name for name, _ in _POLICY)


def attempts() -> Buckets:
    """How often a client may try to act, or be wrong about the token: ten times at once, then every six seconds."""
    return Buckets(size=10, seconds=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tries:
    """How often each client has tried to act, and been wrong about the token."""

    to_act: Buckets = field(default_factory=attempts)
    to_enter: Buckets = field(default_factory=attempts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """What is locked: nothing without `keys`; with `private` everything that is not OPEN.

    `feed_tokens` leaves feeds to their own tokens. `hosts` are names that we answer for besides that of `base_url`.
    """

    base_url: str = ""
    hosts: tuple[str, ...] = ()
    keys: Keys | None = None
    private: bool = False
    feed_tokens: bool = False

    @property
    def names(self) -> frozenset[str]:
        """The names that we answer for."""
        return frozenset({urlsplit(self.base_url).hostname or "", *self.hosts} - {""})

    def lock(self, path: str) -> bool:
        """Whether a path is for the operator alone."""
        return path.startswith(LOCKED) or (self.private and not self._is_open(path))

    def _is_open(self, path: str) -> bool:
        has_own = self.feed_tokens and path.startswith(FEEDS) and path.endswith(SUFFIXES)
        return has_own or path in OPEN or path.startswith(OPEN_BELOW)


UNLOCKED = Doors()


class Guard:
    """An ASGI application before another one."""

    def __init__(
        self, app: ASGIApp, doors: Doors = UNLOCKED, *, wrong: Buckets | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.app = app
        self._doors = doors
        self._names = doors.names
        self._wrong = wrong or attempts()
        self._clock = clock
        self._hosts: dict[bytes, bool] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let in or refuse."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        fields = dict(scope["headers"])
        answer = self._refusal(scope, fields) or self.app
        await answer(scope, receive, _with_policy(send))

    def _refusal(self, scope: Scope, fields: dict[bytes, bytes]) -> Response | None:
        host = fields.get(b"host", b"")
        if not self._is_ours(host):
            shown = host.decode("latin-1")[:100]
            return _said(421, f"This server does not answer for {shown!r}. If it is to, put that name into `hosts` of [web].")
        if scope["method"] not in READING and not scope["path"].startswith(HUBS) and not self._is_own_page(fields):
            return _said(403, "Only pages of this server may do that.")
        return self._locked_out(scope, fields)

    def _is_ours(self, host: bytes) -> bool:
        known = self._hosts.get(host)
        if known is None:
            known = host == b"" or admission.answers_for(host.decode("latin-1").lower(), self._names)
            if len(self._hosts) < 1000:
                self._hosts[host] = known
        return known

    def _is_own_page(self, fields: dict[bytes, bytes]) -> bool:
        origin, site, host = (fields.get(name, b"").decode("latin-1") for name in (b"origin", b"sec-fetch-site", b"host"))
        return admission.is_own_page(origin=origin, site=site, host=host, base_url=self._doors.base_url)

    def _locked_out(self, scope: Scope, fields: dict[bytes, bytes]) -> Response | None:
        if (keys := self._doors.keys) is None:
            return None
        authorization, client = fields.get(b"authorization", b"").decode("latin-1"), scope.get("client")
        address, now = client[0] if client else "", self._clock()
        if authorization and self._wrong.wait(address, now=now):
            return too_many(self._wrong.wait(address, now=now))
        scope[OPERATOR] = admitted = keys.admits(authorization)
        if authorization and not admitted:
            self._wrong.take(address, now=now)
        return None if admitted or not self._doors.lock(scope["path"]) else unknown()


def unknown() -> Response:
    """Ask for the token, in a way that a browser understands without a script or a cookie."""
    return _said(401, "The operator's token is wanted here: as a Bearer token, or as the password, with any user name.", **CHALLENGE)


def no_token() -> Response:
    """Nobody can act where there is no token."""
    return _said(403, "Nobody can act here, for no token is configured: set `token` in [web].")


def too_many(seconds: int) -> Response:
    """Ask to wait."""
    return _said(429, f"That was too often: wait {seconds} seconds.", **{"Retry-After": str(seconds)})


def _said(status: int, text: str, **fields: str) -> Response:
    return PlainTextResponse(f"{text}\n", status_code=status, headers={"Cache-Control": "no-store", **fields})


def _with_policy(send: Send) -> Send:
    async def told(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = [field for field in message.get("headers", ()) if field[0] not in _NAMES]
            message["headers"] = own + _POLICY
        await send(message)

    return told

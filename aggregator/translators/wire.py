"""What deep-translator talks through instead of `requests` itself: sessions, timeouts, a deadline, a size limit, no redirects, no log."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
from urllib3.exceptions import HTTPError

from aggregator.errors import AuthFailed, BadOutput, Blocked, RateLimited, Retryable, TooLong, TranslationError
from aggregator.translators.refusals import retry_after, silence

silence()
_CHUNK = 65536
_WALLS = ("consent.google", "/sorry/", "g-recaptcha", "unusual traffic")
_ANSWER = 'class="result-container"'


@dataclass(frozen=True, slots=True)
class Page:
    """The part of `requests.Response` that deep-translator reads."""

    status_code: int
    text: str

    def json(self) -> Any:
        """What the text says as JSON. Raises BadOutput."""
        try:
            return json.loads(self.text)
        except (ValueError, RecursionError):
            raise BadOutput("the server did not answer with JSON") from None

    def close(self) -> None:
        """Closed already."""


class Wire:
    """One engine's way to its server. Every thread has a session of its own, as sessions are not made for sharing.

    `connect` and `read` are seconds without progress, `max_bytes` bounds the decoded page; `keyed` says that a refusal is about the key.
    """

    def __init__(self, engine: str, *, connect: float, read: float, max_bytes: int, keyed: bool = False, proxy: str = "") -> None:
        self._engine = engine
        self._connect = connect
        self._read = read
        self._max_bytes = max_bytes
        self._keyed = keyed
        self._proxy = proxy
        self._own = threading.local()
        self._lock = threading.Lock()
        self._sessions: list[requests.Session] = []

    def exchange(self, method: str, url: str, *, deadline: float, **sent: Any) -> Page:
        """One exchange, over before `deadline` (time.monotonic); `sent` is what requests takes: params, data, json, headers.

        Raises TranslationError, whose text tells nothing of what was sent.
        """
        try:
            return self._exchange(method, url, deadline, sent)
        except (requests.RequestException, HTTPError, OSError) as error:
            # what these say holds the URL, and the URL holds the article's text
            raise Retryable(f"{self._engine}: no answer from the server ({type(error).__name__}); it will be tried again") from None

    def _exchange(self, method: str, url: str, deadline: float, sent: Mapping[str, Any]) -> Page:
        patience = min(self._read, self._left(deadline))
        with self._session().request(
            method, url, timeout=(min(self._connect, patience), patience), allow_redirects=False, stream=True, **sent
        ) as response:
            refusal = self._refusal(response)
            if refusal is not None:
                raise refusal
            text = self._body(response, deadline)
        return Page(response.status_code, self._page(text) if text.lstrip().startswith("<") else text)

    def _page(self, text: str) -> str:
        """An HTML page as it is to be read: a line break may come as an element, which would glue the lines together."""
        if _ANSWER not in text and any(wall in text for wall in _WALLS):
            raise self._blocked()
        return text.replace("<br>", "\n").replace("<br/>", "\n")

    def _left(self, deadline: float) -> float:
        left = deadline - time.monotonic()
        if left <= 0:
            raise Retryable(f"{self._engine}: the time for one call is over; it will be tried again")
        return left

    def _body(self, response: requests.Response, deadline: float) -> str:
        body = bytearray()
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            body += chunk
            if len(body) > self._max_bytes:
                raise BadOutput(f"{self._engine}: the answer is larger than {self._max_bytes} bytes")
            self._left(deadline)
        return body.decode("utf-8", errors="replace")

    def _refusal(self, response: requests.Response) -> TranslationError | None:
        status = response.status_code
        if status in {429, 503} and ("Retry-After" in response.headers or status == 429):
            return RateLimited(
                f"{self._engine}: asked to slow down (status {status})", after=retry_after(response.headers.get("Retry-After", ""))
            )
        if status >= 500:
            return Retryable(f"{self._engine}: the server failed (status {status}); it will be tried again")
        if status in {413, 414}:
            return TooLong(f"{self._engine}: the text is too long for the server (status {status})")
        if status in {401, 403} and self._keyed:
            return AuthFailed(f"{self._engine}: the server refuses the key (status {status}); check api_key")
        if status in {401, 403} or 300 <= status < 400:
            return self._blocked()
        return None if status < 300 else BadOutput(f"{self._engine}: the server refused the request (status {status})")

    def _blocked(self) -> Blocked:
        return Blocked(
            f"{self._engine}: the server wants consent or a captcha from this address; use another engine, or fewer requests, or a proxy"
        )

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._own, "session", None)
        if session is None:
            session = self._own.session = requests.Session()
            session.proxies = {"http": self._proxy, "https": self._proxy} if self._proxy else {}
            with self._lock:
                self._sessions.append(session)
        return session

    def close(self) -> None:
        """Close every thread's session."""
        with self._lock:
            for session in self._sessions:
                session.close()
            self._sessions.clear()

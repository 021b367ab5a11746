"""Google Translate's mobile page on loopback, as deep-translator reads it, with the faults that the real one has."""

from __future__ import annotations

import html
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

PAGE = '<!doctype html><html><body><form action="/m"></form><div class="result-container">{}</div></body></html>'


def upper(text: str) -> str:
    """A translation that is easy to foretell: every word turned round and in capitals, placeholders kept."""
    return re.sub(r"[^\W\d_]+", lambda word: word[0][::-1].upper(), text)


@dataclass
class GooglePage:
    """A server that answers every query by `answer(text)`; `answer` may return a whole response instead: (status, headers, body)."""

    answer: Callable[[str], str | tuple[int, dict[str, str], bytes]] = upper
    drip: float = 0.0  # seconds between the bytes of an answer
    lost: int = 0  # bytes at the end of an answer that its length promises and that never come
    queries: list[dict[str, str]] = field(default_factory=list)
    url: str = ""
    released: threading.Event = field(default_factory=threading.Event)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    page: GooglePage

    def do_GET(self) -> None:
        split = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(split.query, keep_blank_values=True).items()}
        self.page.queries.append(query)
        if len(split.query) > 16_000 or len(query["q"]) >= 5000:
            return self._send(413, {}, b"too long")
        answer = self.page.answer(query["q"])
        if isinstance(answer, str):
            answer = (200, {"Content-Type": "text/html; charset=utf-8"}, PAGE.format(html.escape(answer)).encode())
        return self._send(*answer)

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.page.lost:
            self.close_connection = True
            body = body[: -self.page.lost]
        if not self.page.drip:
            self.wfile.write(body)
            return
        for byte in body:
            if self.page.released.wait(self.page.drip):
                break
            self.wfile.write(bytes([byte]))
            self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """Silence."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        """A client that hung up is what some tests are about."""


@contextmanager
def google_page(**settings: object) -> Iterator[GooglePage]:
    page = GooglePage(**settings)  # type: ignore[arg-type]
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"page": page}))
    page.url = f"http://127.0.0.1:{server.server_port}/m"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield page
    finally:
        page.released.set()
        server.shutdown()
        thread.join()
        server.server_close()


def took(since: float) -> float:
    """Seconds of real time."""
    return time.monotonic() - since

"""What stands between a web server and its clients, passes everything on, and remembers who got which answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOP_BY_HOP = ("connection", "keep-alive", "transfer-encoding", "server", "date")


@dataclass
class Recorder:
    """Passes requests for `/<client>/<path>` on to `/<path>` of the server at `target`; `port` is its own."""

    target: int
    port: int = 0
    answers: list[tuple[str, int]] = field(default_factory=list)  # client, status

    def take(self, client: str) -> list[int]:
        """The answers that a client has got since it was asked for the last time."""
        taken = [status for who, status in self.answers if who == client]
        self.answers = [answer for answer in self.answers if answer[0] != client]
        return taken


@contextmanager
def recorder(target: int) -> Iterator[Recorder]:
    """A recorder that runs."""
    made = Recorder(target)

    class Passing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            _, client, path = self.path.split("/", 2)
            with closing(HTTPConnection("127.0.0.1", made.target, timeout=10)) as connection:
                connection.request("GET", f"/{path}", headers=dict(self.headers.items()))
                answer = connection.getresponse()
                body = answer.read()
            made.answers.append((client, answer.status))
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in HOP_BY_HOP:
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing: the test is told by what is remembered."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Passing) as server:
        made.port = server.server_port
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield made
        server.shutdown()

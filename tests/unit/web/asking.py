"""One request to an ASGI application, without a server; nothing is added to it and nothing taken away."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple
from urllib.parse import unquote, urlencode

App = Callable[[Any, Any, Any], Awaitable[None]]


class Answer(NamedTuple):
    """Names of headers in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def ask(app: App, path: str, method: str = "GET", *, body: bytes = b"", client: str = "192.0.2.1", **headers: str) -> Answer:
    """The answer to one request; `if_none_match="..."` becomes If-None-Match."""
    return asyncio.run(asking(app, path, method, body=body, client=client, **headers))


def post(app: App, path: str, *, client: str = "192.0.2.1", fields: dict[str, str] | None = None, **headers: str) -> Answer:
    """A form that is sent."""
    kind = {"content_type": "application/x-www-form-urlencoded"}
    return ask(app, path, "POST", body=urlencode(fields or {}).encode(), client=client, **(kind | headers))


async def asking(app: App, path: str, method: str = "GET", *, body: bytes = b"", client: str = "192.0.2.1", **headers: str) -> Answer:
    """The same within an event loop."""
    sent: list[dict[str, Any]] = []

    told = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> dict[str, Any]:
        return next(told, None) or await asyncio.Future()  # nobody hangs up

    async def send(message: Any) -> None:
        sent.append(message)

    plain, _, query = path.partition("?")
    fields = [(name.replace("_", "-").encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]
    scope = {
        "type": "http",
        "method": method,
        "path": unquote(plain),
        "raw_path": plain.encode(),
        "query_string": query.encode(),
        "headers": fields,
        "client": (client, 1234),
        "http_version": "1.1",
        "scheme": "http",
        "server": ("127.0.0.1", 8080),
    }
    await app(scope, receive, send)
    named = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], named, b"".join(message.get("body", b"") for message in sent[1:]))

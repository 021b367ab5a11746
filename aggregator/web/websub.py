"""The callback that hubs use (W3C WebSub, sections 5.3 and 7)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Protocol

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from aggregator.core.websub import MOST_BYTES, PATH
from aggregator.web.forms import TooLarge, read

AGAIN_AFTER = "60"  # seconds


class Subscriber(Protocol):
    """Who knows the subscriptions."""

    def confirm(self, token: str, query: Mapping[str, str]) -> str | None: ...  # noqa: D102

    async def deliver(self, token: str, body: bytes, *, content_type: str, signature: str) -> bool | None: ...  # noqa: D102


def callback(subscriber: Subscriber) -> list[Route]:
    """The routes for a subscriber."""

    async def asked(request: Request) -> Response:
        text = await asyncio.to_thread(subscriber.confirm, request.path_params["token"], dict(request.query_params))
        return PlainTextResponse("not here", status_code=404) if text is None else PlainTextResponse(text)

    async def delivered(request: Request) -> Response:
        try:
            body = await read(request, most=MOST_BYTES)
        except TooLarge:
            return PlainTextResponse("too large", status_code=413)
        said = {
            name: request.headers.get(field, "") for name, field in (("content_type", "content-type"), ("signature", "x-hub-signature"))
        }
        done = await subscriber.deliver(request.path_params["token"], body, **said)
        if done is None:
            return PlainTextResponse("not here", status_code=404)
        return Response(status_code=202) if done else Response(status_code=503, headers={"Retry-After": AGAIN_AFTER})

    path = PATH + "{token}"
    return [Route(path, asked, methods=["GET"]), Route(path, delivered, methods=["POST"])]

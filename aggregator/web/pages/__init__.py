"""The pages that people read, each with a twin in JSON that programs read: gathered once, told twice."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any

from starlette.convertors import Convertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from aggregator.web.files import MEDIA_TYPES
from aggregator.web.pages import catalogue, item, items, openapi, preview, source, status
from aggregator.web.pages.openapi import Act, Told
from aggregator.web.pages.rendering import HEADERS, Pages
from aggregator.web.pages.view import Failure, View, dump
from aggregator.wiring import House

log = logging.getLogger(__name__)

VIEWS: tuple[View[Any], ...] = (catalogue.VIEW, items.VIEW, item.VIEW, source.VIEW, status.VIEW)
TOLD: tuple[Told, ...] = (*item.TEXTS, *preview.TWINS)
STATIC = Path(__file__).parent.parent / "static"
NO_ACTS: Mapping[str, Act] = {}
Handler = Callable[[Request], Awaitable[Response]]


class FeedName(Convertor[str]):
    """The last part of a feed's address without an extension: `all`, `tag/markets`."""

    regex = r"(?:tag/)?[^/]+" + "".join(rf"(?<!\{extension})" for extension in MEDIA_TYPES)

    def convert(self, value: str) -> str:
        """As it is."""
        return value

    def to_string(self, value: str) -> str:
        """As it is."""
        return value


register_url_convertor("feed", FeedName())


def routes(house: Callable[[], House], *, acts: Mapping[str, Act] = NO_ACTS, told: Sequence[Told] = ()) -> list[BaseRoute]:
    """The routes of all pages over the house that stands at the time. Twins go first: an id may hold a dot.

    With `acts`, by the paths that they are posted to, the pages have forms for them. `told` is what others answer, to be described too.
    """
    pages = Pages(house, bool(acts))
    return [
        *(Route(view.twin, view.json(pages)) for view in VIEWS),
        Route("/items/{id}.md", _in_thread(lambda request: item.markdown(house(), request))),
        Route("/items/{id}.txt", _in_thread(lambda request: item.raw(house(), request))),
        Route("/openapi.json", _in_thread(lambda request: _described(house(), acts, (*TOLD, *told)))),
        *(Route(view.path, view.html(pages)) for view in VIEWS),
        Route("/feeds/{language}/{name:feed}", _in_thread(lambda request: preview.answer(pages, request))),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]


def failures(house: Callable[[], House]) -> Callable[[Request, Exception], Awaitable[Response]]:
    """What answers an HTTPException or one of our own errors: in JSON for programs, as a page for browsers, else in one line."""
    pages = Pages(house)

    def answered(request: Request, error: Exception) -> Response:
        path, code, text, headers = request.url.path, 503, "", None
        if isinstance(error, HTTPException):
            code, text, headers = error.status_code, error.detail, error.headers
        else:
            log.error("%s can't be shown: %s", path, error)  # which may tell more than strangers should know
        known = HTTPStatus(code).phrase
        text = "" if text == known else text
        if path.endswith(".json") and not path.startswith("/feeds/"):
            body = dump(Failure, Failure(error=text or known))
            return Response(body, code, media_type="application/json", headers=headers)
        if "text/html" not in request.headers.get("accept", ""):
            return Response(f"{text or known}\n", code, media_type="text/plain", headers=headers)
        made = pages.render(request, "failure.html", status=code, code=code, text=text)
        made.headers.update(headers or {})
        return made

    async def answer(request: Request, error: Exception) -> Response:
        return await asyncio.to_thread(answered, request, error)

    return answer


def _in_thread(work: Callable[[Request], Response]) -> Handler:
    async def answer(request: Request) -> Response:
        return await asyncio.to_thread(work, request)

    return answer


def _described(house: House, acts: Mapping[str, Act], told: Sequence[Told]) -> Response:
    text = json.dumps(openapi.document(VIEWS, acts, told, title=house.settings.site.title), ensure_ascii=False, indent=1)
    return Response(text, media_type="application/json", headers=HEADERS)

"""The web application: feeds as files, a catalogue to find them, an OPML list to subscribe to all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, PackageLoader, select_autoescape
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from aggregator.web.files import Published
from aggregator.web.websub import Subscriber, callback
from aggregator.wiring import Place

CSP = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
OPML = "text/x-opml; charset=utf-8"


def application(
    places: Callable[[], list[Place]],
    *,
    feeds: Path,
    title: str,
    opml: Callable[[str], bytes],
    formats: tuple[str, ...],
    subscriber: Subscriber | None = None,
) -> Starlette:
    """The routes over one folder of published feeds; `places` says which there are, `opml` lists those of a language, or of all ("").

    With a `subscriber`, hubs may call back.
    """
    templates = Environment(loader=PackageLoader("aggregator.web"), autoescape=select_autoescape(default=True))

    async def catalogue(request: Request) -> Response:
        languages = by_language(await asyncio.to_thread(places))
        page = templates.get_template("catalogue.html").render(title=title, languages=languages, formats=formats)
        return HTMLResponse(page, headers={"Content-Security-Policy": CSP, "X-Content-Type-Options": "nosniff"})

    async def subscriptions(request: Request) -> Response:
        return Response(await asyncio.to_thread(opml, ""), media_type=OPML)

    async def subscriptions_in(request: Request) -> Response:
        language = request.path_params["language"]
        if language not in by_language(await asyncio.to_thread(places)):
            raise HTTPException(404)
        return Response(await asyncio.to_thread(opml, language), media_type=OPML)

    async def healthz(request: Request) -> Response:
        return PlainTextResponse("ok\n")

    return Starlette(
        routes=[
            Route("/", catalogue),
            Route("/opml.xml", subscriptions),
            Route("/opml/{language}.xml", subscriptions_in),
            Route("/healthz", healthz),
            Route("/feeds/{path:path}", Published(feeds).__call__),
            *(callback(subscriber) if subscriber else ()),
        ]
    )


def by_language(places: list[Place]) -> dict[str, list[Place]]:
    """The feeds of each language, the one of everything first, the tags' last."""
    ordered = sorted(places, key=lambda place: (place.language, place.name != "all", place.name.startswith("tag/"), place.name))
    return {language: list(rows) for language, rows in groupby(ordered, key=lambda place: place.language)}

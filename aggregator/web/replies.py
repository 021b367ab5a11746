"""What is answered to an act: a page or a way to one for a browser, JSON for a program."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from aggregator.web.pages.rendering import Pages

NOT_KEPT = {"Cache-Control": "no-store"}
NO_FACTS: Mapping[str, Any] = {}


def wants_page(request: Request) -> bool:
    """Whether a person is looking."""
    return "text/html" in request.headers.get("accept", "")


def accepted(request: Request, text: str, page: str, facts: Mapping[str, Any], *, to: str) -> Response:
    """It is done: to the page that was asked for, if it is one of ours, or to the one that shows it."""
    if wants_page(request):
        return RedirectResponse(to if _is_ours(to) else page, status_code=303, headers=NOT_KEPT)
    return _json({"done": text, **facts})


async def refused(pages: Pages, request: Request, status: int, text: str) -> Response:
    """It is not done, and why."""
    if wants_page(request):
        return await _page(pages, request, status, text, NO_FACTS)
    return _json({"error": text}, status)


async def previewed(pages: Pages, request: Request, text: str, facts: Mapping[str, Any]) -> Response:
    """What would be added, with a button that does it."""
    return await _page(pages, request, 200, text, facts)


async def _page(pages: Pages, request: Request, status: int, text: str, facts: Mapping[str, Any]) -> Response:
    made = await asyncio.to_thread(pages.render, request, "act.html", status=status, text=text, facts=facts)
    made.headers.update(NOT_KEPT)
    return made


def _json(value: Mapping[str, Any], status: int = 200) -> Response:
    body = json.dumps(value, ensure_ascii=False, default=str)
    return Response(body.encode(errors="replace"), status_code=status, media_type="application/json", headers=NOT_KEPT)


def _is_ours(path: str) -> bool:
    """Whether this is the path of a page here, and not a way to somewhere else."""
    return path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and path.isascii()

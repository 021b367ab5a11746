"""The web application: feeds as files, pages to find and read them, OPML lists to subscribe to all, what monitors ask, and acts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from aggregator.errors import AggregatorError
from aggregator.web import pages
from aggregator.web.acts import ACTS, Desk, acts
from aggregator.web.files import FEEDS
from aggregator.web.guard import UNLOCKED, Doors, Guard, Tries
from aggregator.web.open_feeds import published
from aggregator.web.operations import TOLD, Watch, operations
from aggregator.web.websub import Subscriber, callback
from aggregator.wiring import House

OPML = "text/x-opml; charset=utf-8"


def application(
    house: Callable[[], House],
    *,
    watch: Watch,
    subscriber: Subscriber | None = None,
    desk: Desk | None = None,
    doors: Doors = UNLOCKED,
    tries: Tries | None = None,
) -> Guard:
    """The routes over the house that stands at the time; the folder of its feeds is that of now.

    `watch` knows how the program itself is doing. With a `subscriber`, hubs may call back; with a `desk`, people may act. `doors` says to
    whom all this is open, `tries` how often somebody has been wrong about that.
    """

    async def subscriptions(request: Request) -> Response:
        return Response(await asyncio.to_thread(house().opml, ""), media_type=OPML)

    async def subscriptions_in(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in await asyncio.to_thread(house().lists):
            raise HTTPException(404)
        return Response(await asyncio.to_thread(house().opml, name), media_type=OPML)

    feeds = published(house().settings.paths.feeds, doors, is_gone=lambda path: house().is_gone(path))
    app = Starlette(
        routes=[
            Route(f"{FEEDS}{{path:document}}", feeds),  # first: nothing is asked for as often
            Route("/opml.xml", subscriptions),
            Route("/opml/{name}.xml", subscriptions_in),
            *pages.routes(house, acts=ACTS if desk and desk.keys else {}, told=TOLD),
            *operations(watch),
            *(callback(subscriber) if subscriber else ()),
            *(acts(desk) if desk else ()),
        ],
        exception_handlers=dict.fromkeys((HTTPException, AggregatorError), pages.failures(house)),
    )
    return Guard(app, doors, wrong=tries.to_enter if tries else None)

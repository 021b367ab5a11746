"""`run` and `serve`: the daemon, and the feeds alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import asyncio

    from starlette.applications import Starlette

    from aggregator.cli.context import Context
    from aggregator.pipeline import Pipeline
    from aggregator.runners.subscribing import Subscriber
    from aggregator.wiring import House

Host = Annotated[str, typer.Option("--host", help="The address to listen on; a loopback one.")]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="The port to listen on; 0 takes a free one.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(run)
    app.command()(serve)


def run(context: typer.Context, *, host: Host = "127.0.0.1", port: Port = 8080) -> None:
    """Poll, translate, publish and serve until stopped."""
    from aggregator.runners import local
    from aggregator.runners.chores import chores
    from aggregator.runners.subscribing import Subscriber
    from aggregator.web import server

    options: Context = context.obj
    with options.house() as house, house.at_work(daemon=True), server.listen(host, port) as listener:
        house.store.sync_sources(house.settings.sources, now=house.pipeline.clock())

        subscriber = None if options.offline else Subscriber(house.pipeline, house.settings.site.base_url)
        places = house.settings.fetch.concurrency

        async def beside(stop: asyncio.Event) -> None:
            await server.serve(web_of(house, subscriber), listener, stop, ready=announce)

        house.run(lambda pipeline: local.run(pipeline, places=places, beside=beside, subscriber=subscriber, chores=chores(house)))


def serve(context: typer.Context, *, host: Host = "127.0.0.1", port: Port = 8080) -> None:
    """Serve what is published, and poll nothing."""
    options: Context = context.obj
    with options.house() as house:
        serve_only(house, host=host, port=port)


def serve_only(house: House, *, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT."""
    import asyncio

    from aggregator.runners import local
    from aggregator.web import server

    with server.listen(host, port) as listener:

        async def only(pipeline: Pipeline) -> None:
            stop = asyncio.Event()
            local.stop_on_signals(stop)
            await server.serve(web_of(house), listener, stop, ready=announce)

        house.run(only)


def web_of(house: House, subscriber: Subscriber | None = None) -> Starlette:
    """The web application over a wired house."""
    from aggregator.web.app import application

    settings = house.settings
    return application(
        house.places,
        feeds=settings.paths.feeds,
        title=settings.site.title,
        opml=house.opml,
        formats=tuple(settings.feeds.formats),
        subscriber=subscriber,
    )


def announce(address: str) -> None:
    """Say where to look."""
    from aggregator.cli import complain

    complain(f"Serving on {address} - stop with Ctrl-C.")

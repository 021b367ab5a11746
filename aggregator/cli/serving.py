"""`run` and `serve`: the daemon, and the feeds alone."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path
    from socket import socket

    from aggregator.cli.context import Context
    from aggregator.pipeline import Pipeline
    from aggregator.runners.subscribing import Subscriber
    from aggregator.runners.watch import Watch
    from aggregator.web.gate import Rules
    from aggregator.web.gatekeeping import Gatekeeper
    from aggregator.web.guard import Guard, Tries
    from aggregator.wiring import House

Host = Annotated[str, typer.Option("--host", help="The address to listen on; a loopback one, unless there is a token in [web].")]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="The port to listen on; 0 takes a free one.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(run)
    app.command()(serve)


def run(context: typer.Context, *, host: Host = "127.0.0.1", port: Port = 8080) -> None:
    """Poll, translate, publish and serve until stopped. SIGHUP lets it read the configuration again."""
    options: Context = context.obj
    options.start_logging(as_json=options.json)
    with gated() as keeper, options.daemon() as house, listening(house, host, port) as listener:
        from aggregator.runners import local  # not before it is known to be the only one
        from aggregator.runners.daemon import Daemon
        from aggregator.runners.notifying import READY, Notifier
        from aggregator.web.guard import Tries
        from aggregator.web.server import Front

        notifier = Notifier(os.environ)
        house.sync_sources()
        daemon = Daemon(house, moved=lambda house: keeper.tell(rules_of(house)))

        def ready(address: str) -> None:
            announce(address, as_json=options.json)
            notifier.say(READY, f"STATUS=Serving on {address}")

        async def beside(stop: asyncio.Event) -> None:
            site = partial(web_of, lambda: daemon.house, daemon.watch, config=options.config, tries=Tries(), reread=daemon.reread.set)
            front = Front(lambda: daemon.house, lambda house: site(subscriber=daemon.subscriber))
            await keeper.serve(front, listener, rules_of(daemon.house), stop, ready=ready)

        house.run(lambda pipeline: local.run(daemon, beside=beside, notifier=notifier, load=options.settings), lasts=True)


def serve(context: typer.Context, *, host: Host = "127.0.0.1", port: Port = 8080) -> None:
    """Serve what is published, and poll nothing."""
    options: Context = context.obj
    options.start_logging(as_json=options.json)
    with options.house() as house:
        serve_only(house, options.config, host=host, port=port, as_json=options.json)


def serve_only(house: House, config: Path, *, host: str, port: int, as_json: bool = False) -> None:
    """Serve until SIGTERM or SIGINT."""
    import asyncio

    from aggregator.runners import local
    from aggregator.runners.watch import Watch
    from aggregator.web import server

    with listening(house, host, port) as listener:

        async def only(pipeline: Pipeline) -> None:
            stop = asyncio.Event()
            local.stop_on_signals(stop)
            site = web_of(lambda: house, Watch(lambda: house), config=config)
            await server.serve(site, listener, stop, ready=partial(announce, as_json=as_json))

        house.run(only, lasts=True)


def listening(house: House, host: str, port: int) -> socket:
    """The socket to serve on. Raises UsageError for a public address without a token."""
    from aggregator.web import server

    return server.listen(host, port, token=bool(house.settings.web.token))


def gated() -> AbstractContextManager[Gatekeeper]:
    """A process of its own for the feeds, begun while this one is small."""
    from aggregator.web.gatekeeping import gate

    return gate()


def rules_of(house: House) -> Rules:
    """What has to be known to answer for its feeds."""
    from aggregator.web.gate import Rules

    settings, web = house.settings, house.settings.web
    return Rules(
        feeds=str(settings.paths.feeds),
        sources=frozenset(house.pipeline.sources),
        base_url=settings.site.base_url,
        hosts=tuple(web.hosts),
        token=web.token or "",
        private=web.private,
        feed_tokens=web.feed_tokens,
    )


def web_of(
    house: Callable[[], House],
    watch: Watch,
    *,
    config: Path,
    subscriber: Subscriber | None = None,
    tries: Tries | None = None,
    reread: Callable[[], None] | None = None,
) -> Guard:
    """The web application over the house that stands at the time, which was made from the file `config`; `reread` asks for it once more.

    `tries` go on to be counted where one application takes the place of another.
    """
    from aggregator.web.acts import Desk
    from aggregator.web.app import application
    from aggregator.web.guard import Tries

    tries, rules = tries or Tries(), rules_of(house())
    return application(
        house,
        watch=watch,
        subscriber=subscriber,
        desk=Desk(house=house, config=config, keys=rules.doors.keys, reread=reread, attempts=tries.to_act),
        doors=rules.doors,
        tries=tries,
    )


def announce(address: str, *, as_json: bool = False) -> None:
    """Say where to look, in the log where all that is said is a log."""
    import logging

    from aggregator.cli import complain

    if as_json:
        logging.getLogger(__name__).info("Serving on %s", address)
    else:
        complain(f"Serving on {address} - stop with Ctrl-C.")

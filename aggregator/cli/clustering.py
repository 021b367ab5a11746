"""`worker`: one of several processes, on any machines, that share the work on PostgreSQL."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from aggregator.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from aggregator.cli.context import Context
    from aggregator.config import Settings
    from aggregator.model import Backlog, Node

Queues = Annotated[str, typer.Option("--queues", metavar="NAMES", help="What to work on, of poll, translate, publish; with commas.")]
ALL = "poll,translate,publish"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(worker)


def worker(context: typer.Context, *, queues: Queues = ALL) -> None:
    """Be one of the nodes that poll, translate and publish together on PostgreSQL, until stopped. SIGHUP as for `run`."""
    options: Context = context.obj
    options.start_logging(as_json=options.json)
    wanted, settings = named(queues), options.settings()
    url = of_postgresql(settings)
    try:
        from aggregator.runners import distributed
    except ModuleNotFoundError as error:
        raise UsageError("a worker needs the extra [postgres]: pip install 'aggregator[postgres]'") from error
    from aggregator.runners.daemon import Daemon
    from aggregator.runners.distributed.clock import StoreClock
    from aggregator.runners.notifying import Notifier

    clock, notifier = StoreClock(), Notifier(os.environ)
    with options.house(settings, clock=clock) as house, house.at_work():
        distributed.prepare(url)
        house.sync_sources()
        daemon = Daemon(house)
        house.run(
            lambda pipeline: distributed.run(daemon, clock=clock, queues=wanted, notifier=notifier, load=options.settings), lasts=True
        )


def named(queues: str) -> list[str]:
    """The queues of a list with commas. Raises UsageError for one that there is not."""
    from aggregator.cli.context import suggestion
    from aggregator.core.nodes import QUEUES

    wanted = list(dict.fromkeys(filter(None, (name.strip() for name in queues.split(",")))))
    for name in wanted:
        if name not in QUEUES:
            raise UsageError(f"There is no queue {name!r}.{suggestion(name, QUEUES)}")
    if not wanted:
        raise UsageError(f"--queues names none: write some of {ALL}")
    return wanted


def of_postgresql(settings: Settings) -> str:
    """The store's URL. Raises UsageError where that is a file of one machine."""
    from aggregator.wiring import is_shared

    if not is_shared(settings):
        raise UsageError("a worker needs PostgreSQL, so that others can work beside it: set store.url, or use `aggregator run`")
    return settings.store.url


def node_rows(nodes: Sequence[Node], *, now: datetime) -> list[dict[str, object]]:
    """The nodes as rows of a table: one that is lost has died, or is cut off from the store."""
    from aggregator.core.nodes import is_lost

    return [
        {
            "node": node.name,
            "state": "lost" if is_lost(node, now=now) else "at work",
            "queues": list(node.queues),
            "began": node.began,
            "seen": node.seen,
            "version": node.version,
            "configuration": node.configuration,
        }
        for node in nodes
    ]


def queue_rows(backlog: Backlog, nodes: Sequence[Node], *, now: datetime) -> list[dict[str, object]]:
    """The queues as rows of a table: how many nodes work on each, how much waits, and how late the first of it is, in seconds."""
    from aggregator.core.nodes import at_work

    waits = {"poll": backlog.due, "translate": backlog.translations + backlog.pages, "publish": backlog.marks}
    late = {"poll": backlog.late.total_seconds(), "translate": backlog.overdue.total_seconds()}
    workers = at_work(nodes, now=now)
    return [
        {"queue": queue, "nodes": workers[queue], "waiting": waits[queue], "late": round(late[queue], 1) if queue in late else ""}
        for queue in workers
    ]

"""The queue: a tick each second, at whichever node is free, asks nodes to look for rows. A look that waits is not asked for twice."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job, Status

from aggregator.core.nodes import LOST_AFTER
from aggregator.runners.distributed.tables import conninfo

log = logging.getLogger(__name__)

Work = Callable[[], Awaitable[None]]
TICK, TICKS = "tick", "* * * * * *"  # each second
STALLED, STALLED_TICKS = "stalled", "* * * * * */10"
HEARTBEAT = 5.0  # seconds
POLLING = 5.0  # seconds between looks at the queue where no notification comes
GRACE = 2.0  # seconds that a look gets to end after a signal


class LookQueue:
    """Looks of a node, by the queue that each belongs to, and the tick that asks for them.

    `looks` says of a look's name its queue and what it does; `tick` asks for looks through `ask`.
    """

    def __init__(self, url: str, looks: Mapping[str, tuple[str, Work]], *, tick: Work) -> None:
        self._connector = PsycopgConnector(conninfo=conninfo(url), min_size=2, max_size=16, timeout=10.0)
        self._looks = looks
        self._app = App(connector=self._connector)
        self._clockwork = App(connector=self._connector)  # apart: each worker of an app defers all its periodic tasks
        for name, (queue, work) in looks.items():
            self._app.task(name=name, queue=queue)(_calling(work))
        for name, cron, work in ((TICK, TICKS, tick), (STALLED, STALLED_TICKS, self._retry_stalled)):
            task = self._clockwork.task(name=name, queue=TICK, queueing_lock=name)(_timed(work))
            self._clockwork.periodic(cron=cron)(task)

    async def ask(self, name: str, queue: str, *, number: int = 0, within: timedelta = timedelta(0), alone: bool = False) -> None:
        """Let some node take a look, soon or `within` so long, unless that many wait for one already; `alone`: one node at a time."""
        delay = {"schedule_in": {"seconds": int(within.total_seconds())}} if within else {}
        how: dict[str, Any] = {"queue": queue, "queueing_lock": f"{name} {number}", "lock": name if alone else None, **delay}
        try:
            await self._app.configure_task(name, **how).defer_async()
        except AlreadyEnqueued:
            log.debug("a look at %s waits already", name)

    async def work(self) -> None:
        """Take looks until cancelled, which lets those under way end; or until the queue no longer answers: raises ConnectorException."""
        async with self._app.open_async():
            queues = sorted({queue for queue, _ in self._looks.values()})
            workers = [asyncio.ensure_future(self._worker(self._app, queue)) for queue in queues]
            workers.append(asyncio.ensure_future(self._worker(self._clockwork, TICK)))
            try:
                await asyncio.wait(workers, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for worker in workers:
                    worker.cancel()
                ended = await asyncio.gather(*workers, return_exceptions=True)
            for error in ended:
                if isinstance(error, Exception) and not isinstance(error, asyncio.CancelledError):
                    raise error

    async def _worker(self, app: App, queue: str) -> None:
        names = sum(each == queue for each, _ in self._looks.values()) if app is self._app else 2
        await app.run_worker_async(
            queues=[queue],
            name=queue,
            concurrency=names,
            fetch_job_polling_interval=POLLING,
            shutdown_graceful_timeout=GRACE,
            delete_jobs="always",
            install_signal_handlers=False,
            update_heartbeat_interval=HEARTBEAT,
            stalled_worker_timeout=LOST_AFTER.total_seconds(),
        )

    async def _retry_stalled(self) -> None:
        """Let another node take the looks of those that died."""
        manager = self._app.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=LOST_AFTER.total_seconds()):
            await self._retried(job)

    async def _retried(self, job: Job) -> None:
        """One that is asked for again already has its place taken by that, which the library takes for an error: it is dropped."""
        try:
            await self._app.job_manager.retry_job(job)
        except ConnectorException:
            await self._app.job_manager.finish_job(job, Status.FAILED, delete_job=True)


def _calling(work: Work) -> Work:
    async def look() -> None:
        await work()

    return look


def _timed(work: Work) -> Callable[[int], Awaitable[None]]:
    async def look(timestamp: int) -> None:
        await work()

    return look

"""The queue that nodes wake each other by: its tables, and what becomes of the jobs of nodes that died."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from aggregator.errors import StoreError
from aggregator.runners.distributed.queue import LookQueue
from aggregator.runners.distributed.tables import SCHEMA, prepare
from tests.system.conftest import Site

DEAD = "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '31 seconds'"


def rows(url: str, query: str) -> Any:
    with psycopg.connect(url, autocommit=True, options=f"-c search_path={SCHEMA}") as connection:
        cursor = connection.execute(query)  # type: ignore[arg-type]
        return cursor.fetchall() if cursor.description else None


def test_several_nodes_may_make_the_tables_at_once(url: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: prepare(url), range(4)))
    prepare(url)
    assert rows(url, "SELECT count(*) FROM procrastinate_jobs") == [(0,)]


def test_tables_of_another_version_are_refused_and_made_anew_when_asked(url: str) -> None:
    prepare(url)
    rows(url, f"COMMENT ON SCHEMA {SCHEMA} IS 'another'")
    rows(url, "INSERT INTO procrastinate_workers DEFAULT VALUES")
    with pytest.raises(StoreError, match=r"another version of procrastinate.*store migrate"):
        prepare(url)
    assert rows(url, "SELECT count(*) FROM procrastinate_workers") == [(1,)]
    prepare(url, renew=True)
    assert rows(url, "SELECT count(*) FROM procrastinate_workers") == [(0,)]
    prepare(url)


def test_a_database_that_can_t_be_reached_is_said_plainly() -> None:
    with pytest.raises(StoreError, match="the queue's tables can't be made"):
        prepare("postgresql://nobody@127.0.0.1:1/nothing")


class Looks:
    """A queue of one node that takes looks, and notes them."""

    def __init__(self, url: str) -> None:
        self.taken: list[str] = []
        self.ticks = 0
        self.enough = asyncio.Event()
        self.queue = LookQueue(url, {"poll": ("poll", self._look)}, tick=self._tick)

    async def _look(self) -> None:
        self.taken.append("poll")
        self.enough.set()

    async def _tick(self) -> None:
        self.ticks += 1
        await self.queue.ask("poll", "poll")
        await self.queue.ask("poll", "poll")

    async def until_enough(self) -> None:
        working = asyncio.ensure_future(self.queue.work())
        async with asyncio.timeout(60):
            await self.enough.wait()
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


def test_a_tick_asks_for_looks_and_nothing_is_left_behind(url: str) -> None:
    prepare(url)
    looks = asyncio.run(taken(url))
    assert looks.ticks >= 1
    assert rows(url, "SELECT count(*) FROM procrastinate_workers") == [(0,)]
    assert rows(url, "SELECT count(*) FROM procrastinate_jobs WHERE status NOT IN ('todo')") == [(0,)]
    assert max(number for (number,) in rows(url, "SELECT count(*) FROM procrastinate_jobs GROUP BY task_name") or [(0,)]) <= 1


async def taken(url: str) -> Looks:
    looks = Looks(url)
    await looks.until_enough()
    return looks


def test_the_jobs_of_a_node_that_died_are_taken_up_or_dropped(url: str) -> None:
    prepare(url)
    rows(url, "INSERT INTO procrastinate_workers DEFAULT VALUES")
    rows(url, DEAD)
    into = "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, lock, status, worker_id)"
    dead = "(SELECT id FROM procrastinate_workers)"
    rows(url, f"{into} VALUES ('poll', 'poll', 'poll 0', NULL, 'doing', {dead})")  # asked for again below: its place is taken
    rows(url, f"{into} VALUES ('poll', 'poll', 'poll 0', NULL, 'todo', NULL)")
    rows(url, f"{into} VALUES ('poll', 'poll', 'other', 'alone', 'doing', {dead})")

    async def retried() -> None:
        looks = Looks(url)
        async with looks.queue._app.open_async():
            await looks.queue._retry_stalled()

    asyncio.run(retried())
    assert sorted(rows(url, "SELECT queueing_lock, status::text FROM procrastinate_jobs")) == [("other", "todo"), ("poll 0", "todo")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["worker"], "a worker needs PostgreSQL"),
        (["worker", "--queues", "poll,publsh"], "There is no queue 'publsh'. Did you mean publish?"),
        (["worker", "--queues", " , "], "--queues names none"),
    ],
)
def test_what_a_worker_can_t_do_is_said_at_once(site: Site, arguments: list[str], said: str) -> None:
    site.configure("")
    done = site.run(*arguments)
    assert done.returncode == 2
    assert said in done.stderr

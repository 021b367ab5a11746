"""/healthz, /readyz, /metrics and the operations feed, without a server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
import pytest
from starlette.applications import Starlette

from aggregator.errors import StoreError
from aggregator.web.operations import operations


@dataclass(frozen=True)
class Report:
    problems: tuple[str, ...] = ()
    late: timedelta = timedelta(seconds=1.5)
    beats: Mapping[str, timedelta] = field(default_factory=lambda: {"poll": timedelta(seconds=0.25)})


@dataclass(frozen=True)
class Told:
    """A watch that says what it was told to."""

    problems: tuple[str, ...] = ()
    broken: str = ""

    def readiness(self) -> Report:
        return Report(self.problems)

    def exposition(self) -> bytes:
        return b"up 1\n"

    def feed(self) -> bytes:
        if self.broken:
            raise StoreError(self.broken)
        return b"<feed/>"


def get(watch: Told, path: str, *, method: str = "GET") -> httpx.Response:
    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app=Starlette(routes=operations(watch)))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.request(method, path)

    return asyncio.run(asked())


def test_a_program_that_answers_is_healthy_whatever_else_is_wrong() -> None:
    broken = Told(("The store does not answer: no.",), "no")
    assert (get(broken, "/healthz").status_code, get(broken, "/healthz").text) == (200, "ok\n")
    assert get(broken, "/healthz.json").json() == {"status": "ok"}


def test_ready_or_why_not_as_text_and_as_json() -> None:
    ready, waiting = Told(), Told(("Sources are polled late.", "The store does not answer."))
    assert (get(ready, "/readyz").status_code, get(ready, "/readyz").text) == (200, "ready\n")
    answer = get(waiting, "/readyz")
    assert (answer.status_code, answer.text) == (503, "Sources are polled late.\nThe store does not answer.\n")
    twin = get(waiting, "/readyz.json")
    assert twin.status_code == 503
    assert json.loads(twin.text) == {
        "status": "not ready",
        "problems": ["Sources are polled late.", "The store does not answer."],
        "lag_seconds": 1.5,
        "beats": {"poll": 0.25},
    }
    assert get(ready, "/readyz.json").json()["status"] == "ready"


@pytest.mark.parametrize(
    ("path", "media_type", "body"),
    [
        ("/metrics", "text/plain; version=0.0.4; charset=utf-8", "up 1\n"),
        ("/operations.atom", "application/atom+xml; charset=utf-8", "<feed/>"),
    ],
)
def test_metrics_and_feed_come_as_what_they_are(path: str, media_type: str, body: str) -> None:
    answer = get(Told(), path)
    assert (answer.status_code, answer.headers["content-type"], answer.text) == (200, media_type, body)
    assert answer.headers["cache-control"] == "no-store"


def test_a_store_that_does_not_answer_is_no_fault_of_the_server() -> None:
    answer = get(Told(broken="it is locked"), "/operations.atom")
    assert (answer.status_code, answer.text) == (503, "The store does not answer: it is locked\n")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/readyz.json", "/metrics", "/operations.atom"])
def test_nobody_changes_anything_here(path: str) -> None:
    assert get(Told(), path, method="POST").status_code == 405
    assert get(Told(), path, method="HEAD").status_code == 200

"""What a service manager, a load balancer and a monitoring system ask: /healthz, /readyz, /metrics, and a feed of what went wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, Protocol

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from aggregator.errors import StoreError
from aggregator.web.pages.openapi import Told
from aggregator.web.pages.view import dump

PATIENCE = 5.0  # seconds that the store gets for an answer
HEADERS = {"Cache-Control": "no-store"}
PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"
ATOM = "application/atom+xml; charset=utf-8"
NO_ANSWER = f"The store does not answer: nothing came within {PATIENCE:g} s."


@dataclass(frozen=True, slots=True, kw_only=True)
class Alive:
    """That the process answers."""

    status: Literal["ok"] = "ok"


ALIVE = dump(Alive, Alive())


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Whether the work is done as it should be: `problems` says why not, in sentences.

    `lag_seconds` is how late the first source due is, None where the store does not tell; `beats` how many seconds ago each beat of the
    daemon last ended.
    """

    status: Literal["ready", "not ready"]
    problems: tuple[str, ...] = ()
    lag_seconds: float | None = None
    beats: Mapping[str, float] = field(default_factory=dict)


class Readiness(Protocol):
    """Whether the work is done as it should be, and why not."""

    @property
    def problems(self) -> Sequence[str]: ...  # noqa: D102

    @property
    def late(self) -> timedelta: ...  # noqa: D102

    @property
    def beats(self) -> Mapping[str, timedelta]: ...  # noqa: D102


class Watch(Protocol):
    """Who knows. The methods wait for the store, so they are called in threads."""

    def readiness(self) -> Readiness: ...  # noqa: D102

    def exposition(self) -> bytes: ...  # noqa: D102

    def feed(self) -> bytes: ...  # noqa: D102


def operations(watch: Watch) -> list[Route]:
    """The routes. None of them changes anything."""

    async def readyz(request: Request) -> Response:
        report = await _report(watch)
        lines = report.problems or ("ready",)
        return PlainTextResponse("".join(f"{line}\n" for line in lines), status_code=_status(report), headers=HEADERS)

    async def readyz_json(request: Request) -> Response:
        report = await _report(watch)
        body = await asyncio.to_thread(dump, Report, report)
        return Response(body, status_code=_status(report), media_type="application/json", headers=HEADERS)

    async def metrics(request: Request) -> Response:
        return await _answer(watch.exposition, PROMETHEUS)

    async def feed(request: Request) -> Response:
        return await _answer(watch.feed, ATOM)

    return [
        Route("/healthz", healthz),
        Route("/healthz.json", healthz_json),
        Route("/readyz", readyz),
        Route("/readyz.json", readyz_json),
        Route("/metrics", metrics),
        Route("/operations.atom", feed),
    ]


async def healthz(request: Request) -> Response:
    """That the process answers, and nothing more."""
    return PlainTextResponse("ok\n", headers=HEADERS)


async def healthz_json(request: Request) -> Response:
    """The same as JSON."""
    return Response(ALIVE, media_type="application/json", headers=HEADERS)


async def _report(watch: Watch) -> Report:
    try:
        async with asyncio.timeout(PATIENCE):
            found = await asyncio.to_thread(watch.readiness)
    except TimeoutError:
        return Report(status="not ready", problems=(NO_ANSWER,))
    return Report(
        status="not ready" if found.problems else "ready",
        problems=tuple(found.problems),
        lag_seconds=round(found.late.total_seconds(), 3),
        beats={name: round(age.total_seconds(), 3) for name, age in found.beats.items()},
    )


def _status(report: Report) -> int:
    return 503 if report.problems else 200


async def _answer(make: Callable[[], bytes], media_type: str) -> Response:
    """Bytes from a thread, or why there are none."""
    try:
        async with asyncio.timeout(PATIENCE):
            body = await asyncio.to_thread(make)
    except StoreError as error:
        return PlainTextResponse(f"The store does not answer: {error}\n", status_code=503, headers=HEADERS)
    except TimeoutError:
        return PlainTextResponse(f"{NO_ANSWER}\n", status_code=503, headers=HEADERS)
    return Response(body, media_type=media_type, headers=HEADERS)


TOLD = (
    Told(path="/healthz.json", about="That the process answers.", data=Alive),
    Told(
        path="/readyz.json",
        about="Whether the work is done as it should be.",
        data=Report,
        also={"503": "It is not, and why."},
        same=True,
    ),
)

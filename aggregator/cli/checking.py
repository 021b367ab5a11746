"""`healthcheck`: whether a running daemon is well, for Docker, systemd and scripts."""

from __future__ import annotations

from typing import Annotated

import typer

READYZ = "http://127.0.0.1:8080/readyz"
PATIENCE = 10.0  # seconds


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(healthcheck)


def healthcheck(
    url: Annotated[str, typer.Option("--url", help="What to ask: /readyz, or /healthz to know only that it answers.")] = READYZ,
) -> None:
    """Ask a running daemon whether it is well: exit status 0 if it says so, 1 with what it says instead."""
    from aggregator.errors import AggregatorError

    status, text = asked(url)
    if status != 200:
        raise AggregatorError(text.strip() or f"{url} answered with {status}.")


def asked(url: str) -> tuple[int, str]:
    """The status and text of an answer. Raises UsageError and AggregatorError. No proxy stands between a daemon and this machine."""
    from http.client import HTTPConnection, HTTPException, HTTPSConnection
    from urllib.parse import urlsplit

    from aggregator.errors import AggregatorError, UsageError

    try:
        parts = urlsplit(url)
        make = {"http": HTTPConnection, "https": HTTPSConnection}[parts.scheme]
        connection = make(parts.hostname or "", parts.port, timeout=PATIENCE)
    except (ValueError, KeyError, HTTPException):
        raise UsageError(f"{url} is no address to ask: write one such as {READYZ}.") from None
    try:
        connection.request("GET", f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}")
        answer = connection.getresponse()
        return answer.status, answer.read(100_000).decode("utf-8", "replace")
    except (OSError, HTTPException) as error:
        raise AggregatorError(
            f"{url} does not answer: {error or type(error).__name__}. Is `aggregator run` up, and on that port?"
        ) from error
    finally:
        connection.close()

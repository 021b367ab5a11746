"""The log as JSON."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime, timedelta

from aggregator.cli.output import JsonFormatter
from aggregator.model import Polled
from aggregator.runners import work

HOSTILE = "a\x1b[31m\r\nERROR forged\x9b\u202e\u2028\ud800 \U0001f600 ü"
NOW = datetime(2026, 5, 1, tzinfo=UTC)


class Kept(logging.Handler):
    """Keeps what is logged, as it is written."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.setFormatter(JsonFormatter())

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


def logged(log: logging.Logger, *, level: int = logging.DEBUG) -> Kept:
    kept = Kept()
    log.handlers, log.propagate = [kept], False
    log.setLevel(level)
    return kept


def test_one_event_is_one_line_whose_text_comes_back_as_it_was_and_steers_nothing() -> None:
    log = logging.getLogger("test.hostile")
    kept = logged(log)
    log.warning("said %s", HOSTILE)
    (line,) = kept.lines
    assert line.isprintable()
    said = json.loads(line)
    assert (said["level"], said["logger"], said["message"]) == ("WARNING", "test.hostile", f"said {HOSTILE}")
    assert datetime.fromisoformat(said["time"]).tzinfo is UTC
    assert "ü" in line


def test_what_the_program_did_comes_with_its_parts() -> None:
    kept = Kept()
    work.log.addHandler(kept)
    try:
        work.log_event(Polled(source="a", at=NOW, outcome="failed", took=timedelta(seconds=1.5), error="No answer.", error_kind="timeout"))
    finally:
        work.log.removeHandler(kept)
    said = json.loads(kept.lines[0])
    assert said["message"] == "polled a: No answer."
    event = said["event"]
    assert (event["kind"], event["source"], event["at"], event["took"]) == ("polled", "a", "2026-05-01T00:00:00+00:00", 1.5)
    assert (event["outcome"], event["error_kind"], event["new"]) == ("failed", "timeout", 0)


def test_a_traceback_is_part_of_its_line() -> None:
    log = logging.getLogger("test.broken")
    kept = logged(log)
    try:
        raise ValueError(HOSTILE)
    except ValueError:
        log.error("broke", exc_info=sys.exc_info())
    (line,) = kept.lines
    assert line.isprintable()
    assert json.loads(line)["traceback"].startswith("Traceback (most recent call last):\n")

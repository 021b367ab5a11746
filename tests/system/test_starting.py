"""The program starts fast: measured as processor time of whole processes, in turns, against what its libraries alone take."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.system.conftest import Site, environment

TURNS = 3
HELP = 0.25  # seconds, where importing typer takes TYPER or less; on a machine that is slower, or has more to do, as much more
TYPER = 0.14
HELP_BY_TYPER = 2.2  # times what importing it takes
SOURCES_BY_LIBRARIES = 2.4  # times what importing those takes that a table of sources can't be had without
LIBRARIES = "import typer, pydantic, sqlalchemy.dialects.sqlite, rich.table, rich.console"
UNWANTED = {  # which `sources` has no use for
    "aggregator.confined", "aggregator.fetch", "aggregator.pipeline", "aggregator.publishers", "aggregator.translators",
    "aggregator.wiring", "alembic", "feedgen", "feedparser", "html_to_markdown", "httpcore", "jinja2", "langcodes", "lxml", "markdown_it",
    "selectolax", "sqlalchemy.dialects.postgresql", "starlette", "uvicorn", "yaml",
}  # fmt: skip
LOADED = "import sys, aggregator.cli as cli\ntry: cli.main()\nfinally: print(*sorted(sys.modules), file=sys.stderr)"
SOURCE = '[sources.paper]\nurl = "https://paper.example/feed"\nlanguage = "zh-CN"\n'


def seconds(words: Sequence[str], folder: Path) -> float:
    """The processor time of one Python process, and of it alone."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([sys.executable, *words], cwd=folder, env=environment(), **quiet)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, words
    return used.ru_utime + used.ru_stime


def least(folder: Path, *commands: Sequence[str]) -> list[float]:
    """The least that each command took in several turns: what else the machine does only adds to it."""
    turns = [[seconds(words, folder) for words in commands] for _ in range(TURNS)]
    return [min(taken) for taken in zip(*turns, strict=True)]


def test_help_and_sources_take_little_more_than_their_libraries(site: Site) -> None:
    site.configure(SOURCE)
    program = ("-m", "aggregator")
    seconds((*program, "sources"), site.folder)  # makes the store
    typer, libraries, help_, sources = least(
        site.folder, ("-c", "import typer"), ("-c", LIBRARIES), (*program, "--help"), (*program, "sources")
    )
    assert help_ < HELP * max(1, typer / TYPER)
    assert help_ / typer < HELP_BY_TYPER
    assert sources / libraries < SOURCES_BY_LIBRARIES


def test_sources_loads_what_it_shows_and_nothing_else(site: Site) -> None:
    site.configure(SOURCE)
    command = [sys.executable, "-c", LOADED, "sources"]
    done = subprocess.run(command, cwd=site.folder, env=environment(), capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.splitlines()[1].startswith("paper "), done.stderr
    assert UNWANTED & {*done.stderr.split()} == set()

"""The program starts fast: measured as processor time of whole processes, in turns, against what its libraries alone take."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.system.conftest import Site, environment
from tests.system.origin import ATOM, Origin, plain

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
NOT_DUE = {  # which `fetch` has no use for where nothing is due
    "aggregator.comparing", "aggregator.core.markdown", "aggregator.core.normalize", "aggregator.core.sanitize",
    "aggregator.core.segment", "aggregator.core.summary", "aggregator.core.verify", "aggregator.discovering",
    "aggregator.publishers.channel", "aggregator.translators.deep", "aggregator.translators.items", "aggregator.translators.opencc",
    "aggregator.wiring.laying", "alembic", "apscheduler", "deep_translator", "feedgen", "feedparser", "h11", "h2", "html_to_markdown",
    "http.client", "httpcore", "httpx", "jinja2", "langcodes", "lxml", "markdown_it", "mimetypes", "nh3", "opencc", "rich", "selectolax",
    "sqlalchemy.dialects.postgresql", "starlette", "urllib.request", "uvicorn", "w3lib", "yaml",
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


def test_fetch_loads_what_reads_and_writes_only_if_something_is_due(site: Site, origin: Origin) -> None:
    origin.route("/feed", plain(200, ATOM))
    site.configure(SOURCE.replace("https://paper.example/feed", origin.url("/feed")), languages=("zh-CN",))
    for polls, not_loaded in ((1, False), (0, True)):
        command = [sys.executable, "-c", LOADED, "--json", "fetch"]
        done = subprocess.run(command, cwd=site.folder, env=environment(), capture_output=True, text=True, check=False, timeout=60)
        assert len(done.stdout.splitlines()) == polls, done.stderr
        assert (NOT_DUE & {*done.stderr.split()} == set()) is not_loaded

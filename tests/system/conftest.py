"""The real command line in a subprocess, on a folder of its own, against an origin on loopback."""

from __future__ import annotations

import http.client
import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol

import pytest

from tests.databases import database
from tests.system import nursery
from tests.system.days import Days
from tests.system.month import passed
from tests.system.nursery import Started
from tests.system.origin import Origin

HEAD = """
[site]
title = "Test"
base_url = "http://127.0.0.1:8080"
timezone = "Asia/Shanghai"
languages = {languages}

[fetch]
timeout = "5s"
spacing = "0s"
allow_networks = ["127.0.0.0/8"]
"""


def environment() -> dict[str, str]:
    """What the program gets from the one that starts it."""
    return {name: value for name, value in os.environ.items() if name != "AGGREGATOR_CONFIG"} | {"PYTHONWARNINGS": "error"}


@dataclass(frozen=True)
class Site:
    """A folder with a configuration, as a person has it."""

    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / "config" / "aggregator.toml"

    @property
    def content(self) -> Path:
        return self.folder / "data" / "content"

    @property
    def feeds(self) -> Path:
        return self.folder / "data" / "feeds"

    def configure(self, sources: str, *, languages: tuple[str, ...] = ("zh-CN", "zh-TW"), head: str = HEAD) -> None:
        """Write the configuration."""
        self.config.parent.mkdir(parents=True, exist_ok=True)
        self.config.write_text(head.format(languages=json.dumps(languages)) + sources, encoding="utf-8")

    def start(self, *arguments: str) -> Started:
        """Start the program, and go on."""
        return nursery.start(list(arguments), folder=self.folder, environment=environment())

    def start_from_nothing(self, *arguments: str, **options: object) -> subprocess.Popen[str]:
        """Start the program as a person does, and go on: it imports everything itself, and all memory that it takes is its own."""
        command = [sys.executable, "-m", "aggregator", *arguments]
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
        return subprocess.Popen(command, cwd=self.folder, env=environment(), text=True, **(streams | options))  # type: ignore[call-overload,no-any-return]

    def run(self, *arguments: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        """Run the program to its end."""
        return nursery.run(list(arguments), folder=self.folder, environment=environment(), timeout=timeout)

    def lines(self, *arguments: str) -> list[dict[str, object]]:
        """Run a command with --json; its rows."""
        return [json.loads(line) for line in self.run("--json", *arguments).stdout.splitlines()]

    def files(self) -> dict[str, bytes]:
        """Everything that is published, by path."""
        return {name: data for root in (self.content, self.feeds) for name, (data, _) in files_below(root).items()}


class Program(Protocol):
    """A process, and what there is to read from it."""

    @property
    def pid(self) -> int: ...
    @property
    def stdout(self) -> IO[str] | None: ...
    @property
    def stderr(self) -> IO[str] | None: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def kill(self) -> None: ...
    def send_signal(self, number: int) -> None: ...


class Running:
    """A program that goes on: what it says on standard error can be waited for, line by line, and it is ended at the end."""

    def __init__(self, process: Program) -> None:
        assert process.stderr
        self.process = process
        self.said: list[str] = []
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, args=(process.stderr,), daemon=True)
        self._reader.start()

    def __enter__(self) -> Running:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join()
        for stream in (self.process.stdout, self.process.stderr):
            if stream:
                stream.close()

    def hear(self, pattern: str, *, timeout: float = 60) -> re.Match[str]:
        """Wait for the next line that matches; what came before it is passed over."""
        until = time.monotonic() + timeout
        while (left := until - time.monotonic()) > 0:
            try:
                line = self._lines.get(timeout=left)
            except queue.Empty:
                break
            if line is None:
                break
            if match := re.search(pattern, line):
                return match
        raise AssertionError(f"never said {pattern!r}, but:\n" + "\n".join(self.said))

    def port(self) -> int:
        """The port it serves on, as soon as it says so."""
        return int(self.hear(r"Serving on http://127\.0\.0\.1:(\d+)/")[1])

    def end(self, number: signal.Signals = signal.SIGTERM, *, timeout: float = 10) -> int:
        """Send a signal. Returns the exit status; it has to end within `timeout` seconds."""
        self.process.send_signal(number)
        return self.process.wait(timeout)

    def _read(self, stream: IO[str]) -> None:
        for line in stream:
            self.said.append(line.rstrip("\n"))
            self._lines.put(self.said[-1])
        self._lines.put(None)


@dataclass(frozen=True)
class Answer:
    """What a web server said; names of headers in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


def ask(port: int, path: str, *, method: str = "GET", **headers: str) -> Answer:
    """One request to a server on loopback, its path sent as it is; `if_none_match="..."` becomes If-None-Match."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
    finally:
        connection.close()


def gate_of(process: int) -> int:
    """The child of a daemon that answers for feeds: its first one, as Linux tells."""
    return int(Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()[0])


def files_below(root: Path) -> dict[str, tuple[bytes, int]]:
    """Bytes and time of last change of every file below a folder, by path from the folder's parent."""
    paths = (path for path in sorted(root.rglob("*")) if path.is_file())
    return {str(path.relative_to(root.parent)): (path.read_bytes(), path.stat().st_mtime_ns) for path in paths}


def temporary_files(root: Path) -> list[Path]:
    """What a writer left half done."""
    return [path for path in root.rglob("*") if path.suffix in (".tmp", ".part")]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as origin:
        yield origin


@pytest.fixture
def url(postgresql: str) -> Iterator[str]:
    """The URL of an empty database on PostgreSQL."""
    with database(postgresql, "own") as url:
        yield url


@pytest.fixture(scope="session")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Days]:
    with passed(tmp_path_factory.mktemp("month")) as days:
        yield days

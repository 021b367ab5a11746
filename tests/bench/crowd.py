"""Many feeds of an origin in a process of its own, a daemon that polls them, and what it says of itself."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from tests.system.conftest import HEAD, Running, Site, ask

SOURCE = """
[sources.s{number}]
url = "http://127.0.1.{host}:{port}/{kind}/{number}"
language = "en"
translate_to = []
max_items = 5
every = "{every}"
"""
ORIGIN = Path(__file__).with_name("origin.py")


@contextmanager
def origin() -> Iterator[int]:
    """The port that it listens on."""
    with subprocess.Popen([sys.executable, ORIGIN], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def news(port: int) -> None:
    """An item more in every feed."""
    urlopen(f"http://127.0.0.1:{port}/publish").close()


def configure(site: Site, port: int, *, sources: int, every: str, kind: str = "plain") -> None:
    """So many sources, each on a host of its own as far as there are addresses."""
    tables = [SOURCE.format(number=number, host=number % 250 + 1, port=port, kind=kind, every=every) for number in range(sources)]
    site.configure("".join(tables), head=HEAD.replace("[fetch]", "[fetch]\nper_host = 4"), languages=("en",))


def metrics(port: int) -> dict[str, float]:
    """Every sample of a running daemon, by its name and labels as they are written."""
    lines = ask(port, "/metrics").body.decode().splitlines()
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if not line.startswith("#"))}


def total(samples: dict[str, float], name: str) -> float:
    """The sum over all labels."""
    return sum(value for key, value in samples.items() if key.partition("{")[0] == name)


def until(port: int, holds: Callable[[dict[str, float]], bool], *, within: float) -> dict[str, float]:
    """Look again and again until it holds; what the daemon says then."""
    end = time.monotonic() + within
    while not holds(samples := metrics(port)):
        assert time.monotonic() < end, samples
        time.sleep(0.5)
    return samples


@contextmanager
def running(site: Site, command: str = "run") -> Iterator[int]:
    """The port of a program that serves; it ends in order."""
    with program(site, command) as (_, port):
        yield port


@contextmanager
def program(site: Site, command: str = "run") -> Iterator[tuple[int, int]]:
    """The process and the port of the same."""
    with Running(site.start_from_nothing("-q", command, "--port", "0")) as started:
        yield started.process.pid, started.port()
        assert started.end() == 0, started.said

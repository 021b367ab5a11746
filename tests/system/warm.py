"""Rounds of the whole job as forks of a process that has everything ready: what a command does, in a tenth of its time.

    test -> {"command", "seconds"} -> parent -> fork: one round of the real house on the real store -> {"status", "said"}

A child that is not done after so many seconds is killed. Only bodies are read in the same process: each child would start one of its own.
"""

from __future__ import annotations

import io
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from aggregator.errors import AggregatorError


class Warm:
    """The way to such a process; the commands are those of `ROUNDS`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, command: Sequence[str], seconds: float | None = None) -> tuple[int, str]:
        """Do it, and kill it after so many seconds. Returns its status, -9 if it was killed, and what it said."""
        self._ask(command, seconds=seconds)
        return self._end()

    def seen(self, command: Sequence[str], look: Callable[[int], None]) -> tuple[int, str]:
        """Do it in a process that stands still when `look` is given its number, until that sends it SIGCONT."""
        self._ask(command, stopped=True)
        look(self._told()["pid"])
        return self._end()

    def _ask(self, command: Sequence[str], *, seconds: float | None = None, stopped: bool = False) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"command": command[0], "seconds": seconds, "stopped": stopped}) + "\n")
        self._process.stdin.flush()

    def _end(self) -> tuple[int, str]:
        answer = self._told()
        return answer["status"], answer["said"]

    def _told(self) -> dict[str, Any]:
        assert self._process.stdout
        return dict(json.loads(self._process.stdout.readline()))


@contextmanager
def warmed(folder: Path) -> Iterator[Warm]:
    """A process for the site in a folder, which ends with the block."""
    command = [sys.executable, "-W", "error", "-m", "tests.system.warm", str(folder / "config" / "aggregator.toml")]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        yield Warm(process)


def serve(config: Path) -> None:
    """Do what each line of standard input asks for."""
    begin = prepared(config)
    for line in sys.stdin:
        request = json.loads(line)
        hear, tell = os.pipe()
        child = os.fork()
        if not child:
            os.close(hear)
            if request["stopped"]:
                os.kill(os.getpid(), signal.SIGSTOP)
            be(begin, request["command"], tell)
        os.close(tell)
        if request["stopped"]:
            print(json.dumps({"pid": child}), flush=True)  # noqa: T201
        status = ended(child, request["seconds"])
        with open(hear, "rb") as pipe:  # noqa: PTH123 - a descriptor
            said = pipe.read().decode()
        print(json.dumps({"status": status, "said": said}), flush=True)  # noqa: T201


def ended(child: int, seconds: float | None) -> int:
    """The exit status of a child, which gets so many seconds."""
    handle = os.pidfd_open(child)
    if not select.select([handle], [], [], 120 if seconds is None else seconds)[0]:
        os.kill(child, signal.SIGKILL)
    os.close(handle)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def be(begin: Callable[[str], int], command: str, tell: int) -> NoReturn:
    """Be one round from here on."""
    said, status = io.StringIO(), 1
    try:
        with redirect_stderr(said):
            status = begin(command)
    except AggregatorError as error:
        said.write(str(error))  # as the command line does
    except BaseException as error:  # noqa: BLE001 - told, as the interpreter does
        said.write(f"{type(error).__name__}: {error}\nTraceback")
    os.write(tell, said.getvalue().encode()[:60_000])
    os._exit(status)


def prepared(config: Path) -> Callable[[str], int]:
    """What does a command's work. The store has been opened, and what it was asked is compiled for whoever comes after."""
    from aggregator import wiring
    from aggregator.config import load
    from aggregator.runners import chores, once
    from aggregator.store import open_store
    from aggregator.wiring.building import build
    from tests.system.days import Here

    settings = load(config, environ=os.environ, ask=wiring.ADAPTERS)
    store = open_store(settings.store.url)

    def begin(command: str) -> int:
        house = build(settings, store, offline=False, write=None)
        house = replace(house, pipeline=replace(house.pipeline, reader=Here()))
        with house.at_work():
            if command == "store":
                house.prune()
                round = house.run(lambda pipeline: once.publish(pipeline, lambda event: None))
            else:
                names = [source.name for source in settings.sources]
                round = house.run(lambda pipeline: once.fetch(pipeline, lambda event: None, places=10, names=names))
            chores.finish(house, round)
        store.close()
        return 3 if round.unfinished or any(row.error for row in round.published) else 0

    begin("fetch")
    return begin


if __name__ == "__main__":
    serve(Path(sys.argv[1]))

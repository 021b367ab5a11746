"""The system calls of a command that change files, one by one: kill it at any of them, or let any of them fail, with strace's help.

strace counts calls for each thread and each name of a call. So a call is told by its name and number, and is that of whichever thread gets
there first.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.system.wreck import Wreck

NAMES = "write,pwrite64,fsync,fdatasync,ftruncate,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat"
_CALL = re.compile(r"^(\d+) +(\w+)\((.*)$")


class Call(NamedTuple):
    """A system call: the so manieth of its name in its thread, and on what."""

    name: str
    number: int
    on: str


@dataclass(frozen=True)
class Traced:
    """What a command came to, and what it called below its folder."""

    status: int
    said: str
    calls: tuple[Call, ...]


def needs_strace() -> None:
    """Fail in CI, or else skip, where there is no strace or it may not look at other processes."""
    give_up = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
    if shutil.which("strace") is None:
        give_up("strace is not installed")
    if subprocess.run(["strace", "-qq", "-e", "trace=none", "true"], capture_output=True, check=False, timeout=30).returncode:
        give_up("strace may not trace here")


def traced(wreck: Wreck, command: Sequence[str], *, inject: str = "") -> Traced:
    """Run a command of a site under strace, with what is to be injected, such as `fsync:error=EIO:when=3`."""
    log = wreck.folder.with_name(f"{wreck.folder.name}.log")
    options = ["-f", "-qq", "-y", "-s", "0", "-e", f"trace={NAMES}", "-o", str(log), *(["-e", f"inject={inject}"] if inject else [])]
    tracers: list[subprocess.Popen[bytes]] = []

    def look(pid: int) -> None:
        _until_it_stands_still(pid)
        tracers.append(subprocess.Popen(["strace", *options, "-p", str(pid)], stderr=subprocess.DEVNULL))
        _until_it_is_traced(pid, tracers[0])
        os.kill(pid, signal.SIGCONT)

    status, said = wreck.hands.seen(command, look)
    tracers[0].wait(30)
    return Traced(status, said, tuple(_calls(log.read_text("utf-8", "replace"), wreck.folder)))


def _calls(log: str, folder: Path) -> list[Call]:
    """The calls of a log that touch files below a folder."""
    counted: Counter[tuple[str, str]] = Counter()
    found = []
    for line in log.splitlines():
        if match := _CALL.match(line):
            thread, name, on = match.groups()
            counted[thread, name] += 1
            if str(folder) in on:
                found.append(Call(name, counted[thread, name], on))
    return found


def _until_it_stands_still(pid: int) -> None:
    until(lambda: _status(pid, "State").startswith("T"))


def _until_it_is_traced(pid: int, tracer: subprocess.Popen[bytes]) -> None:
    until(lambda: tracer.poll() is not None or _status(pid, "TracerPid") != "0")
    assert tracer.poll() is None, "strace could not attach"


def until(is_so: Callable[[], bool], *, timeout: float = 30, pause: float = 0.005) -> None:
    """Wait until something is so; `pause` is how many seconds to wait between two looks."""
    end = time.monotonic() + timeout
    while not is_so():
        assert time.monotonic() < end
        time.sleep(pause)


def _status(pid: int, name: str) -> str:
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    return next(line.partition(":")[2].strip() for line in lines if line.startswith(f"{name}:"))

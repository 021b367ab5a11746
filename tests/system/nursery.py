"""Commands as forks of a parent that has imported the program already: each is a process of its own, without a second of imports.

    test -> request (arguments, folder, environment, streams) -> parent -> fork: waits, tells the status -> fork: is the command

What is imported when, what it weighs and how long it takes is tested on processes that are started from nothing.
"""

from __future__ import annotations

import atexit
import ctypes
import json
import os
import random
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import IO, NoReturn

MOST = 1 << 20  # bytes of a request
IMPORTED = (
    "aggregator.cli.app", "aggregator.cli.output", "aggregator.wiring", "aggregator.runners.chores", "aggregator.runners.local",
    "aggregator.runners.once", "aggregator.sources.feed", "aggregator.translators.opencc", "aggregator.web.app", "anyio._backends._asyncio",
    "apscheduler.executors.asyncio", "html_to_markdown", "langcodes.language_distance", "multiprocessing.popen_spawn_posix",
    "pydantic.types", "rich.console", "rich.table", "sqlalchemy.dialects.sqlite", "uvicorn.lifespan.off", "uvicorn.lifespan.on",
    "uvicorn.loops.auto", "uvicorn.protocols.http.auto",
)  # fmt: skip


def run(arguments: list[str], *, folder: Path, environment: dict[str, str], timeout: float) -> subprocess.CompletedProcess[str]:
    """Run `aggregator` with these arguments to its end. Raises subprocess.TimeoutExpired where it takes too long; it is killed then."""
    with begin(arguments, folder=folder, environment=environment) as child:
        try:
            return child.end(timeout=timeout)
        except TimeoutError:
            child.send(signal.SIGKILL)
            raise subprocess.TimeoutExpired(arguments, timeout) from None


@contextmanager
def begin(arguments: list[str], *, folder: Path, environment: dict[str, str], stopped: bool = False) -> Iterator[Child]:
    """Begin `aggregator` with these arguments; one that is `stopped` does nothing before SIGCONT."""
    request = {"arguments": arguments, "folder": str(folder), "environment": environment, "stopped": stopped}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as complaints:
        pid, handle, answer = _begun(request, out.fileno(), complaints.fileno())
        try:
            yield Child(arguments, pid, handle, answer, (out.fileno(), complaints.fileno()))
        finally:
            os.close(handle)
            answer.close()


def start(arguments: list[str], *, folder: Path, environment: dict[str, str], beside: int = 0, first: str = "") -> Started:
    """Start `aggregator` with these arguments, and go on; `beside` is a process whose mounts it is to see, `first` Python to run before."""
    hear_out, out = os.pipe()
    hear, complaints = os.pipe()
    request = {"arguments": arguments, "folder": str(folder), "environment": environment, "beside": beside, "first": first}
    try:
        begun = _begun(request, out, complaints)
    finally:
        os.close(out)
        os.close(complaints)
    return Started(arguments, *begun, os.fdopen(hear_out, encoding="utf-8"), os.fdopen(hear, encoding="utf-8"))


def _begun(request: dict[str, object], out: int, complaints: int) -> tuple[int, int, socket.socket]:
    """Its number, a handle of it, and where its status is told."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        socket.send_fds(_parent(), [json.dumps(request).encode()], [out, complaints, theirs.fileno()])
    ours.settimeout(60)
    pid = int(ours.recv(20))
    return pid, os.pidfd_open(pid), ours


@dataclass(frozen=True, eq=False)
class Child:
    """A command that has begun."""

    arguments: list[str]
    pid: int
    _handle: int
    _answer: socket.socket
    _streams: tuple[int, int]

    def end(self, *, timeout: float) -> subprocess.CompletedProcess[str]:
        """Wait for its end, and say what it was. Raises TimeoutError."""
        self._answer.settimeout(timeout)
        status = int(self._answer.recv(20))
        return subprocess.CompletedProcess(self.arguments, status, *(_read(stream) for stream in self._streams))

    def send(self, number: signal.Signals) -> None:
        """Send it a signal, and nobody else: its number may be another's by now."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, number)


class Started:
    """A command that goes on: as much of `subprocess.Popen`, with pipes to read text from, as tests have a use for."""

    def __init__(self, arguments: list[str], pid: int, handle: int, answer: socket.socket, stdout: IO[str], stderr: IO[str]) -> None:
        self.args, self.pid, self.stdout, self.stderr = arguments, pid, stdout, stderr
        self.returncode: int | None = None
        self._handle, self._answer = handle, answer

    def poll(self) -> int | None:
        """Its status if it has ended."""
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its status, negative where a signal ended it. Raises subprocess.TimeoutExpired."""
        if self.returncode is None:
            self._answer.settimeout(timeout)
            try:
                self.returncode = int(self._answer.recv(20))
            except (TimeoutError, BlockingIOError):
                raise subprocess.TimeoutExpired(self.args, timeout or 0) from None
            self._answer.close()
            os.close(self._handle)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.returncode is None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Wait for its end. Returns what it wrote, of which there may not be more than a pipe holds."""
        self.wait(timeout)
        with self.stdout, self.stderr:
            return self.stdout.read(), self.stderr.read()


def _read(stream: int) -> str:
    os.lseek(stream, 0, os.SEEK_SET)
    with os.fdopen(os.dup(stream), encoding="utf-8") as file:
        return file.read()


@cache
def _parent() -> socket.socket:
    """The way to the parent, which ends when this process does."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        command = [sys.executable, "-W", "error", __file__, str(theirs.fileno())]
        process = subprocess.Popen(command, pass_fds=[theirs.fileno()], cwd=Path(__file__).parents[2])
    atexit.register(_end, ours, process)
    return ours


def _end(requests: socket.socket, process: subprocess.Popen[bytes]) -> None:
    requests.close()
    process.wait()


def listen(requests: socket.socket) -> None:
    """Begin a command for each request, until there is nobody to ask."""
    for module in IMPORTED:
        import_module(module)
    signal.signal(signal.SIGCHLD, lambda *_: _reap())
    while True:
        request, streams, _, _ = socket.recv_fds(requests, MOST, 3)
        if not request:
            return
        if not os.fork():
            _wait_for(json.loads(request), *streams)
        for stream in streams:
            os.close(stream)


def _reap() -> None:
    """Wait for whoever has ended, so that the time they took counts as time of the tests."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _wait_for(request: dict[str, object], out: int, complaints: int, answer: int) -> NoReturn:
    """Be between the parent and the command: say its number, and its status when it has ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if beside := request.get("beside"):
        _join(f"/proc/{beside}/ns")
    pid = os.fork()
    if not pid:
        os.close(answer)
        _be(request, out, complaints)
    os.write(answer, str(pid).encode())
    _, status = os.waitpid(pid, 0)
    os.write(answer, str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _join(namespaces: str) -> None:
    """See the mounts that a process sees, with the rights that it has."""
    for name in ("user", "mnt"):
        with open(f"{namespaces}/{name}", "rb") as namespace:  # noqa: PTH123 - a descriptor
            if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), 0):
                raise OSError(ctypes.get_errno(), f"can't join {namespaces}/{name}")


def _be(request: dict[str, object], out: int, complaints: int) -> NoReturn:
    """Be the command from here on."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    for stream, number in ((nothing, 0), (out, 1), (complaints, 2)):
        os.dup2(stream, number)
    os.closerange(3, 256)
    os.chdir(str(request["folder"]))
    os.environ.clear()
    os.environ.update(request["environment"])  # type: ignore[call-overload]
    random.seed()
    sys.argv = ["aggregator", *request["arguments"]]  # type: ignore[misc]
    if request.get("stopped"):
        os.kill(os.getpid(), signal.SIGSTOP)
    status = 0
    try:
        exec(str(request.get("first", "")), {})
        runpy.run_module("aggregator", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - as the interpreter does
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
        status = 1
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        if not stream.closed:
            stream.flush()
    os._exit(status)


if __name__ == "__main__":
    sys.path[0] = ""
    with socket.socket(fileno=int(sys.argv[1])) as asked:
        listen(asked)

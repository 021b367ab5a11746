"""Commands as forks of a parent that has imported the program already: each is a process of its own, without a second of imports.

    test -> request (arguments, folder, environment, streams) -> parent -> fork: waits, tells the status -> fork: is the command

What is imported when, what it weighs and how long it takes is tested on processes that are started from nothing.
"""

from __future__ import annotations

import atexit
import json
import os
import random
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NoReturn

MOST = 1 << 20  # bytes of a request
IMPORTED = ("aggregator.cli.app", "aggregator.wiring", "aggregator.runners.once", "sqlalchemy.dialects.sqlite", "rich.table")


def run(arguments: list[str], *, folder: Path, environment: dict[str, str], timeout: float) -> subprocess.CompletedProcess[str]:
    """Run `aggregator` with these arguments to its end. Raises subprocess.TimeoutExpired where it takes too long; it is killed then."""
    request = json.dumps({"arguments": arguments, "folder": str(folder), "environment": environment}).encode()
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as complaints, ours:
        with theirs:
            socket.send_fds(_parent(), [request], [out.fileno(), complaints.fileno(), theirs.fileno()])
        ours.settimeout(60)
        pid = int(ours.recv(20))
        ours.settimeout(timeout)
        try:
            status = int(ours.recv(20))
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            raise subprocess.TimeoutExpired(arguments, timeout) from None
        return subprocess.CompletedProcess(arguments, status, *(_read(stream.fileno()) for stream in (out, complaints)))


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
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        request, streams, _, _ = socket.recv_fds(requests, MOST, 3)
        if not request:
            return
        if not os.fork():
            _wait_for(json.loads(request), *streams)
        for stream in streams:
            os.close(stream)


def _wait_for(request: dict[str, object], out: int, complaints: int, answer: int) -> NoReturn:
    """Be between the parent and the command: say its number, and its status when it has ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    pid = os.fork()
    if not pid:
        os.close(answer)
        _be(request, out, complaints)
    os.write(answer, str(pid).encode())
    _, status = os.waitpid(pid, 0)
    os.write(answer, str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


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
    status = 0
    try:
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
    listen(socket.socket(fileno=int(sys.argv[1])))

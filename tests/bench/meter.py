"""Runs a command and says what it took with all its descendants: `python meter.py OUTPUT COMMAND...` prints one line of JSON.

A process of its own and a small one: what a child has used is only told to its parent, and only once it has ended.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import sys
import time
from contextlib import suppress

SUBREAPER = 36  # of linux/prctl.h: orphans of the command become this process's children, so that they are counted as well
INTERVAL = 0.02  # seconds between two looks at the memory


def below(process: int) -> list[int]:
    """The process and its living descendants."""
    found = [process]
    for one in found:
        with suppress(OSError), open(f"/proc/{one}/task/{one}/children", encoding="ascii") as children:  # noqa: PTH123 - starts faster
            found.extend(int(child) for child in children.read().split())
    return found


def memory(process: int) -> int:
    """Kilobytes that the process holds, what it shares with others by their number."""
    with suppress(OSError), open(f"/proc/{process}/smaps_rollup", encoding="ascii") as facts:  # noqa: PTH123
        return next((int(line.split()[1]) for line in facts if line.startswith("Pss:")), 0)
    return 0


def measured(command: list[str], file: str) -> dict[str, float]:
    """CPU seconds of all that ran, the most memory of all at once in MB, seconds, and the exit status."""
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    said = [(os.POSIX_SPAWN_OPEN, number, file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644) for number in (1, 2)]
    streams = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0), *said]
    began = time.monotonic()
    process = os.posix_spawnp(command[0], command, os.environ, file_actions=streams)
    most, ended = 0, 0
    while not ended:
        most = max(most, sum(memory(each) for each in below(process)))
        time.sleep(INTERVAL)
        ended, status = os.waitpid(process, os.WNOHANG)
    took = time.monotonic() - began
    with suppress(ChildProcessError):
        while True:
            os.wait()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"cpu": used.ru_utime + used.ru_stime, "peak": most / 1024, "took": took, "status": os.waitstatus_to_exitcode(status)}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measured(sys.argv[2:], sys.argv[1])) + "\n")

"""A process and its children, as Linux shows them: who there is, and the most memory that each has held."""

from __future__ import annotations

import re
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType

READER = b"aggregator.confined"


def readers_of(process: int | str = "self") -> list[int]:
    """The children of a process that read bodies."""
    found = []
    with suppress(OSError):  # they end while they are looked at
        for task in Path(f"/proc/{process}/task").iterdir():
            found += [pid for pid in map(int, (task / "children").read_text().split()) if READER in shown(pid, "cmdline")]
    return found


def shown(process: int, what: str) -> bytes:
    """A file of a process below /proc, or nothing where it has ended."""
    with suppress(OSError):
        return Path(f"/proc/{process}/{what}").read_bytes()
    return b""


def peak(process: int) -> int:
    """The most memory in KiB that a process has held so far."""
    match = re.search(rb"VmHWM:\s*(\d+)", shown(process, "status"))
    return int(match[1]) if match else 0


class Watch:
    """Watches a process in a thread: `own` and `readers` are the peaks, in KiB, of itself and of the largest of its reading children."""

    def __init__(self, process: int) -> None:
        self.process = process
        self.own = self.readers = 0
        self.most = 0  # reading children at the same time
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.02):
            readers = readers_of(self.process)
            self.most = max(self.most, len(readers))
            self.own = max(self.own, peak(self.process))
            self.readers = max(self.readers, *map(peak, readers), 0)

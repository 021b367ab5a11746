"""Whether there is room to store what is going to be paid for: asked before it is."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

PLENTY = 64 * 1024 * 1024  # bytes that are free: nobody need try
TRIED = 1024 * 1024  # bytes, of a file without a name, that are written and synced where there are fewer
LASTS = 5.0  # seconds that an answer holds


class Room:
    """The room in a folder for more. Safe from several threads; `clock` gives seconds that never run backwards."""

    def __init__(self, folder: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._folder = folder
        self._clock = clock
        self._turn = threading.Lock()
        self._refusal, self._holds_until, self._in_doubt = "", float("-inf"), False

    def __call__(self) -> str:
        """Why nothing can be stored, in words, or empty. Waits for the disk at times."""
        with self._turn:
            if self._clock() >= self._holds_until:
                self._refusal = self._tried()
                self._in_doubt, self._holds_until = bool(self._refusal), self._clock() + LASTS
            return self._refusal

    def doubt(self) -> None:
        """Something could not be stored: try before the next answer, however much is free."""
        with self._turn:
            self._in_doubt, self._holds_until = True, float("-inf")

    def _tried(self) -> str:
        try:
            free = os.statvfs(self._folder)
            if self._in_doubt or free.f_bavail * free.f_frsize < PLENTY:
                with tempfile.TemporaryFile(dir=self._folder) as file:
                    file.write(bytes(TRIED))
                    file.flush()
                    os.fsync(file.fileno())
        except OSError as error:
            return f"{self._folder} takes no more ({error.strerror}): free some space; what is paid for waits until there is room"
        return ""

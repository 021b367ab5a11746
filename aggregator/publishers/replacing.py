"""A file's new bytes, written beside it, and put in its place when they are safe: a reader, or a crash, finds the old ones or the new."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Self

from aggregator.publishers.refusals import refusals

_ROOM = 255 - len("..0123456789abcdef.tmp")  # bytes of a name
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


class Replacement:
    """New bytes beside `target`; they go at the end of the block unless they were settled. To begin raises OSError.

    `unsynced` gets the folders of which it has to be made durable which files stand in them.
    """

    __slots__ = ("_descriptor", "_temporary", "_unsynced", "target")

    def __init__(self, target: str, data: bytes, unsynced: set[Path]) -> None:
        folder, _, name = target.rpartition("/")
        stem = name.encode()[:_ROOM].decode(errors="ignore")
        self.target, self._unsynced = target, unsynced
        self._temporary = f"{folder}/.{stem}.{secrets.token_hex(8)}.tmp"
        try:
            self._descriptor = os.open(self._temporary, _NEW, 0o666)
        except FileNotFoundError:
            _make_folder(Path(folder), unsynced)
            self._descriptor = os.open(self._temporary, _NEW, 0o666)
        try:
            self._write(data)
        except BaseException:
            self.close()
            raise

    def sync(self) -> None:
        """Make the bytes durable, which may wait for the disk. Raises PublishError."""
        with refusals(self.target):
            os.fsync(self._descriptor)

    def settle(self) -> None:
        """Put them in their place, for good as soon as its folder is synced. Raises PublishError."""
        with refusals(self.target):
            self._end()
            os.replace(self._temporary, self.target)
        self._temporary = ""
        self._unsynced.add(Path(self.target).parent)

    def close(self) -> None:
        """Take away what was not settled."""
        with suppress(OSError):
            self._end()
        if self._temporary:
            with suppress(OSError):
                os.unlink(self._temporary)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]

    def _end(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


def _make_folder(folder: Path, unsynced: set[Path]) -> None:
    """The folder and those above it."""
    if folder.is_dir():
        return
    _make_folder(folder.parent, unsynced)
    folder.mkdir(exist_ok=True)
    unsynced.add(folder.parent)

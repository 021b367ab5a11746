"""Who is at work on a data folder: one daemon at most, and claims of processes that died are free at once.

Both are advisory file locks, which the kernel drops with the process, however it ends. They hold on one machine: work that is shared by
several machines is claimed in PostgreSQL, where leases run out.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from aggregator.errors import StoreError, StoreLocked
from aggregator.ports import Store


@contextmanager
def only_daemon(data: Path) -> Iterator[None]:
    """Be the only daemon on the data folder while the block runs. Raises StoreLocked where there is one."""
    with _lock_file(data / "daemon.lock") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            other = file.read().strip() or "unknown"
            raise StoreLocked(f"A daemon is at work on {data} already (process {other}): stop it first, or use another folder.") from None
        _leave_number(file, data / "daemon.lock")
        yield


@contextmanager
def claiming(data: Path, store: Store) -> Iterator[bool]:
    """Be among those who claim work; the first one frees what processes that died had claimed. Gives whether we are the first one."""
    with _lock_file(data / "claims.lock") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            alone = True
            store.free_claims()
        except BlockingIOError:
            alone = False  # somebody is at work: their claims are good
        fcntl.flock(file, fcntl.LOCK_SH)
        yield alone


def _leave_number(file: IO[str], path: Path) -> None:
    try:
        os.ftruncate(file.fileno(), 0)
        os.write(file.fileno(), str(os.getpid()).encode())
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> StoreError:
    return StoreError(f"Can't write {path}: {error.strerror}. The data folder must be writable, and have room.")


@contextmanager
def at_rest(data: Path) -> Iterator[None]:
    """See that nobody claims work on the data folder while the block runs. Raises StoreLocked where somebody does."""
    with _lock_file(data / "claims.lock") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreLocked(f"A daemon or another command is at work on {data}: stop it first.") from None
        yield


@contextmanager
def _lock_file(path: Path) -> Iterator[IO[str]]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise _unwritable(path, error) from error
    with os.fdopen(descriptor, "r+") as file:
        yield file

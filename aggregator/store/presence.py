"""Who is at work on a data folder: one daemon at most, and claims of processes that died are free at once.

Both are advisory file locks, which the kernel drops with the process, however it ends. They hold on one machine: work that is shared by
several machines is claimed in PostgreSQL, where leases run out.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, NamedTuple

from aggregator.errors import StoreError, StoreLocked
from aggregator.ports import Store

_BEGAN, _ENDED = b"+", b"-"


class Company(NamedTuple):
    """Who else claims work, or did: whether we are `alone`, and whether all that came before are known to have ended by themselves."""

    alone: bool
    clean: bool


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
def claiming(data: Path, store: Store) -> Iterator[Company]:
    """Be among those who claim work; the first one frees what processes that died had claimed. Gives in which company we are.

    The locked file holds a sign for each that began and one for each that ended as it should, since somebody was alone.
    """
    path = data / "claims.lock"
    with _lock_file(path) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            company = Company(alone=True, clean=_is_even(file))
            store.free_claims()
            _begin(file, path)
        except BlockingIOError:
            company = Company(alone=False, clean=False)  # somebody is at work: their claims are good
        fcntl.flock(file, fcntl.LOCK_SH)
        if not company.alone:
            _sign(file, path, _BEGAN)
        yield company
        with suppress(StoreError):  # a full disk: the next one looks closer
            _sign(file, path, _ENDED)


def _is_even(file: IO[str]) -> bool:
    signs = os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0)
    return signs.count(_BEGAN) == signs.count(_ENDED) > 0


def _begin(file: IO[str], path: Path) -> None:
    """Leave the first sign, on the disk: if the power fails it must not be missing."""
    try:
        os.ftruncate(file.fileno(), 0)
        os.write(file.fileno(), _BEGAN)
        os.fsync(file.fileno())
    except OSError as error:
        raise _unwritable(path, error) from error


def _sign(file: IO[str], path: Path, sign: bytes) -> None:
    try:
        os.write(file.fileno(), sign)
    except OSError as error:
        raise _unwritable(path, error) from error


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
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    except OSError as error:
        raise _unwritable(path, error) from error
    with os.fdopen(descriptor, "r+") as file:
        yield file

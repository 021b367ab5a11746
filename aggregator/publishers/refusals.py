"""What the operating system refuses, in words: where, why, and what to do."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

from aggregator.errors import PublishError

_CAUSES = {
    errno.ENOSPC: "the disk is full: free some space",
    errno.EDQUOT: "the disk quota is used up: free some space",
    errno.EROFS: "the file system is read-only: mount it writable or choose another folder in [paths]",
    errno.EACCES: "permission denied: give this user the right to write there",
    errno.EPERM: "not permitted: give this user the right to write there",
    errno.EIO: "the disk reports an error: check it",
    errno.ENAMETOOLONG: "the path is too long for this file system: choose a shorter folder in [paths]",
    errno.EISDIR: "a folder stands in its place: move it away",
    errno.ENOTDIR: "a file stands where a folder has to be: move it away",
    errno.EEXIST: "a file stands where a folder has to be: move it away",
}


@contextmanager
def refusals(place: str | os.PathLike[str], *, doing: str = "write") -> Iterator[None]:
    """Raises PublishError where the block raises OSError, or ValueError for a name that no file can have."""
    try:
        yield
    except OSError as error:
        raise PublishError(explained(error, place, doing=doing)) from error
    except ValueError as error:  # a null character or a lone surrogate
        raise PublishError(f"can't {doing} {os.fspath(place)!r}: no file can have that name") from error


def explained(error: OSError, place: str | os.PathLike[str], *, doing: str) -> str:
    """A sentence about what could not be done to a file or folder."""
    cause = _CAUSES.get(error.errno or 0, error.strerror or "the operating system refused")
    return f"can't {doing} {os.fspath(place)}: {cause}"

"""Documents into files: written beside their place, synced, renamed, the folder synced; only where the bytes differ."""

from __future__ import annotations

import errno
import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Literal

from aggregator.errors import PublishError
from aggregator.model import Document

_TEMPORARY = re.compile(r"\..*\.[0-9a-f]{16}\.tmp", re.DOTALL)
_NAME_ROOM = 255 - len("..0123456789abcdef.tmp")
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


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a document: where it stands, relative to its root, and whether the file was written, had these bytes, or was kept.

    `removed` is where it stood before, if it was deleted there.
    """

    path: str
    outcome: Literal["written", "unchanged", "kept"]
    removed: str = ""


def write(document: Document, roots: Mapping[str, Path], *, former: str = "") -> Written:
    """Put a document under the folder that `roots` names for it, by the rules that `model.Document` states.

    `former` is where it was written the last time: from another place than its present one it is then deleted. A crash leaves the old
    file or the new one, whole, or both. Raises PublishError, and then leaves no temporary file behind.
    """
    unsynced: set[Path] = set()
    written = put(document, roots[document.root], former=former, unsynced=unsynced)
    for folder in unsynced:
        sync(folder)
    return leave(document, roots[document.root], written, former=former)


def put(document: Document, root: Path, *, former: str, unsynced: set[Path]) -> Written:
    """The first half of `write`: the file stands in its place, for good as soon as the folders that it adds to `unsynced` are synced."""
    try:
        return _write(document, root, former=former, unsynced=unsynced)
    except OSError as error:
        raise PublishError(_explained(error, root / document.path)) from error
    except ValueError as error:  # a null character or a lone surrogate
        raise PublishError(f"can't write {document.path!r} under {root}: no file can have that name") from error


def present(root: Path, path: str) -> bytes | None:
    """The bytes of a file under a root; None where there is none, or it can't be read."""
    try:
        return _present(_place(root, path))
    except (OSError, PublishError):
        return None


def sync(folder: Path) -> None:
    """Make durable which files stand in a folder. Raises PublishError."""
    try:
        _sync_folder(folder)
    except OSError as error:
        raise PublishError(_explained(error, folder)) from error


def leave(document: Document, root: Path, written: Written, *, former: str) -> Written:
    """The second half of `write`: the document does not stand in its former place any more. Raises PublishError."""
    return replace(written, removed=former) if former and remove(document, root, former=former, now=written.path) else written


def remove(document: Document, root: Path, *, former: str, now: str) -> bool:
    """Delete a document from a former path; whether it stood there. The file that it stands in now stays, by whatever name.

    A kept document is never deleted, nor a file that has neither the document's `owner` at its end nor its `key`. Raises PublishError.
    """
    if document.keep or not document.owner:
        return False
    target = _place(root, former)
    try:
        if not target.is_file() or target.samefile(root / now) or not _is_own(document, _present(target) or b"", recorded=True):
            return False
        target.unlink()
        _sync_folder(target.parent)
    except FileNotFoundError:  # somebody was faster
        return False
    except OSError as error:
        raise PublishError(_explained(error, target, doing="delete")) from error
    return True


def erase(document: Document, root: Path, *, path: str) -> bool | None:
    """Delete a document for good from where it was written; whether it went, or None where nothing stands.

    Only a document's own file goes, as with `remove`; a kept one's too, whose bytes may be those of an earlier text. Raises PublishError.
    """
    target = _place(root, path)
    try:
        present = _present(target)
        if present is None:
            return None
        if not _may_go(document, present):
            return False
        target.unlink(missing_ok=True)
        _sync_folder(target.parent)
    except OSError as error:
        raise PublishError(_explained(error, target, doing="delete")) from error
    return True


def sweep(root: Path, *, before: datetime) -> int:
    """Delete the temporary files that a killed process left under a root, last written before an instant; how many there were."""
    found = [
        Path(folder, name) for folder, _, names in os.walk(root) for name in names if name.endswith(".tmp") and _TEMPORARY.fullmatch(name)
    ]
    return sum(_deleted(path, before) for path in found)


def _write(document: Document, root: Path, *, former: str, unsynced: set[Path]) -> Written:
    target = _place(root, document.path)
    present = _present(target)
    if present is not None and document.alternative and not _is_own(document, present, recorded=document.path == former):
        target = _place(root, document.alternative)
        present = _present(target)
    path = str(PurePosixPath(target.relative_to(root)))
    if present == document.data:
        return Written(path, "unchanged")
    if document.keep and (present is not None or target.is_symlink()):
        return Written(path, "kept")
    _replace(target, document.data, unsynced)
    return Written(path, "written")


def _may_go(document: Document, present: bytes) -> bool:
    """Whether a file that stands where the document was written is the document's. Of a kept one that can't be told without an owner."""
    told = bool(document.owner) or not document.keep
    return present == document.data or (told and _is_own(document, present, recorded=True))


def _is_own(document: Document, present: bytes, *, recorded: bool) -> bool:
    """Whether a file is the document's: by the link that closes it, or, as an article's address may change, by the key in its head where it
    is `recorded` that the document was written there.
    """
    head = present[: present.find(b"\n---\n") + 1]
    return present.endswith(document.owner) or bool(recorded and document.key and document.key in head)


def _place(root: Path, path: str) -> Path:
    """The file's full path. Raises PublishError where it would lie outside the root, by its own words or through a symbolic link."""
    relative = PurePosixPath(path)
    target = root / relative
    if relative.is_absolute() or ".." in relative.parts or not relative.parts:
        raise PublishError(f"{path!r} is not a path under {root}: nothing was done")
    folders = (root / above for above in relative.parents if above.parts)
    if any(folder.is_symlink() for folder in folders) and not target.parent.resolve().is_relative_to(root.resolve()):
        raise PublishError(f"{target.parent} leads outside {root} through a symbolic link: replace the link by a folder")
    return target


def _present(target: Path) -> bytes | None:
    """What stands there, or None. A symbolic link counts as nothing: it is replaced, never followed."""
    if target.is_symlink():
        return None
    try:
        return target.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _replace(target: Path, data: bytes, unsynced: set[Path]) -> None:
    _make_folder(target.parent, unsynced)
    stem = target.name.encode()[:_NAME_ROOM].decode(errors="ignore")
    temporary = target.parent / f".{stem}.{secrets.token_hex(8)}.tmp"
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    unsynced.add(target.parent)


def _make_folder(folder: Path, unsynced: set[Path]) -> None:
    """The folder and those above it."""
    if folder.is_dir():
        return
    _make_folder(folder.parent, unsynced)
    folder.mkdir(exist_ok=True)
    unsynced.add(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _deleted(path: Path, before: datetime) -> bool:
    try:
        if datetime.fromtimestamp(path.lstat().st_mtime, UTC) >= before:
            return False
        path.unlink()
    except FileNotFoundError:  # its process was faster
        return False
    except OSError as error:
        raise PublishError(_explained(error, path, doing="delete")) from error
    return True


def _explained(error: OSError, path: Path, *, doing: str = "write") -> str:
    cause = _CAUSES.get(error.errno or 0, error.strerror or "the operating system refused")
    return f"can't {doing} {path}: {cause}"

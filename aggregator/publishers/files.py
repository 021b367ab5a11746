"""Documents into files: written beside their place, synced, renamed, the folder synced; only where the bytes differ."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Literal

from aggregator.errors import PublishError
from aggregator.model import Document
from aggregator.publishers.refusals import refusals
from aggregator.publishers.replacing import Replacement

_TEMPORARY = re.compile(r"\..*\.[0-9a-f]{16}\.tmp", re.DOTALL)


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
    written, new = begin(document, root, former=former, unsynced=unsynced)
    if new:
        with new:
            new.sync()
            new.settle()
    return written


def begin(document: Document, root: Path, *, former: str, unsynced: set[Path]) -> tuple[Written, Replacement | None]:
    """What will have become of a document, and its bytes beside its place if it has to be written. Raises PublishError."""
    with refusals(root / document.path):
        target = _place(root, document.path)
        present = _present(target)
        if present is not None and document.alternative and not _is_own(document, present, recorded=document.path == former):
            target = _place(root, document.alternative)
            present = _present(target)
        path = target[len(os.fspath(root)) + 1 :]
        if present == document.data:
            return Written(path, "unchanged"), None
        if document.keep and (present is not None or os.path.islink(target)):
            return Written(path, "kept"), None
        return Written(path, "written"), Replacement(target, document.data, unsynced)


def present(root: Path, path: str) -> bytes | None:
    """The bytes of a file under a root; None where there is none, or it can't be read."""
    try:
        return _present(_place(root, path))
    except (OSError, PublishError):
        return None


def sync(folder: Path) -> None:
    """Make durable which files stand in a folder. Raises PublishError."""
    with refusals(folder):
        _sync_folder(folder)


def leave(document: Document, root: Path, written: Written, *, former: str) -> Written:
    """The second half of `write`: the document does not stand in its former place any more. Raises PublishError."""
    return replace(written, removed=former) if former and remove(document, root, former=former, now=written.path) else written


def remove(document: Document, root: Path, *, former: str, now: str) -> bool:
    """Delete a document from a former path; whether it stood there. The file that it stands in now stays, by whatever name.

    A kept document is never deleted, nor a file that has neither the document's `owner` at its end nor its `key`. Raises PublishError.
    """
    if document.keep or not document.owner:
        return False
    target = Path(_place(root, former))
    with refusals(target, doing="delete"):
        try:
            if not target.is_file() or target.samefile(root / now) or not _is_own(document, _present(str(target)) or b"", recorded=True):
                return False
            target.unlink()
        except FileNotFoundError:  # somebody was faster
            return False
        _sync_folder(target.parent)
    return True


def erase(document: Document, root: Path, *, path: str) -> bool | None:
    """Delete a document for good from where it was written; whether it went, or None where nothing stands.

    Only a document's own file goes, as with `remove`; a kept one's too, whose bytes may be those of an earlier text. Raises PublishError.
    """
    target = _place(root, path)
    with refusals(target, doing="delete"):
        present = _present(target)
        if present is None:
            return None
        if not _may_go(document, present):
            return False
        Path(target).unlink(missing_ok=True)
        _sync_folder(Path(target).parent)
    return True


def sweep(root: Path, *, before: datetime) -> int:
    """Delete the temporary files that a killed process left under a root, last written before an instant; how many there were."""
    found = [
        Path(folder, name) for folder, _, names in os.walk(root) for name in names if name.endswith(".tmp") and _TEMPORARY.fullmatch(name)
    ]
    return sum(_deleted(path, before) for path in found)


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


def _place(root: Path, path: str) -> str:
    """The file's full path. Raises PublishError where it would lie outside the root, by its own words or through a symbolic link."""
    parts = PurePosixPath(path).parts
    if not parts or ".." in parts or parts[0].startswith("/"):
        raise PublishError(f"{path!r} is not a path under {root}: nothing was done")
    target, *folders = (f"{root}/{'/'.join(parts[:end])}" for end in range(len(parts), 0, -1))
    if any(map(os.path.islink, folders)) and not Path(folders[0]).resolve().is_relative_to(root.resolve()):
        raise PublishError(f"{folders[0]} leads outside {root} through a symbolic link: replace the link by a folder")
    return target


def _present(target: str) -> bytes | None:
    """What stands there, or None. A symbolic link counts as nothing: it is replaced, never followed."""
    try:
        descriptor = os.open(target, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        if os.path.islink(target):
            return None
        raise
    with open(descriptor, "rb", buffering=0) as file:
        return file.read()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _deleted(path: Path, before: datetime) -> bool:
    with refusals(path, doing="delete"):
        try:
            if datetime.fromtimestamp(path.lstat().st_mtime, UTC) >= before:
                return False
            path.unlink()
        except FileNotFoundError:  # its process was faster
            return False
    return True

"""Many documents into files at once: the disk is waited for once for all of them, not for one after the other."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from aggregator.errors import PublishError
from aggregator.model import Document
from aggregator.publishers import files
from aggregator.publishers.files import Written

Asked = tuple[Document, str]  # a document, and where it was written the last time or ""
Placed = Written | PublishError

AT_ONCE = 8  # files being synced: a journal takes what comes together as one

Each = TypeVar("Each")
Result = TypeVar("Result")


def write(asked: Sequence[Asked], roots: Mapping[str, Path]) -> list[Placed]:
    """Do for each document as `files.write` does, and tell what became of it, in order.

    Each folder is synced once, when all files stand. Documents that may concern the same file come one after the other, as asked.
    """
    unsynced: set[Path] = set()

    def put(group: Sequence[int]) -> dict[int, Placed]:
        return {number: _put(*asked[number], roots, unsynced) for number in group}

    placed = {number: done for group in _at_once(put, groups(asked)) for number, done in group.items()}
    lost = {folder: error for folder, error in zip(unsynced, _at_once(_lost, unsynced), strict=True) if error}
    left = _left(asked, placed)
    return [_settled(document, left[number], roots, placed[number], lost) for number, (document, _) in enumerate(asked)]


def _left(asked: Sequence[Asked], placed: Mapping[int, Placed]) -> list[str]:
    """Where each document does not stand any more; "" also for where another one of these stands now."""
    written = {number: done.path for number, done in placed.items() if isinstance(done, Written) and done.outcome != "kept"}
    stands = {(asked[number][0].root, path): number for number, path in written.items()}
    return [former if stands.get((document.root, former), number) == number else "" for number, (document, former) in enumerate(asked)]


def groups(asked: Iterable[Asked]) -> list[list[int]]:
    """The documents' places in `asked`, those together, in order, that may concern the same file: in any case, in any Unicode form."""
    names: list[set[str]] = []
    of: dict[str, list[int]] = {}
    for number, (document, former) in enumerate(asked):
        paths = (document.path, document.alternative or document.path, former or document.path)
        names.append({_folded(document.root, path) for path in paths})
        group = sorted({number, *(each for name in names[number] for each in of.get(name, ()))})
        for each in group:
            of.update(dict.fromkeys(names[each], group))
    return list({group[0]: group for group in of.values()}.values())


def _folded(root: str, path: str) -> str:
    return unicodedata.normalize("NFC", f"{root}/{path}".casefold())


def _at_once(work: Callable[[Each], Result], of: Collection[Each]) -> list[Result]:
    if len(of) < 2:
        return [work(each) for each in of]
    with ThreadPoolExecutor(min(AT_ONCE, len(of)), "publish") as threads:
        return list(threads.map(work, of))


def _put(document: Document, former: str, roots: Mapping[str, Path], unsynced: set[Path]) -> Placed:
    try:
        return files.put(document, roots[document.root], former=former, unsynced=unsynced)
    except PublishError as error:
        return error


def _lost(folder: Path) -> PublishError | None:
    try:
        files.sync(folder)
    except PublishError as error:
        return error
    return None


def _settled(document: Document, former: str, roots: Mapping[str, Path], done: Placed, lost: Mapping[Path, PublishError]) -> Placed:
    """What became of a document in the end: an error, too, if the disk has refused a folder above it; else its former file may go."""
    if isinstance(done, PublishError):
        return done
    root = roots[document.root]
    target = root / done.path
    if refused := next((error for folder, error in lost.items() if folder in target.parents), None):
        return refused
    try:
        return files.leave(document, root, done, former=former)
    except PublishError as error:
        return error

"""Many documents into files at once: the disk is waited for once for all of them, not for one after the other."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

from aggregator.errors import PublishError
from aggregator.model import Document
from aggregator.publishers import files
from aggregator.publishers.files import Written
from aggregator.publishers.replacing import Replacement

Asked = tuple[Document, str]  # a document, and where it was written the last time or ""
Placed = Written | PublishError
Begun = tuple[Written, Replacement | None]

AT_ONCE = 8  # files being synced: a journal takes what comes together as one

Each = TypeVar("Each")
Result = TypeVar("Result")


def write(asked: Sequence[Asked], roots: Mapping[str, Path]) -> list[Placed]:
    """Do for each document as `files.write` does, and tell what became of it, in order.

    Each folder is synced once, when all files stand. Documents that may concern the same file come one after the other, as asked.
    """
    unsynced: set[Path] = set()
    placed: dict[int, Placed] = {}
    for some in _turns(groups(asked)):
        placed.update(zip(some, _put([asked[number] for number in some], roots, unsynced), strict=True))
    synced = zip(unsynced, _at_once(lambda folder: _tried(partial(files.sync, folder)), unsynced), strict=True)
    lost = {folder: error for folder, error in synced if error}
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


def _turns(groups: Sequence[Sequence[int]]) -> Iterator[Sequence[int]]:
    """A few places at a time, of which no two concern the same file, those of one group in order."""
    for rank in range(max(map(len, groups), default=0)):
        wave = [group[rank] for group in groups if len(group) > rank]
        yield from (wave[start : start + AT_ONCE] for start in range(0, len(wave), AT_ONCE))


def _put(asked: Sequence[Asked], roots: Mapping[str, Path], unsynced: set[Path]) -> list[Placed]:
    """As `files.put` for each; only the disk is waited for in threads, as work in Python would make them wait for each other."""
    with ExitStack() as stack:
        begun = [_tried(partial(_begin, document, former, roots, unsynced, stack)) for document, former in asked]
        new = [each[1] for each in begun if not isinstance(each, PublishError) and each[1]]
        refused = dict(zip(new, _at_once(lambda each: _tried(each.sync), new), strict=True))
        return [each if isinstance(each, PublishError) else _stood(*each, refused) for each in begun]


def _begin(document: Document, former: str, roots: Mapping[str, Path], unsynced: set[Path], stack: ExitStack) -> Begun:
    written, new = files.begin(document, roots[document.root], former=former, unsynced=unsynced)
    return written, new and stack.enter_context(new)


def _stood(written: Written, new: Replacement | None, refused: Mapping[Replacement, PublishError | None]) -> Placed:
    refusal = new and (refused[new] or _tried(new.settle))
    return refusal if isinstance(refusal, PublishError) else written


def _tried(work: Callable[[], Result]) -> Result | PublishError:
    try:
        return work()
    except PublishError as error:
        return error


def _at_once(work: Callable[[Each], Result], of: Collection[Each]) -> list[Result]:
    return [work(each) for each in of] if len(of) < 2 else list(_threads().map(work, of))


@cache
def _threads() -> Executor:
    """Kept, as to begin one takes longer than what it does."""
    return ThreadPoolExecutor(AT_ONCE, "publish")


os.register_at_fork(after_in_child=_threads.cache_clear)  # where its threads are not


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

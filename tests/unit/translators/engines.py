"""Small engines that do one thing, for tests of what stands around engines."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from aggregator.errors import TranslationError
from aggregator.model import NO_HINTS, Capacity, Codec, Hints, MemoryCount, Remembered
from aggregator.translators.recalling import SegmentMemory


def german(text: str) -> str:
    """Words that no checker takes for the source's."""
    return re.sub(r"[^\W\d_]+", lambda word: word[0][::-1] + "en", text)


@dataclass
class Engine:
    """Answers by a function of each text; `errors` are raised first, one a call. Remembers what it was asked."""

    name: str = "one"
    answer: Callable[[str], str] = german
    errors: list[TranslationError] = field(default_factory=list)
    codec: Codec = "plain"
    capacity: Capacity = field(default_factory=Capacity)
    embedded: bool = False
    pairs: Collection[tuple[str, str]] = ()
    asked: list[list[str]] = field(default_factory=list)
    hints: list[Hints] = field(default_factory=list)
    closed: bool = False
    hangs: bool = False
    deadline: float = 10.0  # seconds

    def supports(self, source: str, target: str) -> bool:
        return not self.pairs or (source, target) in self.pairs

    async def translate(self, texts: Sequence[str], *, source: str, target: str, hints: Hints = NO_HINTS) -> Sequence[str]:
        self.asked.append(list(texts))
        self.hints.append(hints)
        if self.hangs:
            await asyncio.Event().wait()
        if self.errors:
            raise self.errors.pop(0)
        return [self.answer(text) for text in texts]

    async def aclose(self) -> None:
        self.closed = True


class Shelf:
    """A memory in a dictionary."""

    def __init__(self) -> None:
        self.entries: dict[str, Remembered] = {}
        self.threads: set[int] = set()

    def recall(self, keys: Collection[str]) -> Mapping[str, Remembered]:
        self.threads.add(threading.get_ident())
        return {key: self.entries[key] for key in keys if key in self.entries}

    def remember(self, entries: Sequence[Remembered], *, spare_locked: bool = False) -> int:
        self.entries.update({entry.key: entry for entry in entries})
        return len(entries)

    def note_flags(self, flags: Mapping[str, Sequence[str]], *, rules: str) -> None:
        for key, found in flags.items():
            self.entries[key] = replace(self.entries[key], rules=rules, flags=tuple(found))

    def remembered(self, **_: object) -> Sequence[Remembered]:
        return list(self.entries.values())

    def memory_counts(self) -> Sequence[MemoryCount]:
        return []


def memory_on(shelf: Shelf) -> SegmentMemory:
    """The memory of a router whose store is a shelf."""
    return SegmentMemory(shelf, clock=lambda: datetime(2026, 5, 1, tzinfo=UTC))

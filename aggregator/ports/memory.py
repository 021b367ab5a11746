"""The socket of the translation memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from aggregator.model import MemoryCount, Remembered


class Memory(Protocol):
    """Verified translations of segments by key, shared by all sources and kept between runs. Synchronous, raises StoreError."""

    def recall(self, keys: Collection[str]) -> Mapping[str, Remembered]:
        """Those of the keys that are known. Writes nothing: what was used is counted when the translation is saved."""
        ...

    def remember(self, entries: Sequence[Remembered], *, spare_locked: bool = False) -> int:
        """Keep them, in the place of those of the same key; a locked one gives way to a locked one only, and with `spare_locked` to none.

        Returns how many were kept.
        """
        ...

    def note_flags(self, flags: Mapping[str, Sequence[str]], *, rules: str) -> None:
        """Note by which rules what is remembered under these keys was judged, and what makes it doubtful."""
        ...

    def remembered(
        self, *, source_language: str = "", target_language: str = "", locked: bool | None = None, after: str = "", limit: int = 1000
    ) -> Sequence[Remembered]:
        """What is known with its source text, in order of keys, from the one `after` another: page by page, everything."""
        ...

    def memory_counts(self) -> Sequence[MemoryCount]:
        """How much is known, by pair of languages and engine."""
        ...

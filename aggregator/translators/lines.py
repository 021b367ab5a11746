"""Sends texts as the lines of one text, and finds by halving where the lines that come back do not fit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from itertools import chain, repeat

from aggregator.core.codes import has_letters
from aggregator.errors import OutOfBudget, TooLong
from aggregator.translators.packing import between, packs, sentences, unpack

Ask = Callable[[str], Awaitable[str]]  # an empty string where there is no answer
Fits = Callable[[str], bool]


async def line_by_line(texts: Sequence[str], ask: Ask, *, engine: str, fits: Fits, together: bool) -> list[str]:
    """An answer for each text: texts without letters as they are, an empty string where there is none.

    `fits` says whether a text can go into one request, `together` whether several can. Raises TooLong where a sentence does not fit and
    nothing else was answered, and what `ask` raises at once; only after something was answered, OutOfBudget leaves the rest empty.
    """
    asked = [text for text in texts if has_letters(text)]
    lines = _Lines(ask, engine, fits)
    try:
        for pack in packs(asked, fits) if together else ([text] for text in asked):
            await lines.add(pack)
    except OutOfBudget:
        if not any(lines.found):
            raise
    if lines.error and not any(lines.found):
        raise lines.error
    found = chain(lines.found, repeat(""))
    return [next(found) if has_letters(text) else text for text in texts]


class _Lines:
    """`found` are the answers in order."""

    def __init__(self, ask: Ask, engine: str, fits: Fits) -> None:
        self._ask = ask
        self._engine = engine
        self._fits = fits
        self.found: list[str] = []
        self.error: TooLong | None = None

    async def add(self, pack: Sequence[str]) -> None:
        """Ask for a pack, or else for its halves."""
        if len(pack) == 1:
            self.found.append(await self._alone(pack[0]))
            return
        lines = unpack(await self._ask("\n".join(pack)), pack) if all("\n" not in text for text in pack) else None
        if lines is not None:
            self.found += lines
            return
        middle = len(pack) // 2
        await self.add(pack[:middle])
        await self.add(pack[middle:])

    async def _alone(self, text: str) -> str:
        pieces = [text] if self._fits(text) else sentences(text, self._fits)
        if not pieces:
            self.error = TooLong(f"{self._engine}: a sentence of {len(text)} characters is over the service's limit")
        translated = ""
        for piece in pieces:
            answer = await self._ask(piece) if has_letters(piece) else piece
            if not answer:
                return ""
            translated += (between(translated, answer) if translated else "") + answer
        return translated

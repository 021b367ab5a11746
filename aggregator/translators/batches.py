"""Sends texts in batches that an engine takes, and finds by halving which text it fails on, so that one does not cost the others."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import chain, repeat

from aggregator.core.codes import has_letters
from aggregator.errors import BadOutput, OutOfBudget, TooLong, TranslationError
from aggregator.model import Capacity

HOPELESS = 3  # texts that failed alone before any was answered
Ask = Callable[[Sequence[str]], Awaitable[Sequence[str]]]

_TAG = re.compile(r"</?[gx]\d*(?:\s[^<>]*)?/?>")


def speaks(text: str) -> bool:
    """Whether there is a letter in a text besides its placeholders, of whatever codec."""
    return has_letters(_TAG.sub("", text))


def batches(texts: Sequence[str], capacity: Capacity, *, size: Callable[[str], int] = len) -> Iterator[list[str]]:
    """The texts in order, as many together as the capacity allows; what is over it alone stands alone."""
    batch: list[str] = []
    room = capacity.characters
    for text in texts:
        room -= size(text)
        if batch and ((capacity.texts and len(batch) >= capacity.texts) or (capacity.characters and room < 0)):
            yield batch
            batch, room = [], capacity.characters - size(text)
        batch.append(text)
    if batch:
        yield batch


async def one_for_one(texts: Sequence[str], ask: Ask, *, capacity: Capacity, size: Callable[[str], int] = len) -> list[str]:
    """An answer for each text: texts without letters as they are, an empty string where the engine failed on that one.

    Raises BadOutput or TooLong when it failed on all of them, and every other TranslationError at once. Where `ask` raises OutOfBudget
    after something was answered, the rest is empty.
    """
    asked = [text for text in texts if speaks(text)]
    halving = _Halving(ask)
    try:
        for batch in batches(asked, capacity, size=size):
            await halving.add(batch)
    except OutOfBudget:
        if not halving.has_answered:
            raise
    found = chain(halving.found, repeat(""))
    answers = [next(found) if speaks(text) else text for text in texts]
    if halving.error and not any(answer for answer, text in zip(answers, texts, strict=True) if speaks(text)):
        raise halving.error
    return answers


class _Halving:
    """Asks for batches, and for the halves of one that failed; `found` are the answers in order, `error` is the last one.

    Gives up where nothing has been answered yet.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._failed_alone = 0
        self.has_answered = False
        self.found: list[str] = []
        self.error: TranslationError | None = None

    async def add(self, batch: Sequence[str]) -> None:
        if not self.has_answered and self._failed_alone >= HOPELESS:
            self.found += [""] * len(batch)
            return
        try:
            self.found += await self._ask(batch)
        except (BadOutput, TooLong) as error:
            self.error = error
            await self._add_halves(batch)
        else:
            self.has_answered = True

    async def _add_halves(self, batch: Sequence[str]) -> None:
        if len(batch) == 1:
            self._failed_alone += 1
            self.found.append("")
            return
        middle = len(batch) // 2
        await self.add(batch[:middle])
        await self.add(batch[middle:])

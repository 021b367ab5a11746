"""An engine that is loaded when it is first asked: most commands never ask, and some engines take a second to load."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from aggregator.model import NO_HINTS, Capacity, Codec, Hints
from aggregator.ports import Translator
from aggregator.translators.deadlines import deadline


class DeferredTranslator:
    """Stands for an engine under its name. `make` builds it; with `offline`, one that needs the network supports nothing."""

    def __init__(self, name: str, make: Callable[[], Translator], *, offline: bool = False) -> None:
        self.name = name
        self._make = make
        self._offline = offline

    @cached_property
    def _engine(self) -> Translator:
        return self._make()

    @property
    def codec(self) -> Codec:
        """How the engine wants a segment's markup."""
        return self._engine.codec

    @property
    def capacity(self) -> Capacity:
        """What one call should hold at most."""
        return self._engine.capacity

    @property
    def embedded(self) -> bool:
        """Whether the engine needs no network."""
        return self._engine.embedded

    @property
    def deadline(self) -> float:
        """How long a call of the engine may take, in seconds."""
        return deadline(self._engine)

    def supports(self, source: str, target: str) -> bool:
        """Whether the engine translates this pair, and may be asked."""
        return self._engine.supports(source, target) and (self._engine.embedded or not self._offline)

    async def translate(self, texts: Sequence[str], *, source: str, target: str, hints: Hints = NO_HINTS) -> Sequence[str]:
        """The texts in the target language. Raises TranslationError."""
        return await self._engine.translate(texts, source=source, target=target, hints=hints)

    async def aclose(self) -> None:
        """Let go of what the engine holds, if it was ever loaded."""
        if "_engine" in self.__dict__:
            await self._engine.aclose()

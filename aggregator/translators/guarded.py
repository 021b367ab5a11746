"""Stands before an engine that may have bugs: they cost the engine a turn, and nothing else."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import get_args

from aggregator.errors import AggregatorError, BadOutput
from aggregator.model import NO_HINTS, Capacity, Codec, Hints
from aggregator.ports import Translator
from aggregator.translators.deadlines import deadline

log = logging.getLogger(__name__)


class GuardedTranslator:
    """An engine that raises nothing but what its port allows, and answers each text with a text.

    Of a bug only its type is told: its message and its traceback may hold the article's text or a key.
    """

    def __init__(self, engine: Translator) -> None:
        self.name = engine.name
        self._engine = engine

    @property
    def codec(self) -> Codec:
        """That of the engine."""
        return self._engine.codec

    @property
    def capacity(self) -> Capacity:
        """That of the engine."""
        return Capacity(*self._engine.capacity)

    @property
    def embedded(self) -> bool:
        """Whether the engine needs no network."""
        return self._engine.embedded

    @property
    def deadline(self) -> float:
        """That of the engine."""
        return deadline(self._engine)

    def supports(self, source: str, target: str) -> bool:
        """What the engine supports; nothing while it can't say that, or how it is to be asked."""
        try:
            return self.codec in get_args(Codec) and len(self.capacity) == 2 and self._engine.supports(source, target)
        except AggregatorError:
            raise
        except Exception as error:  # noqa: BLE001  its message may hold anything
            self._tell(error)
            return False

    async def translate(self, texts: Sequence[str], *, source: str, target: str, hints: Hints = NO_HINTS) -> Sequence[str]:
        """The engine's answers. Raises TranslationError, and what stopped a meter."""
        try:
            answers = list(await self._engine.translate(texts, source=source, target=target, hints=hints))
        except (AggregatorError, TimeoutError):
            raise
        except Exception as error:  # noqa: BLE001  its message may hold anything
            self._tell(error)
            raise BadOutput(f"{self.name}: {type(error).__name__} inside the engine; report it to who made that") from None
        if not all(isinstance(answer, str) for answer in answers):
            raise BadOutput(f"{self.name}: some of the {len(answers)} answers are no text")
        return answers

    async def aclose(self) -> None:
        """Close the engine."""
        try:
            await self._engine.aclose()
        except AggregatorError:
            raise
        except Exception as error:  # noqa: BLE001  its message may hold anything
            self._tell(error)

    def _tell(self, error: Exception) -> None:
        log.error("the engine %s broke: %s", self.name, type(error).__name__)

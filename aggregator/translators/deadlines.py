"""How long one call of an engine may take: as long as the engine itself says, as its `deadline`."""

from __future__ import annotations

from aggregator.ports import Translator

DEADLINE = 90.0  # seconds, of an engine that does not say


def deadline(engine: Translator) -> float:
    """In seconds."""
    return float(getattr(engine, "deadline", DEADLINE))

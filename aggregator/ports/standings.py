"""The socket for what is known of engines from one run to the next."""

from __future__ import annotations

from typing import Protocol

from aggregator.model import Standing


class EngineStandings(Protocol):
    """How engines do, one Standing for each pair of languages and one for all. Every method is one transaction; raises StoreError."""

    def standing(self, engine: str, *, source: str = "", target: str = "") -> Standing | None:
        """What was last noted of an engine, whether it still holds or not."""
        ...

    def note_standing(self, standing: Standing) -> None:
        """Put it in the place of the one before."""
        ...

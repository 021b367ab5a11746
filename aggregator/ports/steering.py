"""The part of the store's socket through which a person steers: stop a source, go on with it, have something done now."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol


class Steering(Protocol):
    """Called by the commands and the web's acts. Every method is one transaction; raises StoreError."""

    def pause_sources(self, names: Collection[str], *, paused: bool) -> None:
        """Poll these sources no more unless somebody names them, or go on with them."""
        ...

    def hurry_sources(self, names: Collection[str], *, now: datetime) -> None:
        """Make sources due that nobody is polling, also those that are gone."""
        ...

    def hurry_job(self, item_id: str, language: str) -> bool:
        """Make a translation that was asked for due before all others; whether it is still to be made."""
        ...

"""The socket of what knows whether there is room for what is going to be paid for."""

from __future__ import annotations

from typing import Protocol


class Room(Protocol):
    """Asked by the runners before they claim what costs money."""

    def __call__(self) -> str:
        """Why nothing can be stored, in words, or empty. May wait for the disk."""
        ...

    def doubt(self) -> None:
        """Something could not be stored: look closely the next time."""
        ...


class Boundless:
    """Room without end: of a store that is somewhere else, or in memory."""

    def __call__(self) -> str:
        """Nothing is in the way."""
        return ""

    def doubt(self) -> None:
        """Nothing to look at."""


no_bounds = Boundless()

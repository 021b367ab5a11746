"""How much one body may cost, and what is said of one that costs more."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from aggregator.model import Failed, Source

_MB = 2**20
_MOST_PLACES = 4  # a child takes some 60 MB
_ADVICE = "Look at the address in a browser: it may be broken or hostile. If it is a real feed, set a smaller max_items for this source"
_LONGER = ", or a higher fetch.parse_timeout."


def places() -> int:
    """How many bodies are read at the same time: as many as there are processors, and no more than a few."""
    return min(os.cpu_count() or 1, _MOST_PLACES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of one child process and of one body in it."""

    seconds: float = 8.0  # on the wall, for one body
    patience: float = 0.5  # seconds after which a body makes room for others
    memory: int = 192 * _MB  # beyond what an idle child uses
    answer: int = 32 * _MB  # bytes of JSON
    bodies: int = 20_000  # before a child is replaced; one that has grown much is at once
    idle: float = 60.0  # seconds that a child is kept without work
    places: int = field(default_factory=places)  # bodies read at the same time
    slow_places: int = 2  # and as many beside them that have used up the patience

    def too_slow(self, source: Source) -> Failed:
        """The outcome for a body that is not read in time."""
        message = f"{source.name}: what was sent could not be read within {self.seconds:g} seconds"
        return Failed(kind="too_large", message=message, advice=_ADVICE + _LONGER)

    def too_big(self, source: Source) -> Failed:
        """The outcome for a body that needs too much memory."""
        message = f"{source.name}: what was sent needs more than {self.memory // _MB} MiB of memory to be read"
        return Failed(kind="too_large", message=message, advice=_ADVICE + ".")

    def too_much(self, source: Source) -> Failed:
        """The outcome for a body that what is made of it is too large."""
        message = f"{source.name}: what was read from what was sent is larger than {self.answer / _MB:g} MiB"
        return Failed(kind="too_large", message=message, advice=_ADVICE + ".")


def died(source: Source, cause: str) -> Failed:
    """The outcome for a body that ended the process that read it; `cause` is a signal or an exit status."""
    message = f"{source.name}: the process that read what was sent ended ({cause})"
    return Failed(
        kind="internal", message=message, advice="The other sources are not touched. If it lasts, please report it with the address."
    )

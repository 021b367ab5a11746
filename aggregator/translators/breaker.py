"""Leaves an engine alone that keeps failing: one circuit for each engine and pair of languages, and one for the engine itself."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import timedelta

from aggregator.model import Resting

FAILURES = 5  # in a row open a circuit
HALF = 0.5  # the weight of what may be a text's fault
WINDOW = 20  # calls, of which more than half failing open it too
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=30)
FOR_GOOD = timedelta.max


@dataclass(slots=True)
class _Circuit:
    failures: float = 0.0  # in a row
    opened: int = 0  # times in a row
    until: float = 0.0
    recent: deque[bool] = field(default_factory=lambda: deque(maxlen=WINDOW))  # whether the last calls failed

    def is_failing(self) -> bool:
        return self.failures >= FAILURES or (len(self.recent) == WINDOW and sum(self.recent) > WINDOW / 2)


def _seconds(length: float) -> timedelta:
    return FOR_GOOD if length == float("inf") else timedelta(seconds=max(length, 0.0))


class Breaker:
    """Circuits by key. `clock` gives seconds that never run backwards.

    An open circuit lets one call through after a pause of 30 seconds that doubles every time that call fails, up to half an hour.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._circuits: dict[Hashable, _Circuit] = {}

    def pause(self, key: Hashable) -> timedelta:
        """How long to leave it alone; zero: call now. After a pause one caller in 30 seconds is told so, until a call succeeds."""
        circuit = self._circuits.get(key)
        now = self._clock()
        if circuit is None or not circuit.until:
            return timedelta(0)
        if circuit.until == float("inf"):
            return FOR_GOOD
        if now < circuit.until:
            return timedelta(seconds=circuit.until - now)
        circuit.until = now + FIRST_PAUSE.total_seconds()
        return timedelta(0)

    def resting(self) -> dict[Hashable, Resting]:
        """The circuits that are open: none of them closes before a call has succeeded."""
        now = self._clock()
        return {
            key: Resting(circuits=1, times=circuit.opened, pause=_seconds(circuit.until - now))
            for key, circuit in self._circuits.copy().items()
            if circuit.until
        }

    def succeeded(self, key: Hashable) -> None:
        """Close the circuit. What failed before the last pause is forgotten."""
        circuit = self._circuits.get(key)
        if circuit is None or circuit.until:
            circuit = self._circuits[key] = _Circuit()
        circuit.failures = 0
        circuit.recent.append(False)

    def failed(self, key: Hashable, *, at_once: bool = False, after: timedelta | None = None, weight: float = 1.0) -> timedelta | None:
        """Count a failure, or a part of one. Returns for how long that opens the circuit, if it does.

        `at_once` opens it on the first one; `after` is how long the engine asked to be left alone.
        """
        circuit = self._circuits.setdefault(key, _Circuit())
        circuit.failures += weight
        if weight == 1:
            circuit.recent.append(True)
        if not (at_once or after or circuit.opened or circuit.is_failing()):
            return None
        pause: timedelta = min(FIRST_PAUSE * 2 ** min(circuit.opened, 10), LONGEST_PAUSE)
        circuit.opened += 1
        pause = max(pause, after or pause)
        circuit.until = float("inf") if after == FOR_GOOD else self._clock() + pause.total_seconds()
        return pause

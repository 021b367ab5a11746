"""Token buckets: so many at once, then so many a minute, for each of a bounded number of clients."""

from __future__ import annotations

import ipaddress
import math
from collections import OrderedDict
from dataclasses import dataclass, field

_ROUNDED = 1e-9  # seconds


@dataclass(slots=True)
class Buckets:
    """`size` at once, then one every `seconds`. Of more clients than `most` the one that has been quiet the longest is forgotten."""

    size: int
    seconds: float
    most: int = 1000
    _levels: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)  # what was left, and when

    def take(self, client: str, *, now: float) -> int:
        """Take one. Returns 0, or where there is none the seconds until there is."""
        name = _network(client)
        left = self._left(name, now)
        if wait := self._until(left):
            return wait
        self._levels[name] = (left - 1, now)
        self._levels.move_to_end(name)
        if len(self._levels) > self.most:
            self._levels.popitem(last=False)
        return 0

    def wait(self, client: str, *, now: float) -> int:
        """The seconds until there is one; 0 for now. Takes nothing."""
        return self._until(self._left(_network(client), now))

    def _until(self, left: float) -> int:
        """Who has waited as long as was said finds one, however sums of seconds are rounded."""
        return max(0, math.ceil((1 - left) * self.seconds - _ROUNDED))

    def _left(self, name: str, now: float) -> float:
        left, then = self._levels.get(name, (float(self.size), now))
        return min(float(self.size), left + max(0.0, now - then) / self.seconds)


def _network(client: str) -> str:
    """A client's address, or with IPv6 the network that one customer is given."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client
    return client if address.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))

"""Puts the parts together: the only place that knows which class stands behind which socket."""

from __future__ import annotations

from aggregator.checking import ADAPTERS, engine_problems, source_problems
from aggregator.wiring.building import build, only_daemon, open_house, rebuild
from aggregator.wiring.finding import address_problem, discover, find, likeliest
from aggregator.wiring.house import KEPT_INCIDENTS, House, Place, exported
from aggregator.wiring.narrowing import for_addresses, for_looking
from aggregator.wiring.parts import no_writer, rates
from aggregator.wiring.sharing import is_shared

__all__ = [
    "ADAPTERS",
    "KEPT_INCIDENTS",
    "House",
    "Place",
    "address_problem",
    "build",
    "discover",
    "engine_problems",
    "exported",
    "find",
    "for_addresses",
    "for_looking",
    "is_shared",
    "likeliest",
    "no_writer",
    "only_daemon",
    "open_house",
    "rates",
    "rebuild",
    "source_problems",
]

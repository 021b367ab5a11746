"""A hostile source costs its neighbours next to nothing; `make bench` shows the same with five hundred of them."""

from __future__ import annotations

import pytest

from tests.system.conftest import Site
from tests.system.neighbours import HOSTILE, delay
from tests.system.origin import Origin


@pytest.mark.parametrize("hostile", HOSTILE)
def test_one_hostile_source_delays_healthy_ones_by_two_seconds_at_most(site: Site, origin: Origin, hostile: str) -> None:
    rounds = (delay(site, origin, healthy=60, hostile=hostile) for _ in range(3))  # other tests may delay one, the source delays each
    assert any(seconds <= 2.0 for seconds in rounds)

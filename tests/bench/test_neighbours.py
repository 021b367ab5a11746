"""How much later five hundred healthy sources are for one hostile one among them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.figures import Record
from tests.system.conftest import Site
from tests.system.neighbours import HOSTILE, delay
from tests.system.origin import Origin

MOST = 2.0  # seconds, at the 99th percentile

pytestmark = pytest.mark.bench


@pytest.mark.parametrize("hostile", HOSTILE)
def test_one_hostile_source_among_five_hundred(tmp_path: Path, hostile: str, record: Record) -> None:
    with Origin() as origin:
        seconds = delay(Site(tmp_path), origin, healthy=500, hostile=hostile)
    record(f"how much later 500 healthy sources are for a hostile {hostile}, 99th percentile", seconds, "s", most=MOST)

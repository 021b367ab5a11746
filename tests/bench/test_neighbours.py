"""How much later five hundred healthy sources are for one hostile one among them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.system.conftest import Site
from tests.system.neighbours import HOSTILE, delay
from tests.system.origin import Origin

MOST = 2.0  # seconds, at the 99th percentile

pytestmark = pytest.mark.bench


@pytest.mark.parametrize("hostile", HOSTILE)
def test_one_hostile_source_among_five_hundred(tmp_path: Path, hostile: str) -> None:
    with Origin() as origin:
        seconds = delay(Site(tmp_path), origin, healthy=500, hostile=hostile)
    print(f"a hostile {hostile} makes 500 healthy sources {seconds:.2f} s later (p99, at most {MOST} s)")  # noqa: T201 - what this is for
    assert seconds <= MOST

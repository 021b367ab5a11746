"""What verification makes of pairs of texts and human translations, and how many it looks at in a second.

    PAIRS=file.tsv make bench ARGS="-k pairs"

runs it over any tab-separated file: a heading, then language, language (BCP 47), text, translation in each line; neighbours are taken for
neighbours in an article. Without PAIRS the project's own pairs are used. Damage is made here: a digit changed, millions for billions, the
text itself for its translation, two lines merged and another split.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from aggregator.core import verify
from tests.bench.figures import Record
from tests.pairs import Pair, by_direction, measure, own, read

pytestmark = pytest.mark.bench


def pairs() -> list[Pair]:
    """Those of the file that PAIRS names, else our own."""
    named = os.environ.get("PAIRS")
    return read(Path(named)) if named else own("calibrated") + own("held_out")


def test_quality_on_pairs() -> None:
    for direction, each in by_direction(pairs()).items():
        print(f"{direction:14} {measure(each)}")  # noqa: T201 - what `make bench` is for


def test_pairs_a_second(record: Record) -> None:
    """Problems and flags of every answer, the least time of some rounds."""
    each = pairs()
    took = min(seconds(each, seed) for seed in range(5))
    record("verified pairs a second", len(each) / took)


def seconds(each: list[Pair], number: int) -> float:
    fresh = [(f"{pair.text}{' ' * number}", f"{pair.translation}{' ' * number}", pair.source, pair.target) for pair in each]
    started = time.process_time()
    for text, answer, source, target in fresh:
        verify.problems(text, answer, source=source, target=target)
        verify.flags(text, answer, source=source, target=target)
    return time.process_time() - started

"""What verification makes of human translations and of damaged ones: the figures it has to reach, on pairs it was calibrated on and others.

The pairs in tests/data/pairs were written for this project. The held-out half was written with the other and not used for calibrating.
"""

from __future__ import annotations

import pytest

from aggregator.core import shifts, verify
from tests.pairs import Pair, batches, by_direction, is_doubted, measure, own, shifted

HALVES = ("calibrated", "held_out")


@pytest.mark.parametrize("half", HALVES)
def test_the_figures_to_reach(half: str) -> None:
    found = measure(own(half))
    print(f"{half}: {found}")  # noqa: T201 - the figures are what it is about
    assert found.pairs >= 300
    assert found.false_alarms <= 0.03
    assert found.copies == found.empties == 1
    assert found.digits >= 0.95
    assert found.scales == 1
    assert found.batches >= 0.98
    assert found.false_batches == 0


@pytest.mark.parametrize("languages", ["zh-CN en", "ja en", "de en", "zh-CN ja", "zh-CN de"])
def test_false_alarms_of_each_pair_of_languages(languages: str) -> None:
    pairs = [pair for half in HALVES for pair in own(half) if {pair.source, pair.target} == set(languages.split())]
    doubted = [pair for pair in pairs if is_doubted(pair, pair.translation)]
    assert len(pairs) >= (200 if "en" in languages else 30)
    assert len(doubted) <= len(pairs) * 0.03, doubted


def test_every_digit_may_be_the_wrong_one() -> None:
    for seed in range(1, 4):
        assert measure(own("held_out"), seed=seed).digits >= 0.95


@pytest.mark.parametrize("size", [6, 12, 30])
def test_shifted_batches_of_any_size(size: int) -> None:
    """Every pair in both directions, as they come and mixed: by how the answers fit the neighbours alone, without counting flags."""
    caught, false, seen = 0, 0, 0
    for pairs in by_direction([each for half in HALVES for pair in own(half) for each in (pair, turned(pair))]).values():
        for number, batch in enumerate([*batches(pairs, size), *batches(pairs[::2] + pairs[1::2], size)]):
            source, target = batch[0].source, batch[0].target
            caught += shifts.is_shifted(shifted(batch, seed=number), source=source, target=target)
            false += verify.is_suspicious([(pair.text, pair.translation) for pair in batch], source=source, target=target)
            seen += 1
    assert seen >= 20
    assert false == 0
    assert caught >= seen * 0.98


def turned(pair: Pair) -> Pair:
    return Pair(pair.target, pair.source, pair.translation, pair.text)


@pytest.mark.parametrize("pairs", [[], [("Hello", "你好")], [("", ""), ("", "")]])
def test_next_to_nothing_is_not_suspicious(pairs: list[tuple[str, str]]) -> None:
    assert not verify.is_suspicious(pairs, source="en", target="zh-CN")


def test_a_batch_full_of_doubtful_answers() -> None:
    batch = [(f"In {year} we sold {year * 3} cars.", f"{year + 1}年，我们卖出了{year}辆汽车。") for year in range(2001, 2011)]
    right = [(f"In {year} we sold {year * 3} cars.", f"{year}年，我们卖出了{year * 3}辆汽车。") for year in range(2001, 2011)]
    assert verify.is_suspicious(batch, source="en", target="zh-CN")
    assert not verify.is_suspicious(right, source="en", target="zh-CN")

"""Pretended translations look like their target, keep what must be kept, and pass for nothing else."""

from __future__ import annotations

import asyncio

import pytest

from aggregator.core.codes import numbers
from aggregator.core.verify import problems
from aggregator.translators.pseudo import Mode, PseudoTranslator


def pretend(text: str, target: str, *, source: str = "en", mode: Mode = "accents") -> str:
    return asyncio.run(PseudoTranslator(mode=mode).translate([text], source=source, target=target))[0]


@pytest.mark.parametrize("target", ["de", "zh-CN", "zh-TW", "ja", "ko", "ru", "el", "ar", "he", "th", "hi"])
@pytest.mark.parametrize(
    ("source", "text"), [("en", "The {0}market{1} rises by 12.5% at {2}."), ("ar", "السوق {0}يرتفع{1} بنسبة 12.5% {2}.")]
)
def test_answers_pass_the_checks_of_every_target(source: str, text: str, target: str) -> None:
    answer = pretend(text, target, source=source)
    assert answer.startswith("⟦")
    assert answer.endswith("⟧")
    assert "12.5%" in answer
    assert numbers(answer) == numbers(text)
    assert problems(text, answer, source=source, target=target) == () or source == target


def test_answers_are_the_same_every_time_and_different_for_different_texts() -> None:
    assert pretend("One text", "de") == pretend("One text", "de") != pretend("Two texts", "de")


def test_modes() -> None:
    assert pretend("Some text", "de", mode="identity") == "Some text"
    assert pretend("Some text", "de", mode="cjk") != pretend("Some text", "de") != pretend("Some text", "de", mode="rtl")
    assert pretend("Some text", "de", mode="cjk") == pretend("Some text", "zh-TW")
    assert pretend("Some text", "de", mode="rtl") == pretend("Some text", "ar")

"""The variants of a segment that are sent when its translation could not be used, and the way back from each."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from aggregator.core.ladder import STEPS, Step, variant
from aggregator.core.segment import cut
from aggregator.model import Segment


def segment(markdown: str) -> Segment:
    (found,) = cut(markdown).segments
    return found


def sent(markdown: str, step: Step, *, limit: int = 0) -> list[str]:
    made = variant(segment(markdown), step, limit=limit)
    return [part.text for part in made.parts] if made else []


def back(markdown: str, step: Step, translate: Callable[[str], str]) -> str:
    made = variant(segment(markdown), step)
    assert made
    return made.restore([translate(part.text) for part in made.parts])


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("whole", ["See {0}our {2}new{3} page{1} by {4}. It is {5}good{6}."]),
        ("sentences", ["See {0}our {2}new{3} page{1} by {4}.", "It is {5}good{6}."]),
        ("formatting", ["See our new page by {4}. It is good.", "our new page", "new", "good"]),
        ("runs", ["See", "our", "new", "page", "by", ". It is", "good"]),
    ],
)
def test_each_step_sends_less_at_once(step: Step, expected: list[str]) -> None:
    assert sent("See [our *new* page](u) by `me`. It is **good**.", step) == expected


@pytest.mark.parametrize("step", STEPS)
def test_the_way_back_of_each_step_restores_the_segment(step: Step) -> None:
    markdown = "See [our *new* page](u) by `me`. It is **good**."
    assert back(markdown, step, str) == segment(markdown).text


def test_sentences_that_fit_together_go_together() -> None:
    text = "One is here. Two is here. Three is here."
    assert sent(text, "sentences", limit=30) == ["One is here. Two is here.", "Three is here."]
    assert sent("一在这里。二在这里！三？", "sentences") == ["一在这里。", "二在这里！", "三？"]


def test_no_pair_is_cut_in_two() -> None:
    assert sent("A **bold one. And two.** End.", "sentences") == ["A {0}bold one. And two.{1}", "End."]


def test_sentences_are_joined_as_their_script_wants() -> None:
    assert back("One is here. Two is here.", "sentences", lambda text: "一在。" if "One" in text else "二在。") == "一在。二在。"
    assert back("一在。二在。", "sentences", lambda text: "One." if "一" in text else "Two.") == "One. Two."


def test_a_pair_goes_round_its_own_translation() -> None:
    words = {"by the big bank today": "heute von der großen Bank", "the big bank": "der großen Bank", "big": "großen"}
    assert back("by [the *big* bank](u) today", "formatting", words.__getitem__) == "heute von {0}der {2}großen{3} Bank{1}"


@pytest.mark.parametrize("inside", ["dem Ufer", "Bank", ""])
def test_a_pair_whose_place_can_not_be_told_is_refused(inside: str) -> None:
    words = {"by the bank today": "heute von Bank zu Bank", "the bank": inside}
    with pytest.raises(ValueError, match="can't be told"):
        back("by **the bank** today", "formatting", words.__getitem__)


@pytest.mark.parametrize("step", ["sentences", "formatting", "runs"])
def test_what_would_be_nothing_new_is_not_sent(step: Step) -> None:
    assert variant(segment("One plain sentence."), step) is None


def test_stretches_without_letters_are_not_sent() -> None:
    assert sent("A **1.5** b", "runs") == ["A", "b"]
    assert back("A **1.5** b", "runs", str.lower) == "a {0}1.5{1} b"


def test_no_placeholder_is_smuggled_in() -> None:
    with pytest.raises(ValueError, match="invented"):
        back("A **b** c", "runs", lambda text: text + " {0}")

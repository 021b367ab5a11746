"""The daily test of an engine: fine, without placeholders, or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import pytest

from aggregator.errors import BadOutput, Blocked, RateLimited, Retryable
from aggregator.translators.canary import judge, sentences
from aggregator.translators.pseudo import PseudoTranslator
from aggregator.translators.watched import DAY, HOUR, WatchedTranslator
from tests.unit.translators.engines import Engine, german

PAIR = {"source": "en", "target": "de"}


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def ask(engine: WatchedTranslator, *texts: str) -> Sequence[str]:
    return asyncio.run(engine.translate(texts, source="en", target="de"))


def without_codes(text: str) -> str:
    return german(text).replace("{0}", "").replace("{1}", "")


def answers_of(change: Callable[[list[str]], list[str]]) -> list[str]:
    return change([german(text) for text in sentences("en")])


@pytest.mark.parametrize("source", ["en", "zh-CN", "zh-TW", "ja", "de", "fr", "es", "ru", "pt"])
@pytest.mark.parametrize("target", ["en", "zh-TW", "ar", "de", "ru"])
def test_a_sound_engine_is_fine_for_every_pair(source: str, target: str) -> None:
    asked = sentences(source)
    answers = asyncio.run(PseudoTranslator().translate(asked, source=source, target=target))
    assert judge(asked, answers, source=source, target=target) == "fine" or source == target


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (lambda found: found, "fine"),
        (lambda found: [text.replace("{0}", "｛ ０ ｝") for text in found], "fine"),
        (lambda found: [text.replace("{0}", "") for text in found], "runs"),
        (lambda found: [text.replace("{0}", "#").replace("{1}", "{0}").replace("#", "{1}") for text in found], "runs"),
        (lambda found: found[1:] + found[:1], "broken"),
        (lambda found: found[:2], "broken"),
        (lambda found: list(sentences("en")), "broken"),
        (lambda found: ["", "", ""], "broken"),
        (lambda found: ["<b>417</b>", "862", "935"], "broken"),
    ],
)
def test_what_answers_say(change: Callable[[list[str]], list[str]], verdict: str) -> None:
    assert judge(sentences("en"), answers_of(change), **PAIR) == verdict


def test_a_sound_engine_is_tested_once_a_day_and_asked_as_it_is() -> None:
    engine, clock = Engine(), Clock()
    watched = WatchedTranslator(engine, clock=clock)
    assert [*ask(watched, "Some {0}text{1}."), *ask(watched, "More.")] == [german("Some {0}text{1}."), german("More.")]
    assert engine.asked == [list(sentences("en")), ["Some {0}text{1}."], ["More."]]
    clock.now += DAY
    ask(watched, "More.")
    assert len(engine.asked) == 5


def test_an_engine_that_loses_placeholders_gets_bare_text_only() -> None:
    engine = Engine(answer=without_codes)
    watched = WatchedTranslator(engine, clock=Clock())
    assert list(ask(watched, "Some {0}bold text{1}, and {2}", "Plain.")) == [
        f"{german('Some')} {{0}}{german('bold text')}{{1}}{german(', and')} {{2}}",
        german("Plain."),
    ]
    assert engine.asked[1] == ["Some ", "bold text", ", and ", "", "Plain."]


def test_a_text_of_which_a_part_got_no_answer_has_none() -> None:
    engine = Engine(answer=lambda text: "" if "bold" in text else without_codes(text))
    assert list(ask(WatchedTranslator(engine, clock=Clock()), "Some {0}bold{1}", "Plain.")) == ["", german("Plain.")]


@pytest.mark.parametrize("engine", [Engine(answer=lambda text: "Cookies, please"), Engine(errors=[BadOutput("new design")])])
def test_an_engine_that_does_not_translate_is_not_asked_for_an_hour(engine: Engine) -> None:
    clock = Clock()
    watched = WatchedTranslator(engine, clock=clock)
    for _ in range(3):
        with pytest.raises(Blocked, match="test sentences from en to de come back wrong"):
            ask(watched, "Text.")
    assert engine.asked == [list(sentences("en"))]
    clock.now += HOUR
    engine.answer = german
    assert ask(watched, "Text.") == [german("Text.")]


def test_an_engine_that_can_not_be_tested_now_is_neither_good_nor_bad() -> None:
    engine = Engine(errors=[RateLimited("slow"), Retryable("down")])
    watched = WatchedTranslator(engine, clock=Clock())
    for error in (RateLimited, Retryable):
        with pytest.raises(error):
            ask(watched, "Text.")
    assert ask(watched, "Text.") == [german("Text.")]


def test_one_test_is_enough_for_many_at_once() -> None:
    engine = Engine()
    watched = WatchedTranslator(engine, clock=Clock())

    async def run() -> None:
        await asyncio.gather(*(watched.translate([f"Text {number}."], source="en", target="de") for number in range(20)))

    asyncio.run(run())
    assert engine.asked.count(list(sentences("en"))) == 1

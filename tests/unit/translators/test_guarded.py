"""A bug in an engine costs that engine a turn: the next one is asked, and nobody sees a traceback."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

import pytest

from aggregator.core.segment import whole
from aggregator.errors import BadOutput, NoEngine, StoreError
from aggregator.translators.answers import Answers
from aggregator.translators.canary import sentences
from aggregator.translators.guarded import GuardedTranslator
from aggregator.translators.router import Router
from aggregator.translators.routes import Route
from aggregator.translators.watched import WatchedTranslator
from tests.unit.translators.engines import Engine, Shelf, german, memory_on

SECRET = "Some text that nobody is to see."


class Buggy(Engine):
    """Breaks with the text in its message, or answers with what is no list of texts."""

    answers: Any = KeyError

    async def translate(self, texts: Sequence[str], **_: object) -> Any:
        self.asked.append(list(texts))
        if isinstance(self.answers, type):
            raise self.answers(texts[0])
        return self.answers


class Mute(Engine):
    def supports(self, source: str, target: str) -> bool:
        raise ZeroDivisionError(SECRET)

    async def aclose(self) -> None:
        raise ZeroDivisionError(SECRET)


def buggy(answers: Any, name: str = "one") -> Buggy:
    made = Buggy(name)
    made.answers = answers
    return made


def ask(*engines: Engine, times: int = 1) -> Answers:
    route = Route(engines=tuple(engine.name for engine in engines))
    router = Router({engine.name: engine for engine in engines}, [route], memory_on(Shelf()))

    async def run() -> Answers:
        for number in range(times):
            answers = await router.translate([whole(f"{SECRET} {number}")], source="en", target="de")
        await router.aclose()
        return answers

    return asyncio.run(run())


@pytest.mark.parametrize("answers", [KeyError, AttributeError, RuntimeError, None, [None], 3, [b"x"], [["x"]]])
def test_the_next_engine_is_asked(answers: Any) -> None:
    first, second = buggy(answers), Engine("two")
    done = ask(first, second)
    assert (done.texts, done.by) == ((german(f"{SECRET} 0"),), ("two",))
    assert first.asked


def test_alone_it_is_a_bad_answer_of_which_only_the_sort_of_bug_is_told(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "aggregator"), pytest.raises(BadOutput) as caught:
        ask(buggy(KeyError))
    assert str(caught.value) == "one: KeyError inside the engine; report it to who made that"
    assert caught.value.__cause__ is None
    assert "the engine one broke: KeyError" in caplog.text
    assert SECRET not in caplog.text


def test_it_is_left_alone_when_it_breaks_for_one_text_after_the_other() -> None:
    first = buggy(KeyError)
    ask(first, Engine("two"), times=30)
    assert 0 < len(first.asked) < 30


def test_an_engine_that_breaks_when_asked_what_it_supports_supports_nothing(caplog: pytest.LogCaptureFixture) -> None:
    assert ask(Mute("one"), Engine("two")).by == ("two",)
    with pytest.raises(NoEngine):
        ask(Mute("one"))
    assert SECRET not in caplog.text


@pytest.mark.parametrize("wrong", [{"capacity": (1, 2, 3)}, {"capacity": None}, {"codec": "html"}, {"codec": None}])
def test_an_engine_that_can_not_say_how_it_is_to_be_asked_is_not_asked(wrong: dict[str, Any]) -> None:
    first = Engine("one", **wrong)
    assert ask(first, Engine("two")).by == ("two",)
    assert first.asked == []


def test_a_store_that_can_not_be_asked_is_not_the_engine_s_fault() -> None:
    with pytest.raises(StoreError):
        asyncio.run(GuardedTranslator(buggy(StoreError)).translate(["Text."], source="en", target="de"))


def test_an_engine_that_breaks_in_its_daily_test_is_not_asked_for_an_hour() -> None:
    first = buggy(KeyError)
    done = ask(WatchedTranslator(first), Engine("two"), times=3)  # type: ignore[arg-type]
    assert done.by == ("two",)
    assert first.asked == [list(sentences("en"))]

"""From segments to answers: memory, engines in order, checks, breakers."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from aggregator.core.memory import Pair
from aggregator.core.segment import cut, whole
from aggregator.errors import AuthFailed, BadOutput, Blocked, RateLimited, Retryable, TooLong, TranslationError, Unsupported
from aggregator.model import NO_HINTS, Capacity, Hints, Segment
from aggregator.translators.answers import Answers
from aggregator.translators.opencc import OpenCCTranslator
from aggregator.translators.router import Router
from aggregator.translators.routes import Route
from tests.unit.translators.engines import Engine, Shelf, german, memory_on


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class BreakingOff(Engine):
    """Works twice, then not any more."""

    async def translate(self, texts: Sequence[str], *, source: str, target: str, hints: Hints = NO_HINTS) -> Sequence[str]:
        if len(self.asked) == 2:
            raise Retryable("down")
        return await super().translate(texts, source=source, target=target, hints=hints)


class Merging(Engine):
    async def translate(self, texts: Sequence[str], *, source: str, target: str, hints: Hints = NO_HINTS) -> Sequence[str]:
        return ["nur eine Antwort"]


def router_of(*engines: Engine, memory: Shelf | None = None, clock: Clock | None = None) -> Router:
    route = Route(engines=tuple(engine.name for engine in engines))
    return Router({engine.name: engine for engine in engines}, [route], memory_on(memory or Shelf()), clock=clock or Clock())


def ask(router: Router, *texts: str | Segment, source: str = "en", target: str = "de") -> Answers:
    segments = [whole(text) if isinstance(text, str) else text for text in texts]
    return asyncio.run(router.translate(segments, source=source, target=target))


def test_answers_come_one_for_one_with_their_engine() -> None:
    engine = Engine()
    answers = ask(router_of(engine), "The first text.", "2024", "The second text.")
    assert answers.texts == (german("The first text."), "2024", german("The second text."))
    assert answers.by == ("one", "", "one")
    assert (answers.engines, answers.untranslated, answers.verified, answers.flags) == (("one",), 0, True, ())
    assert (answers.characters, answers.remembered) == (31, 0)


def test_equal_segments_are_sent_once() -> None:
    engine = Engine()
    answers = ask(router_of(engine), "The same text.", "Another text.", "The same text.")
    assert engine.asked == [["The same text.", "Another text."]]
    assert answers.texts[0] == answers.texts[2]


def test_what_is_remembered_is_not_sent_again() -> None:
    engine, memory = Engine(), Shelf()
    first = ask(router_of(engine, memory=memory), "One text.", "Two texts.")
    second = ask(router_of(engine, memory=memory), "One text.", "Three texts.", "Two texts.")
    assert engine.asked[1:] == [["Three texts."]]
    assert (second.texts[0], second.texts[2]) == first.texts
    assert (second.remembered, second.characters) == (2, 12)


def test_memory_is_kept_apart_by_language_engine_and_heading() -> None:
    memory = Shelf()
    engine = Engine()
    for target in ("de", "fr"):
        ask(router_of(engine, memory=memory), "A sentence that is long enough.", target=target)
    ask(router_of(Engine("two"), memory=memory), "A sentence that is long enough.")
    for heading in ("Sport", "Money"):
        ask(
            router_of(engine, memory=memory),
            Segment(text="Results", heading=heading),
            Segment(text="A much longer sentence.", heading=heading),
        )
    assert len(memory.entries) == 3 + 3
    assert threading.get_ident() not in memory.threads


def test_a_damaged_memory_is_not_believed() -> None:
    engine, memory = Engine(), Shelf()
    ask(router_of(engine, memory=memory), "By $TSLA today.")
    memory.entries = {key: replace(entry, text="lost the code") for key, entry in memory.entries.items()}
    assert ask(router_of(engine, memory=memory), "By $TSLA today.").texts == (german("By {0} today."),)
    assert len(engine.asked) == 2


def test_the_next_engine_gets_what_the_first_one_could_not_do() -> None:
    first, second = Engine("one", answer=lambda text: text if "echo" in text else german(text)), Engine("two")
    answers = ask(router_of(first, second), "A good text.", "An echo of a text.", "More of good texts.")
    assert second.asked == [["An echo of a text."]]
    assert answers.by == ("one", "two", "one")
    assert answers.engines == ("one", "two")


def test_what_no_engine_can_do_stays_untranslated_and_is_not_remembered() -> None:
    memory = Shelf()
    engine = Engine(answer=lambda text: text if "echo" in text else german(text))
    answers = ask(router_of(engine, memory=memory), "A good text.", "An echo of a text.")
    assert answers.texts == (german("A good text."), None)
    assert (answers.untranslated, answers.verified, answers.flags) == (1, False, ())
    assert len(memory.entries) == 1


@pytest.mark.parametrize(
    "bad",
    [
        lambda text: "",
        lambda text: text,
        lambda text: "这是一个完全不同的句子",
        lambda text: text[::-1] + " http://evil.example",
        lambda text: "weg {0} {0}",
    ],
)
def test_no_bad_answer_passes(bad: object) -> None:
    with pytest.raises(BadOutput):
        ask(router_of(Engine(answer=bad)), "The $TSLA share rises again.")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "error",
    [
        Retryable("down"),
        RateLimited("slow", after=timedelta(minutes=5)),
        Blocked("wall"),
        AuthFailed("key"),
        Unsupported("no"),
        TooLong("long"),
    ],
)
def test_when_nothing_could_be_translated_the_reason_is_raised(error: TranslationError) -> None:
    with pytest.raises(type(error)) as caught:
        ask(router_of(Engine(errors=[error])), "Some text.")
    assert caught.value is error


def test_the_reason_that_time_may_mend_is_the_one_raised() -> None:
    engines = Engine("one", errors=[Blocked("wall")]), Engine("two", errors=[RateLimited("slow", after=timedelta(minutes=5))])
    with pytest.raises(RateLimited):
        ask(router_of(*engines), "Some text.")


def test_an_engine_that_fails_half_way_loses_nothing_that_it_did() -> None:
    memory = Shelf()
    texts = [f"Sentence {'abcdefghij'[number]} " + "word " * 500 + "." for number in range(4)]
    engine = Engine()
    answers = ask(router_of(BreakingOff(capacity=Capacity(characters=3000)), memory=memory), *texts)
    assert answers.untranslated == 2
    assert answers.flags == ("interrupted",)
    again = ask(router_of(engine, memory=memory), *texts)
    assert sum(map(len, engine.asked)) == 2
    assert again.verified


def test_a_page_that_only_memory_could_fill_a_little_is_not_made_while_engines_are_down() -> None:
    memory = Shelf()
    ask(router_of(Engine(), memory=memory), "Read our newsletter.")
    with pytest.raises(Retryable):
        ask(router_of(Engine(errors=[Retryable("down")]), memory=memory), "Read our newsletter.", "The whole article.")


def test_a_pair_without_an_engine_is_unsupported() -> None:
    router = router_of(Engine(pairs=[("en", "de")]))
    assert router.supports("en", "de")
    assert not router.supports("en", "fr")
    with pytest.raises(Unsupported, match="no engine translates en to fr"):
        ask(router, "Some text.", target="fr")


def test_a_route_may_name_engines_that_are_not_there() -> None:
    router = Router({"one": Engine("one")}, [Route("*", "*", ("gone", "one"))], memory_on(Shelf()))
    assert router.engines_for("en", "de") == ("one",)


def test_an_engine_that_keeps_failing_is_left_alone_for_a_while() -> None:
    clock = Clock()
    engine = Engine(errors=[Retryable("down") for _ in range(5)])
    router = router_of(engine, clock=clock)
    for _ in range(7):
        with pytest.raises(Retryable):
            ask(router, "Some text.")
    assert len(engine.asked) == 5
    clock.now = 31
    assert ask(router, "Some text.").verified


def test_the_wait_an_engine_asked_for_is_what_the_caller_is_told() -> None:
    clock = Clock()
    engine = Engine(errors=[RateLimited("slow", after=timedelta(minutes=5))])
    router = router_of(engine, clock=clock)
    with pytest.raises(RateLimited):
        ask(router, "Some text.")
    clock.now = 60
    with pytest.raises(Retryable) as caught:
        ask(router, "Some text.")
    assert caught.value.after == timedelta(minutes=4)
    assert len(engine.asked) == 1


def test_one_pair_that_fails_does_not_stop_the_others() -> None:
    engine = Engine(errors=[Blocked("wall")])
    router = router_of(engine)
    with pytest.raises(Blocked):
        ask(router, "Some text.", target="de")
    assert ask(router, "Some text.", target="fr").verified


def test_a_text_that_is_an_echo_by_nature_does_not_count_against_the_engine() -> None:
    engine = Engine(answer=lambda text: text if "echo" in text else german(text))
    router = router_of(engine)
    for _ in range(6):
        with pytest.raises(BadOutput):
            ask(router, "Just an echo here.")
    assert ask(router, "Some text.").verified


def test_ten_items_in_a_row_with_an_echo_for_an_answer_are_the_engine_s_fault() -> None:
    """A title and a summary are too few to tell an echo by nature from an engine that does not translate; ten of them are not."""
    clock, echo, second = Clock(), Engine("one", answer=lambda text: text), Engine("two")
    router = router_of(echo, second, clock=clock)
    for number in range(40):
        assert ask(router, f"The title number {number}.", f"And the summary of {number}.").by == ("two", "two")
    assert len(echo.asked) == 10
    clock.now = 31
    echo.answer = german
    assert ask(router, "The title after it.", "And the summary after it.").by == ("one", "one")
    assert ask(router, "The title after that.").by == ("one",)


def test_an_item_counts_once_however_many_batches_of_it_fail() -> None:
    echo, second = Engine("one", answer=lambda text: text, capacity=Capacity(texts=1)), Engine("two")
    router = router_of(echo, second)
    ask(router, *(f"Segment number {number} of the item." for number in range(30)))
    assert len(echo.asked) == 30
    ask(router, "Just one more.")
    assert len(echo.asked) == 31


def test_an_answer_that_is_good_forgives_the_bad_ones_before_it() -> None:
    engine = Engine(answer=lambda text: text if "echo" in text else german(text))
    router = router_of(engine, Engine("two"))
    for number in range(9):
        ask(router, f"An echo number {number}.")
    ask(router, "A good text.")
    for number in range(9, 18):
        assert ask(router, f"An echo number {number}.").by == ("two",)
    assert len(engine.asked) == 19


def test_what_another_process_has_translated_in_the_meantime_is_not_sent() -> None:
    """Two of them on one memory: while the first waits for its first answer, the second does the rest."""
    shelf, reached, go_on = Shelf(), asyncio.Event(), asyncio.Event()

    class Slow(Engine):
        async def translate(self, texts: Sequence[str], *, source: str, target: str, hints: Hints = NO_HINTS) -> Sequence[str]:
            reached.set()
            await go_on.wait()
            return await super().translate(texts, source=source, target=target, hints=hints)

    slow, other = Slow(capacity=Capacity(texts=1)), Engine()
    texts = ["The first text.", "What both of them have.", "What both have, too.", "The last text."]

    async def run() -> tuple[Answers, Answers]:
        first = asyncio.ensure_future(router_of(slow, memory=shelf).translate([*map(whole, texts)], source="en", target="de"))
        await reached.wait()
        second = await router_of(other, memory=shelf).translate([*map(whole, texts[1:3])], source="en", target="de")
        go_on.set()
        return await first, second

    first, second = asyncio.run(run())
    assert slow.asked == [["The first text."], ["The last text."]]
    assert (first.remembered, first.verified, second.verified) == (2, True, True)
    assert first.texts == tuple(map(german, texts))
    assert len(first.recalled) == 2


def test_a_hung_engine_costs_its_deadline() -> None:
    with pytest.raises(Retryable, match="no answer in 0"):
        ask(router_of(Engine(hangs=True, deadline=0.05)), "Some text.")


def test_engines_without_codes_get_the_bare_text() -> None:
    engine = Engine(codec="runs", answer=german)
    (segment,) = cut("See **bold** text at https://a.example/x now").segments
    answers = ask(router_of(engine), segment)
    assert engine.asked == [["See ", "bold", " text at ", " now"]]
    assert answers.texts == ("eeSen {0}dloben{1} txeten taen {2} wonen",)


def test_an_engine_that_gives_another_number_of_answers_is_not_believed() -> None:
    with pytest.raises(BadOutput, match="1 answers to 2 texts"):
        ask(router_of(Merging()), "One text.", "Two texts.")


def test_doubts_are_told() -> None:
    assert ask(router_of(Engine(answer=lambda text: "Kurz")), "A rather long sentence with an end.").flags == ("ending", "length")


def test_chinese_goes_through_opencc_by_default() -> None:
    google = Engine("google")
    router = Router(
        {"opencc": OpenCCTranslator(), "google": google}, [Route("zh", "zh", ("opencc",)), Route("*", "*", ("google",))], memory_on(Shelf())
    )
    answers = ask(router, "软件更新", source="zh-CN", target="zh-TW")
    assert (answers.texts, answers.engines, google.asked) == (("軟體更新",), ("opencc",), [])
    assert router.engines_for("zh-CN", "en") == ("google",)
    assert router.engines_for("zh-CN", "zh-CN") == ()


def test_closing_closes_every_engine() -> None:
    engines = Engine("one"), Engine("two")
    asyncio.run(router_of(*engines).aclose())
    assert [engine.closed for engine in engines] == [True, True]


@pytest.mark.parametrize("capacity", [Capacity(), Capacity(texts=2), Capacity(characters=60), Capacity(texts=3, characters=45)])
def test_the_forecast_of_requests_is_what_is_asked(capacity: Capacity) -> None:
    engine = Engine(capacity=capacity)
    router = router_of(engine)
    texts = ["The first text.", "The second text.", "Here is one. Then there is another one. This is the end of a long one.", "The last."]
    forecast = router.requests_for([whole(text) for text in texts], Pair("en", "de"))
    assert ask(router, *texts).verified
    assert len(engine.asked) == forecast > 0
    assert router_of().requests_for([whole("A text.")], Pair("en", "de")) == 0

"""What is tried for a segment after an answer that could not be used, and what is kept of it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest

from aggregator.core.glossary import Entry, Glossary
from aggregator.core.segment import cut
from aggregator.errors import AuthFailed, BadOutput, QuotaExhausted, RateLimited, Retryable, TooLong, Unsupported
from aggregator.model import NO_HINTS, Capacity, Codec, Hints, Segment
from aggregator.translators.answers import Answers
from aggregator.translators.router import Router
from aggregator.translators.routes import Route
from tests.unit.translators.engines import Engine, Shelf, german, memory_on

TEXT = "By [the bank](u) in `code` today. It is **good** news."


def segments(*markdown: str) -> list[Segment]:
    return [segment for each in markdown for segment in cut(each).segments]


def router_of(*engines: Engine, memory: Shelf | None = None, **options: object) -> Router:
    route = Route(engines=tuple(engine.name for engine in engines))
    return Router({engine.name: engine for engine in engines}, [route], memory_on(memory or Shelf()), **options)  # type: ignore[arg-type]


def ask(router: Router, *markdown: str, target: str = "de", title: str = "") -> Answers:
    return asyncio.run(router.translate(segments(*markdown), source="en", target=target, title=title))


def marked(answer: Callable[[str], str]) -> Callable[[str], str]:
    """An answer that keeps braces and tags as they are."""
    return lambda text: "".join(part if place % 2 else answer(part) for place, part in enumerate(re.split(r"(\{\d+\}|</?g\d+>)", text)))


def only(pattern: str) -> Callable[[str], str]:
    """An answer to texts that match; others lose their placeholders."""
    return lambda text: marked(german)(text) if re.search(pattern, text) else re.sub(r"\{\d+\}|</?g\d+>", "", german(text))


@pytest.mark.parametrize(
    ("answer", "step"),
    [
        (marked(german), "whole"),
        (only("<g"), "codec"),
        (only(r"^(?!.*today.*good).*\{"), "sentences"),
        (only(r"^[^{<]*\{2\}[^{<]*$"), "formatting"),
        (only("nothing at all"), "runs"),
    ],
)
def test_the_ladder_is_climbed_as_far_as_need_be(answer: Callable[[str], str], step: str) -> None:
    answers = ask(router_of(Engine(answer=answer)), TEXT)
    assert answers.texts == ("yBen {0}ehten knaben{1} nien {2} yadoten. tIen sien {3}doogen{4} swenen.",)
    (found,) = answers.found
    assert found
    assert (found.engine, found.step, answers.counts) == ("one", step, {step: 1})


def test_the_next_engine_comes_before_less_of_the_text() -> None:
    answers = ask(router_of(Engine("one", answer=only("nothing")), Engine("two", answer=marked(german))), TEXT)
    assert [(found.engine, found.step) for found in answers.found if found] == [("two", "whole")]


def test_what_stays_untranslated_is_counted_and_costs_no_endless_calls() -> None:
    engine = Engine(answer=str)
    answers = ask(
        router_of(engine, Engine("two", answer=lambda text: german(text) if "Another" in text else text)),
        "An **echo** of it. And more.",
        "Another text.",
    )
    assert answers.counts == {"untranslated": 1, "whole": 1}
    assert answers.texts[0] is None
    assert len(engine.asked) <= 5


def test_nothing_but_what_is_missing_is_sent_again() -> None:
    engine = Engine(answer=lambda text: marked(german)(text) if "<g" in text or "{" not in text else german(text).replace("{", ""))
    ask(router_of(engine), "A **bold** one.", "A plain one.")
    assert engine.asked == [["A {0}bold{1} one.", "A plain one."], ["A <g0>bold</g0> one."]]


@pytest.mark.parametrize(
    ("codec", "sent"),
    [
        ("plain", "By {0}the bank{1} & {2}"),
        ("tags", "By <g0>the bank</g0> & {2}"),
        ("xml", 'By <g id="0">the bank</g> &amp; <x id="2"/>'),
    ],
)
def test_each_engine_gets_its_own_codec(codec: Codec, sent: str) -> None:
    engine = Engine(codec=codec, answer=lambda text: text.replace("By", "Bei").replace("the bank", "der Bank"))
    assert ask(router_of(engine), "By [the bank](u) & `code`").texts == ("Bei {0}der Bank{1} & {2}",)
    assert engine.asked == [[sent]]


def test_calls_hold_no_more_than_the_engine_takes() -> None:
    engine = Engine(capacity=Capacity(texts=2, characters=40))
    ask(router_of(engine), "One text here.", "Two texts here.", "Three texts.", "Four texts which are longer.", "Five.")
    assert engine.asked == [["One text here.", "Two texts here."], ["Three texts."], ["Four texts which are longer.", "Five."]]


def test_a_long_segment_is_cut_between_sentences_only_to_fit() -> None:
    engine = Engine(capacity=Capacity(characters=40))
    answers = ask(router_of(engine), "One sentence here. Two sentences here. Three of them here.")
    assert engine.asked == [["One sentence here. Two sentences here."], ["Three of them here."]]
    assert answers.texts == (german("One sentence here. Two sentences here. Three of them here."),)


def test_a_sentence_that_does_not_fit_is_not_sent() -> None:
    engine = Engine(capacity=Capacity(characters=20))
    with pytest.raises(TooLong):
        ask(router_of(engine), "One sentence that is a good deal longer than that.")
    assert engine.asked == []


def test_doubtful_answers_are_asked_for_once_more_elsewhere() -> None:
    first, second = Engine("one", answer=lambda text: "Kurz" if "long" in text else german(text)), Engine("two")
    answers = ask(router_of(first, second), "A rather long sentence with an end.", "Another sentence without any doubts.")
    assert (answers.by, second.asked) == (("two", "one"), [["A rather long sentence with an end."]])
    assert (answers.flags, answers.counts) == ((), {"whole": 1, "again": 1})


def test_the_better_of_two_doubtful_answers_is_kept_with_its_flags() -> None:
    memory = Shelf()
    first, second = Engine("one", answer=lambda text: "Kurz."), Engine("two", answer=lambda text: "Kurz")
    answers = ask(router_of(first, second, memory=memory), "A rather long sentence with an end.")
    assert (answers.texts, answers.flags) == (("Kurz.",), ("length",))
    assert [entry.text for entry in memory.entries.values()] == ["Kurz."]
    again = ask(router_of(first, second, memory=memory), "A rather long sentence with an end.")
    assert (again.flags, again.characters) == (("length",), 0)


@dataclass
class Shifting(Engine):
    """Gives every text of a large batch the answer to the one before it."""

    more_than: int = 4

    async def translate(self, texts: Sequence[str], *, source: str, target: str, hints: Hints = NO_HINTS) -> Sequence[str]:
        answers = await super().translate(texts, source=source, target=target, hints=hints)
        return [*answers[-1:], *answers[:-1]] if len(answers) > self.more_than else answers


def test_a_shifted_batch_is_discarded_and_asked_for_by_halves() -> None:
    texts = ["A" + " word" * (1 + 9 * (number % 2) + number) + "." * (number % 2) for number in range(8)]
    engine = Shifting()
    answers = ask(router_of(engine), *texts)
    assert answers.texts == tuple(map(german, texts))
    assert [len(call) for call in engine.asked] == [8, 4, 4]
    assert answers.counts["discarded"] == 1


def test_answers_that_can_t_be_read_show_a_shift_too() -> None:
    texts = ("It was 1987 then.", "It was 2004 then.", "It is **17** today.", "It is **42** today.")
    engine = Shifting(answer=marked(german), more_than=2)
    answers = ask(router_of(engine), *texts)
    assert [text and re.findall(r"[0-9]+(?!\})", text) for text in answers.texts] == [["1987"], ["2004"], ["17"], ["42"]]
    assert (answers.flags, [len(call) for call in engine.asked]) == ((), [4, 2, 2])


def test_answers_that_come_again_are_meant() -> None:
    engine = Engine(answer=lambda text: "Kurz")
    answers = ask(router_of(engine), *(f"A rather long sentence with an end, {word}." for word in "abcdefgh"))
    assert [len(call) for call in engine.asked] == [8, 4, 4]
    assert answers.verified


def test_engines_are_told_what_the_text_is_about() -> None:
    engine = Engine(codec="tags", capacity=Capacity(texts=1), answer=marked(german))
    router = router_of(engine)
    router.memory.glossary = Glossary([Entry(source="bank", target="Bank"), Entry(source="river", target="Fluss")])
    ask(router, "First of them.", "Second of **them**.", "Third, a bank.", "Fourth of them.", title="The title")
    assert [hints.before for hints in engine.hints] == [
        (), ("First of them.",), ("First of them.", "Second of them."), ("Second of them.", "Third, a bank."),
    ]  # fmt: skip
    assert {hints.title for hints in engine.hints} == {"The title"}
    assert [[term.source for term in hints.terms] for hints in engine.hints] == [[], [], ["bank"], []]


@pytest.mark.parametrize("error", [AuthFailed("key"), QuotaExhausted("used up", after=timedelta(hours=3)), RateLimited("slow")])
def test_what_an_engine_says_of_its_client_holds_for_every_pair(error: AuthFailed) -> None:
    engine = Engine(errors=[error])
    router = router_of(engine)
    for target in ("de", "fr", "es"):
        with pytest.raises(type(error) if isinstance(error, AuthFailed) else Retryable):
            ask(router, "Some text.", target=target)
    assert len(engine.asked) == 1


def test_an_engine_that_does_not_take_a_pair_is_not_asked_in_other_forms() -> None:
    engine = Engine(errors=[Unsupported("no")])
    with pytest.raises(Unsupported):
        ask(router_of(engine), TEXT)
    assert len(engine.asked) == 1


def test_fallbacks_do_not_count_against_an_engine() -> None:
    engine = Engine(answer=only("nothing at all"))
    router = router_of(engine)
    for word in "abcdefghijkl":
        texts = (f"{name} [one](u) in `code` of {word}. It is **{name}** news." for name in ("By", "From", "About"))
        assert ask(router, *texts).verified


def test_the_same_segment_in_two_calls_at_once_is_sent_once() -> None:
    async def both(router: Router) -> list[Answers]:
        one, two = segments("A text for both.", "One of them."), segments("Two of them.", "A text for both.")
        return list(await asyncio.gather(*(router.translate(each, source="en", target="de") for each in (one, two))))

    engine = Engine()
    first, second = asyncio.run(both(router_of(engine)))
    assert sorted(text for call in engine.asked for text in call) == ["A text for both.", "One of them.", "Two of them."]
    assert first.texts[0] == second.texts[1]


def test_the_router_counts_what_its_ladder_did() -> None:
    router = router_of(Engine(answer=only("<g")))
    ask(router, TEXT, "Another **text** here.")
    ask(router, TEXT)
    assert router.counts == {"codec": 2, "memory": 1}


def test_an_empty_answer_for_all_is_an_error_that_holds_no_text() -> None:
    with pytest.raises(BadOutput) as caught:
        ask(router_of(Engine(answer=lambda text: "")), "Some secret text.")
    assert "secret" not in str(caught.value)

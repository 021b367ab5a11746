"""What the router gets from memory."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.core import judging, memory
from aggregator.core.glossary import Entry, Glossary
from aggregator.core.memory import Pair, Profile, unit
from aggregator.core.segment import whole
from aggregator.model import Remembered, Segment, Term
from aggregator.translators.recalling import Recalled, SegmentMemory
from aggregator.translators.router import Router
from tests.unit.translators.engines import Engine, Shelf, german, memory_on
from tests.unit.translators.test_router import ask, router_of

NOW = datetime(2026, 5, 1, tzinfo=UTC)
PAIR = Pair("en", "de")
TEXT = "A text of $TSLA that is long enough."
SEGMENT = unit(whole(TEXT))


def correct(shelf: Shelf, answer: str) -> None:
    shelf.remember([memory.by_hand(SEGMENT.text, answer, PAIR, now=NOW)])


def recalled(shelf: Shelf, *engines: str, segment: Segment = SEGMENT) -> Recalled | None:
    return memory_on(shelf).look_up([segment], PAIR, engines=engines).get(segment)


def test_a_correction_wins_over_every_engine() -> None:
    shelf = Shelf()
    ask(router_of(Engine("one"), memory=shelf), TEXT)
    ask(router_of(Engine("two"), memory=shelf), TEXT)
    correct(shelf, "Ein Text über {0}.")
    for engine in (Engine("one"), Engine("two"), Engine("new")):
        answers = ask(router_of(engine, memory=shelf), TEXT)
        assert (answers.texts, answers.by, engine.asked) == (("Ein Text über {0}.",), ("person",), [])


def test_a_person_may_say_what_no_engine_may() -> None:
    shelf = Shelf()
    correct(shelf, SEGMENT.text)
    assert ask(router_of(Engine(), memory=shelf), TEXT).texts == (SEGMENT.text,)


def test_a_correction_that_lost_its_placeholders_is_passed_over() -> None:
    shelf = Shelf()
    correct(shelf, "Ein Text über {0}.")
    ((key, entry),) = shelf.entries.items()
    shelf.entries[key] = replace(entry, text="Ein Text.")
    assert recalled(shelf) is None


def test_the_first_engine_s_translation_counts() -> None:
    shelf = Shelf()
    for name in ("two", "one"):
        ask(router_of(Engine(name), memory=shelf), TEXT)
    found = [recalled(shelf, *names) for names in (("one", "two"), ("two",), ("three",))]
    assert [each and each.by for each in found] == ["one", "two", None]


def test_what_is_kept_says_what_it_is() -> None:
    shelf = Shelf()
    at = datetime(2026, 5, 1, tzinfo=UTC)
    segment = Segment(text="Bank", heading="Money")
    profiled = SegmentMemory(shelf, clock=lambda: at, profiles={"one": Profile("one:openai/large", former="one/large")})
    router = router_of(Engine("one"), memory=shelf)
    router.memory = profiled
    ask(router, segment)
    (entry,) = shelf.entries.values()
    assert (entry.source_language, entry.target_language, entry.source, entry.text) == ("en", "de", "Bank", german("Bank"))
    assert (entry.heading, entry.engine, entry.step, entry.locked, entry.made_at) == ("Money", "one:openai/large", "whole", False, at)
    assert profiled.look_up([segment], PAIR, engines=["one"])[segment].by == "one"
    assert memory_on(shelf).look_up([segment], PAIR, engines=["one"]) == {}


def under(shelf: Shelf, profile: Profile) -> Router:
    """A router whose only engine has a profile."""
    router = router_of(Engine("one", answer=lambda text: german(text) + profile.name[-1]), memory=shelf)
    router.memory = SegmentMemory(shelf, clock=lambda: NOW, profiles={"one": profile})
    return router


def test_another_engine_under_the_same_name_does_not_get_the_first_one_s_work() -> None:
    shelf = Shelf()
    answers = [ask(under(shelf, Profile(f"one:{engine}", former="one")), TEXT) for engine in ("deep", "deepl", "deep", "deepl")]
    assert [answer.remembered for answer in answers] == [0, 0, 1, 1]
    assert answers[0].texts == answers[2].texts != answers[1].texts == answers[3].texts


class Counting(Shelf):
    """Counts the questions."""

    questions = 0

    def recall(self, keys: Collection[str]) -> Mapping[str, Remembered]:
        self.questions += 1
        return super().recall(keys)


@pytest.mark.parametrize("tag", ["en", "en-US"])
def test_what_a_former_version_paid_for_is_found_with_one_question(tag: str) -> None:
    shelf, profile = Counting(), Profile("one:openai/large", former="one/large")
    for text in (TEXT, "Another text that is long enough."):
        segment = unit(whole(text))
        *_, former = memory.keys(segment, Pair(tag, "de"), engines=[profile])[1]
        shelf.remember([Remembered(key=former, text=german(segment.text))])
    router = under(shelf, profile)
    answers = ask(router, TEXT, "Another text that is long enough.", source=tag)
    assert (answers.remembered, answers.characters, shelf.questions) == (2, 0, 1)


def test_feeds_of_one_language_share_their_texts_whatever_their_region() -> None:
    shelf, engine = Shelf(), Engine()
    for tag in ("en", "en-US", "en-GB", "en-Latn"):
        assert ask(router_of(engine, memory=shelf), TEXT, source=tag).untranslated == 0
    assert [len(asked) for asked in engine.asked] == [1]


def test_of_what_people_said_at_two_times_the_latest_counts() -> None:
    """A former version may have kept one for en-US beside one for en."""
    shelf = Shelf()
    correct(shelf, "Neu {0}.")
    (present, former), *_ = memory.keys(SEGMENT, Pair("en-US", "de"), engines=[])
    for age, says in ((-1, "Neu {0}."), (1, "Alt {0}.")):
        entry = replace(shelf.entries[present], key=former, text="Alt {0}.", made_at=NOW + timedelta(days=age))
        shelf.remember([entry])
        assert memory_on(shelf).look_up([SEGMENT], Pair("en-US", "de"), engines=[])[SEGMENT].text == says


def judged_as(shelf: Shelf, *, rules: str, text: str = "", flags: tuple[str, ...] = ()) -> None:
    """What is remembered of the segment from now on."""
    ((key, entry),) = shelf.entries.items()
    shelf.entries[key] = replace(entry, text=text or entry.text, rules=rules, flags=flags)


def test_what_was_judged_by_the_rules_of_today_is_taken_as_it_was_judged() -> None:
    shelf = Shelf()
    ask(router_of(Engine(), memory=shelf), TEXT)
    (entry,) = shelf.entries.values()
    assert (entry.rules, entry.flags) == (judging.rules(PAIR), ())
    judged_as(shelf, rules=judging.rules(PAIR), text=SEGMENT.text, flags=("length",))
    answers = ask(router_of(engine := Engine(), memory=shelf), TEXT)
    assert (answers.texts, answers.flags, engine.asked) == ((SEGMENT.text,), ("length",), [])


@pytest.mark.parametrize("rules", ["", f"{judging.RULES - 1} en de", f"{judging.RULES} en-US de"])
def test_what_was_judged_by_other_rules_or_for_others_is_judged_again_and_that_is_kept(rules: str) -> None:
    shelf = Shelf()
    ask(router_of(Engine(), memory=shelf), TEXT)
    judged_as(shelf, rules=rules, flags=("length",))
    answers = ask(router_of(engine := Engine(), memory=shelf), TEXT)
    assert (answers.flags, engine.asked) == ((), [])
    (entry,) = shelf.entries.values()
    assert (entry.rules, entry.flags) == (judging.rules(PAIR), ())
    judged_as(shelf, rules=rules, text=SEGMENT.text)
    ask(router_of(engine, memory=shelf), TEXT)
    assert len(engine.asked) == 1, "an answer that no rule allows was believed"


def test_what_is_doubtful_is_remembered_as_that() -> None:
    shelf = Shelf()
    text = "They sold 4500 of them at once, as everybody had said before."
    first = ask(router_of(Engine(answer=lambda text: re.sub(r"\d+", "", german(text))), memory=shelf), text)
    (entry,) = shelf.entries.values()
    again = ask(router_of(engine := Engine(), memory=shelf), text)
    assert entry.flags == first.flags == again.flags == ("numbers",)
    assert engine.asked == []


TERMS = Glossary([Entry(source="Reserve", target="Zentralbank", of="en", into="de")])


def test_a_plain_engine_never_sees_a_term_and_the_answer_has_it() -> None:
    engine = Engine()
    router = router_of(engine)
    router.memory.glossary = TERMS
    answers = ask(router, "The Reserve acts in {0} time.")
    assert engine.asked == [["The {1} acts in {0} time."]]
    assert answers.texts == (german("The ") + "Zentralbank" + german(" acts in ") + "{0}" + german(" time."),)


def test_an_engine_that_loses_every_placeholder_keeps_to_terms_too() -> None:
    router = router_of(Engine(answer=lambda text: german(re.sub(r"\{\d+\}|</?g\d+>", "", text))))
    router.memory.glossary = TERMS
    answers = ask(router, "The Reserve acts in time.")
    assert answers.texts == (f"{german('The')} Zentralbank {german('acts in time.')}",)
    assert answers.counts == {"runs": 1}


def test_a_term_that_is_another_word_in_the_target_raises_no_doubt_then_or_later() -> None:
    shelf, engine = Shelf(), Engine(answer=lambda text: text.replace("said that profits rose.", "表示利润上升。"))
    for _ in range(2):
        router = router_of(engine, memory=shelf)
        router.memory.glossary = Glossary([Entry(source="TSMC", target="台积电"), Entry(source="Reserve", target="储备银行")])
        answers = ask(router, "TSMC said that profits rose.", target="zh-CN")
        assert (answers.texts, answers.flags) == (("台积电 表示利润上升。",), ())
    assert len(engine.asked) == 1


def test_an_engine_with_hints_gets_them_and_is_checked() -> None:
    engine = Engine(codec="tags")
    router = router_of(engine)
    router.memory.glossary = TERMS
    answers = ask(router, "The Reserve acts in time.")
    assert [hints.terms for hints in engine.hints] == [(Term(source="Reserve", target="Zentralbank"),)]
    assert "glossary" in answers.flags


def test_a_segment_of_terms_alone_is_not_sent() -> None:
    engine = Engine()
    router = router_of(engine)
    router.memory.glossary = TERMS
    assert ask(router, "Reserve").texts == ("Zentralbank",)
    assert engine.asked == []


def test_a_changed_term_concerns_only_segments_that_hold_it() -> None:
    shelf, engine = Shelf(), Engine()
    texts = ("The Reserve acts in time.", "Another sentence of the text.")
    for target in ("Zentralbank", "Notenbank", "Zentralbank"):
        router = router_of(engine, memory=shelf)
        router.memory.glossary = Glossary([Entry(source="Reserve", target=target)])
        assert target in str(ask(router, *texts).texts[0])
    assert [len(asked) for asked in engine.asked] == [2, 1]

"""Traditional Chinese from what was paid for simplified Chinese."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from fractions import Fraction

import pytest

from aggregator.core.budget import Limit, Price, Rules
from aggregator.core.glossary import Entry, Glossary
from aggregator.core.memory import Pair, by_hand, unit
from aggregator.core.segment import cut
from aggregator.errors import Retryable
from aggregator.model import Segment
from aggregator.store import open_store
from aggregator.translators.answers import Answers
from aggregator.translators.opencc import OpenCCTranslator
from aggregator.translators.router import Router
from aggregator.translators.routes import Route, derives
from aggregator.translators.spending import Spending
from tests.unit.translators.engines import Engine, Shelf, memory_on

WORDS = {"New {0}software{1} for the mouse.": "鼠标的新{0}软件{1}。", "Printers and the network.": "打印机和网络。"}
SEGMENTS: list[Segment] = list(cut("New **software** for the mouse.\n\nPrinters and the network.").segments)
PAID = Pair("en", "zh-CN")
NOW = datetime(2026, 5, 1, tzinfo=UTC)
DEFAULT = (Route("zh", "zh", ("opencc",)), Route("*", "*", ("paid",)))


def router_of(engine: Engine, *routes: Route, shelf: Shelf | None = None, budget: Spending | None = None) -> Router:
    return Router({"paid": engine, "opencc": OpenCCTranslator()}, routes or DEFAULT, memory_on(shelf or Shelf()), budget=budget)


async def all_of(router: Router, *targets: str) -> dict[str, Answers]:
    answers = await asyncio.gather(*(router.translate(SEGMENTS, source="en", target=target) for target in targets))
    return dict(zip(targets, answers, strict=True))


@pytest.mark.parametrize("order", [("zh-CN", "zh-TW", "zh-HK"), ("zh-HK", "zh-CN", "zh-TW"), ("zh-TW", "zh-HK")])
def test_all_kinds_of_chinese_are_paid_for_once_even_at_the_same_time(order: tuple[str, ...]) -> None:
    engine = Engine("paid", answer=WORDS.__getitem__)
    answers = asyncio.run(all_of(router_of(engine), *order))
    assert Counter(text for call in engine.asked for text in call) == Counter(list(WORDS))
    assert answers["zh-TW"].texts == ("滑鼠的新{0}軟體{1}。", "印表機和網路。")
    assert answers["zh-TW"].engines == ("paid", "opencc")
    assert sum(each.characters for each in answers.values()) == sum(map(len, WORDS))
    if "zh-CN" in answers:
        assert (answers["zh-CN"].texts, answers["zh-CN"].engines) == (tuple(WORDS.values()), ("paid",))


def test_one_after_the_other_they_are_paid_for_once_too() -> None:
    engine = Engine("paid", answer=WORDS.__getitem__)
    router = router_of(engine)
    for target in ("zh-HK", "zh-TW", "zh-CN"):
        assert asyncio.run(all_of(router, target))[target].verified
    assert len(engine.asked) == 1


def test_what_is_missing_in_between_is_missing_at_the_end() -> None:
    engine = Engine("paid", answer=lambda text: WORDS[text] if "mouse" in text else text)
    answers = asyncio.run(all_of(router_of(engine), "zh-TW"))["zh-TW"]
    assert (answers.texts[1], answers.untranslated, answers.by) == (None, 1, ("paid+opencc", ""))


def test_a_failure_on_the_paid_way_is_the_one_reported() -> None:
    with pytest.raises(Retryable):
        asyncio.run(all_of(router_of(Engine("paid", errors=[Retryable("down")])), "zh-HK"))


def test_a_route_that_names_the_target_is_taken_as_it_is() -> None:
    engine = Engine("paid", answer=lambda text: "滑鼠的新{0}軟體{1}，很好用。" if "{" in text else "印表機和網路。")
    router = router_of(engine, Route("en", "zh-TW", ("paid",)), *DEFAULT)
    assert asyncio.run(all_of(router, "zh-TW"))["zh-TW"].engines == ("paid",)
    assert (router.engines_for("en", "zh-TW"), router.engines_for("en", "zh-HK")) == (("paid",), ("paid", "opencc"))


def test_without_an_engine_for_the_way_over_it_goes_straight() -> None:
    assert router_of(Engine("paid"), Route("*", "*", ("paid",))).engines_for("en", "zh-TW") == ("paid",)
    assert router_of(Engine("paid", pairs=[("en", "zh-TW")])).engines_for("en", "zh-TW") == ("paid",)


def test_what_a_person_said_in_the_target_itself_is_not_derived() -> None:
    shelf, engine = Shelf(), Engine("paid", answer=WORDS.__getitem__)
    shelf.remember([by_hand(SEGMENTS[1].text, "印表機與網路。", Pair("en", "zh-TW"), now=NOW)])
    answers = asyncio.run(all_of(router_of(engine, shelf=shelf), "zh-TW"))["zh-TW"]
    assert (answers.texts[1], answers.by[1], engine.asked) == ("印表機與網路。", "person", [[SEGMENTS[0].text]])
    assert answers.texts[0] == "滑鼠的新{0}軟體{1}。"


def test_what_a_person_said_in_between_is_converted() -> None:
    shelf = Shelf()
    shelf.remember([by_hand(SEGMENTS[1].text, "打印机和软件。", PAID, now=NOW)])
    answers = asyncio.run(all_of(router_of(Engine("paid", answer=WORDS.__getitem__), shelf=shelf), "zh-TW"))["zh-TW"]
    assert (answers.texts[1], answers.by[1]) == ("印表機和軟體。", "person+opencc")


@pytest.mark.parametrize(
    ("entries", "text", "by"),
    [
        ([Entry(source="Printers", target="列印機", into="zh-TW")], "列印機和軟體。", "paid+opencc"),
        ([Entry(source="Printers", target="列表机", into="zh")], "列表機和軟體。", "paid+opencc"),
        ([Entry(source="Printers and the network.", target="完。", into="zh-TW")], "完。", "glossary"),
    ],
)
def test_terms_hold_in_the_target(entries: list[Entry], text: str, by: str) -> None:
    engine = Engine("paid", answer=lambda text: WORDS.get(text, re.sub(" and the network", "和软件", text).replace(".", "。")))
    router = router_of(engine)
    router.memory.glossary = Glossary(entries)
    answers = asyncio.run(all_of(router, "zh-TW"))["zh-TW"]
    assert (answers.texts[1], answers.by[1], answers.flags) == (text, by, ())


def test_only_what_is_paid_for_is_charged() -> None:
    rules = Rules(
        limits=(Limit(name="budget", unit="characters", period="day", limit=200),), prices={"paid": Price(character=Fraction(1))},
        free=frozenset({"opencc"}),
    )  # fmt: skip
    with closing(open_store("sqlite://")) as store:
        router = router_of(Engine("paid", answer=WORDS.__getitem__), budget=Spending(store, rules, clock=lambda: NOW, zone=UTC))
        for target in ("zh-TW", "zh-HK", "zh-CN"):
            assert asyncio.run(all_of(router, target))[target].verified
        rows = store.usage(since=NOW.date())
    assert [(row.language, row.characters) for row in rows if row.money] == [("zh-CN", sum(map(len, WORDS)))]


def test_without_room_in_the_budget_what_is_not_paid_for_waits() -> None:
    rules = Rules(limits=(Limit(name="budget", unit="characters", period="day", limit=50),))
    with closing(open_store("sqlite://")) as store:
        router = router_of(Engine("paid", answer=WORDS.__getitem__), budget=Spending(store, rules, clock=lambda: NOW, zone=UTC))
        answers = asyncio.run(router.translate(SEGMENTS, source="en", target="zh-TW", tiers=("title",)))
    assert (answers.texts, answers.flags) == (("滑鼠的新{0}軟體{1}。", None), ("budget",))


def test_what_is_remembered_is_looked_up_on_the_same_way() -> None:
    shelf, pair = Shelf(), Pair("en", "zh-TW")
    router = router_of(Engine("paid", answer=WORDS.__getitem__), shelf=shelf)
    assert router.look_up(SEGMENTS, pair) == {}
    asyncio.run(all_of(router, "zh-TW"))
    assert [(found.text, found.by) for found in router.look_up(list(map(unit, SEGMENTS)), pair).values()] == [
        ("滑鼠的新{0}軟體{1}。", "paid+opencc"),
        ("印表機和網路。", "paid+opencc"),
    ]
    assert router.paid_for(pair) == PAID


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("en", "zh-TW", True),
        ("ja", "zh-Hant-HK", True),
        ("en", "zh-CN", False),
        ("en", "zh", False),
        ("zh-CN", "zh-TW", False),
        ("en", "ja", False),
    ],
)
def test_which_pairs_are_derived(source: str, target: str, expected: bool) -> None:
    assert derives(DEFAULT, source, target) is expected

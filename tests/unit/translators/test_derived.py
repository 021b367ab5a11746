"""Traditional Chinese from what was paid for simplified Chinese."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from aggregator.core.segment import cut
from aggregator.errors import Retryable
from aggregator.model import Segment
from aggregator.translators.answers import Answers
from aggregator.translators.opencc import OpenCCTranslator
from aggregator.translators.router import Router
from aggregator.translators.routes import Route, derives
from tests.unit.translators.engines import Engine, Shelf, memory_on

WORDS = {"New {0}software{1} for the mouse.": "鼠标的新{0}软件{1}。", "Printers and the network.": "打印机和网络。"}
SEGMENTS: list[Segment] = list(cut("New **software** for the mouse.\n\nPrinters and the network.").segments)
DEFAULT = (Route("zh", "zh", ("opencc",)), Route("*", "*", ("paid",)))


def router_of(engine: Engine, *routes: Route) -> Router:
    return Router({"paid": engine, "opencc": OpenCCTranslator()}, routes or DEFAULT, memory_on(Shelf()))


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

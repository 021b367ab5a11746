"""A whole item through the router and back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from aggregator.errors import Retryable
from aggregator.model import Item
from aggregator.translators.items import translate_item
from aggregator.translators.opencc import OpenCCTranslator
from aggregator.translators.router import Router
from aggregator.translators.routes import Route
from tests.unit.translators.engines import Engine, Shelf, german, memory_on

NOW = datetime(2025, 9, 26, 10, 17, tzinfo=UTC)
BODY = "# Über\n\nSome **bold** text about $TSLA.\n\n```\ncode\n```\n\n![pic](p.png)\n"


def item(**fields: str) -> Item:
    values = {"title": "A title of $TSLA", "summary": "A summary.", "html": "", "language": "en", "digest": "d1"} | fields
    return Item(id="i", source="s", guid="g", url="http://a.example/1", published=NOW, **values)


def translate(engine: Engine, of: Item, body: str, *, target: str = "de", source: str = "en"):  # type: ignore[no-untyped-def]
    router = Router(
        {engine.name: engine, "opencc": OpenCCTranslator()},
        [Route("zh", "zh", ("opencc",)), Route("*", "*", (engine.name,))],
        memory_on(Shelf()),
    )
    return asyncio.run(translate_item(router, of, body, target=target, source_language=source, now=NOW)).translation


def test_title_summary_and_body_are_one_call() -> None:
    engine = Engine()
    translation = translate(engine, item(), BODY)
    assert len(engine.asked) == 1
    assert translation.title == german("A title of ") + "$TSLA"
    assert translation.summary == german("A summary.")
    assert translation.body == "# reBÜen\n\nemoSen **dloben** txeten tuobaen $TSLA.\n\n```\ncode\n```\n\n![pic](p.png)\n".replace(
        "reBÜen", german("Über")
    )
    assert (translation.item_id, translation.language, translation.of_digest, translation.made_at) == ("i", "de", "d1", NOW)
    assert (translation.engine, translation.verified, translation.untranslated, translation.flags) == ("one", True, 0, ())
    assert (translation.provenance, engine.hints[0].title) == (("one whole 4",), "A title of $TSLA")


def test_what_could_not_be_translated_stays_and_is_counted() -> None:
    engine = Engine(answer=lambda text: text if "summary" in text else german(text))
    translation = translate(engine, item(summary="An untranslatable summary text."), BODY)
    assert translation.summary == "An untranslatable summary text."
    assert (translation.verified, translation.untranslated) == (False, 1)


def test_an_answer_that_does_not_fit_its_block_is_not_used() -> None:
    engine = Engine(answer=lambda text: german(text).replace("{0} dnaen ", "{0}"))
    translation = translate(engine, item(), "Use `this` and `that` there.\n\nAnother paragraph.")
    assert translation.body == "Use `this` and `that` there.\n\n" + german("Another paragraph.")
    assert (translation.verified, translation.untranslated, translation.flags) == (False, 1, ("markup",))


def test_chinese_is_converted_between_its_codes_only() -> None:
    translation = translate(
        Engine(), item(title="软件 $TSLA", summary="鼠标"), "他说**软件**在`软件`和https://a.example/x里", target="zh-TW", source="zh-CN"
    )
    assert (translation.title, translation.summary) == ("軟體 $TSLA", "滑鼠")
    assert translation.body == "他說**軟體**在`软件`和https://a.example/x裡"
    assert (translation.engine, translation.verified) == ("opencc", True)


def test_an_empty_item_costs_nothing() -> None:
    engine = Engine()
    translation = translate(engine, item(title="2024", summary=""), "![pic](p.png)")
    assert (engine.asked, translation.title, translation.body, translation.engine) == ([], "2024", "![pic](p.png)", "")


def test_while_engines_are_down_nothing_is_made() -> None:
    with pytest.raises(Retryable):
        translate(Engine(errors=[Retryable("down")]), item(), BODY)


def test_an_edited_item_sends_only_what_changed() -> None:
    engine = Engine()
    router = Router({"one": engine}, [Route(engines=("one",))], memory_on(Shelf()))
    paragraphs = [f"Paragraph {word} has something to **say** of its own." for word in ("one", "two", "three", "four", "five", "six")]
    for changed in (paragraphs, [*paragraphs[:3], "Another paragraph, quite **new**.", *paragraphs[4:]]):
        made = asyncio.run(translate_item(router, item(), "\n\n".join(changed), target="de", source_language="en", now=NOW))
        assert made.translation.verified
    assert engine.asked[1:] == [["Another paragraph, quite {0}new{1}."]]
    assert sum(map(len, engine.asked[1])) <= 0.27 * sum(map(len, engine.asked[0]))

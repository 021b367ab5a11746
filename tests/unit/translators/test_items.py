"""A whole item through the router and back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest

from aggregator.core import markup, memory
from aggregator.core.budget import Limit, Rules
from aggregator.core.memory import Pair
from aggregator.errors import OutOfBudget, Retryable
from aggregator.model import Capacity, Item
from aggregator.store import SqlStore, open_store
from aggregator.translators.items import Made, translate_item
from aggregator.translators.opencc import OpenCCTranslator
from aggregator.translators.recalling import SegmentMemory
from aggregator.translators.router import Router
from aggregator.translators.routes import Route
from aggregator.translators.spending import Spending
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


LEAD = "The bank raised its rate. " * 12
REST = "What else it did is told here. " * 12
HTML = f"<p>{LEAD}</p><p>{REST}</p>"
BEGINNING = markup.clean_summary(markup.visible_text(HTML), "en")


class Desk:
    """One engine, a store, and what is left of a day's budget; `translate` is what the pipeline does with an item."""

    def __init__(self, store: SqlStore) -> None:
        self.store, self.engine, self.memory = store, Engine(), SegmentMemory(store, clock=lambda: NOW)

    def translate(self, *, html: str = HTML, summary: str = BEGINNING, room: int = 100_000) -> Made:
        rules = Rules(limits=(Limit(name="day", unit="characters", period="day", limit=room),))
        spending = Spending(self.store, rules, clock=lambda: NOW, zone=UTC)
        router = Router({"one": self.engine}, [Route(engines=("one",))], self.memory, budget=spending)
        body = markup.to_markdown(html, "clean")
        of = item(title=TITLE, html=html, summary=summary)
        return asyncio.run(translate_item(router, of, body, target="de", source_language="en", now=NOW))

    def correct(self, text: str, answer: str) -> None:
        self.store.remember([memory.by_hand(text, answer, Pair("en", "de"), now=NOW)])

    @property
    def sent(self) -> list[str]:
        return [text for call in self.engine.asked for text in call]


TITLE = "The bank and its rate"


@pytest.fixture
def desk() -> Iterator[Desk]:
    with closing(open_store("sqlite://")) as store:
        yield Desk(store)


def test_a_summary_that_is_the_beginning_of_the_body_is_made_of_the_translated_body(desk: Desk) -> None:
    made = desk.translate()
    assert desk.sent == [TITLE, LEAD.strip(), REST.strip()]
    assert made.translation.summary == markup.clean_summary(german(f"{LEAD}{REST}"), "de")
    assert made.translation.summary.startswith(german("The bank raised its rate."))
    assert (made.translation.verified, made.translation.untranslated) == (True, 0)


def test_a_summary_of_its_own_is_translated(desk: Desk) -> None:
    own = "What the editor says of it."
    assert desk.translate(summary=own).translation.summary == german(own)
    assert own in desk.sent


def test_an_edit_of_the_body_changes_the_summary_with_it(desk: Desk) -> None:
    desk.translate()
    edited = HTML.replace("The bank", "The other bank", 1)
    made = desk.translate(html=edited, summary=markup.clean_summary(markup.visible_text(edited), "en"))
    assert made.translation.summary.startswith(german("The other bank raised its rate."))
    assert desk.sent[3:] == [LEAD.strip().replace("The bank", "The other bank", 1)]


def test_a_persons_correction_of_a_paragraph_is_in_the_summary(desk: Desk) -> None:
    desk.translate()
    desk.correct(LEAD.strip(), "Die Bank hob den Zins an.")
    assert desk.translate().translation.summary.startswith("Die Bank hob den Zins an. " + german("What else it did"))
    assert len(desk.sent) == 3


def test_a_persons_word_on_the_summary_itself_counts(desk: Desk) -> None:
    desk.correct(BEGINNING, "In einem Satz: der Zins steigt.")
    made = desk.translate()
    assert made.translation.summary == "In einem Satz: der Zins steigt."
    assert desk.sent == [TITLE, LEAD.strip(), REST.strip()]
    assert len(made.answers.recalled) == 1


def test_while_the_budget_holds_the_body_back_the_summary_is_asked_for_itself(desk: Desk) -> None:
    made = desk.translate(room=len(TITLE) + len(BEGINNING) + 40)
    assert desk.sent == [TITLE, BEGINNING]
    assert (made.translation.summary, made.translation.flags) == (german(BEGINNING), ("budget",))
    assert made.translation.untranslated == 2
    made = desk.translate()
    assert desk.sent[2:] == [LEAD.strip(), REST.strip()]
    assert made.translation.summary == markup.clean_summary(german(f"{LEAD}{REST}"), "de")
    assert made.translation.verified


def test_a_summary_that_had_no_room_comes_before_the_body_when_there_is_some(desk: Desk) -> None:
    held = desk.translate(room=len(TITLE) + 10)
    assert (desk.sent, held.translation.summary, held.translation.untranslated) == ([TITLE], BEGINNING, 3)
    made = desk.translate(room=len(TITLE) + len(BEGINNING) + 60)
    assert desk.sent == [TITLE, BEGINNING]
    assert (made.translation.title, made.translation.summary, made.translation.untranslated) == (german(TITLE), german(BEGINNING), 2)
    with pytest.raises(OutOfBudget):
        desk.translate(room=len(TITLE) + len(BEGINNING) + 60)
    assert len(desk.sent) == 2


def test_where_the_budget_holds_only_the_end_of_the_body_the_summary_costs_nothing(desk: Desk) -> None:
    desk.engine.capacity = Capacity(texts=2)
    long = HTML + "".join(f"<p>{REST}{number}</p>" for number in ("one", "two", "three"))
    made = desk.translate(html=long, room=(len(TITLE) + len(LEAD) + len(REST)) * 5 // 4 + 40)
    assert BEGINNING not in desk.sent
    assert (made.translation.flags, made.translation.summary) == (("budget",), markup.clean_summary(german(f"{LEAD}{REST}"), "de"))
    with pytest.raises(OutOfBudget):
        desk.translate(html=long, room=(len(TITLE) + len(LEAD) + len(REST)) * 5 // 4 + 40)
    assert BEGINNING not in desk.sent


def test_the_event_loop_does_next_to_nothing_of_a_long_translation() -> None:
    """Who is served by the same loop would wait for it; so the processor's time is compared, which no other process adds to."""
    body = "\n\n".join(
        f"Paragraph {number} has some **bold** text, a [link](https://a.example/{number}) and 3.5 %." for number in range(400)
    )

    async def shares() -> tuple[float, float]:
        router = Router({"one": Engine()}, [Route("*", "*", ("one",))], memory_on(Shelf()))
        of_loop, of_all = time.thread_time(), time.process_time()
        made = await translate_item(router, item(), body, target="de", source_language="en", now=NOW)
        assert made.translation.verified
        return time.thread_time() - of_loop, time.process_time() - of_all

    asyncio.run(shares())  # whatever is loaded at the first time is loaded
    of_loop, of_all = asyncio.run(shares())
    assert of_loop < 0.2 * of_all, f"{of_loop:.3f} of {of_all:.3f} s"

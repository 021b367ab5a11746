"""How often a translation is tried: what engines answer badly is given up, what time may mend is not; and what stays in the books."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest

from aggregator import planning
from aggregator.cli.showing import given_up_rows
from aggregator.core import retry
from aggregator.core.budget import Limit, Rules
from aggregator.errors import Blocked, OutOfBudget, Retryable, TranslationError
from aggregator.model import Capacity, Item, Job, Translated
from aggregator.pipeline import LEASE
from aggregator.runners import once
from aggregator.translators.recalling import SegmentMemory
from aggregator.translators.router import Router
from aggregator.translators.routes import Route
from aggregator.translators.spending import Spending
from tests.system.press import Press, item, press
from tests.unit.translators.engines import Engine, german

TEXTS = {"title": "The bank raises rates", "summary": "", "html": "<p>First of them all.</p><p>Second of them all.</p>", "language": "en"}


@dataclass
class Desk:
    """A press with engines. Each process that comes after another one is a new router on the same store."""

    press: Press
    engines: list[Any]
    rules: Rules = field(default_factory=Rules)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        clock = self.press.pipeline.clock
        spending = Spending(self.press.store, self.rules, clock=clock, zone=UTC)
        names = tuple(engine.name for engine in self.engines)
        engines = {engine.name: engine for engine in self.engines}
        self.router = Router(engines, [Route(engines=names)], SegmentMemory(self.press.store, clock=clock), budget=spending)

    def add(self, one: Item, *, again: bool = False) -> int:
        job = Job(item_id=one.id, language="de", source=one.source, digest=one.digest, due_at=self.press.now)
        return self.press.store.add_jobs([job], again=again)

    def turn(self) -> list[Translated]:
        """All that is due now, by a router that has seen nothing yet."""
        self.restart()
        pipeline = replace(self.press.pipeline, router=self.router)
        jobs = self.press.store.claim_jobs(now=self.press.now, limit=9, lease=LEASE)
        return [asyncio.run(pipeline.translate(job)) for job in jobs]

    def days(self, count: int) -> list[Translated]:
        """What comes of so many days with a turn every hour."""
        done = []
        for _ in range(24 * count):
            done += self.turn()
            self.press.now += timedelta(hours=1)
        return done


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[Any]:
    with ExitStack() as stack:
        yield lambda *engines, **options: Desk(stack.enter_context(press(tmp_path)), list(engines), **options)


def test_what_engines_answer_badly_is_given_up_and_costs_no_more(desks: Any) -> None:
    echo = Engine(answer=lambda text: text)
    desk, one = desks(echo), item(1, **TEXTS)
    desk.press.bring(one)
    desk.add(one)
    rows = desk.days(2)
    assert [row.given_up for row in rows] == [False] * (retry.TRIES - 1) + [True]
    spent = sum(row.characters for row in desk.press.store.usage(since=desk.press.now.date() - timedelta(days=40)))
    assert spent == sum(len(text) for call in echo.asked for text in call) == retry.TRIES * len("".join(echo.asked[0]))
    (job,) = desk.press.store.pending_jobs()
    assert (job.given_up, job.failures, "credible" in job.error) == (True, retry.TRIES, True)
    counts = desk.press.store.counts()
    assert (counts["jobs"], counts["jobs_given_up"]) == (0, 1)
    (shown,) = given_up_rows([job])
    assert (shown["source"], shown["language"], shown["translations_given_up"], shown["error"]) == ("paper", "de", 1, job.error)


def test_only_a_person_or_an_edit_asks_again_for_what_was_given_up(desks: Any) -> None:
    desk, one = desks(Engine(answer=lambda text: text)), item(1, **TEXTS)
    desk.press.bring(one)
    desk.add(one)
    desk.days(2)
    assert desk.add(one) == 0
    assert desk.press.store.hurry_jobs(now=desk.press.now) == 0
    assert desk.turn() == []
    assert desk.add(one, again=True) == 1
    (row,) = desk.turn()
    assert (row.given_up, "credible" in row.error) == (False, True)
    desk.days(2)
    assert desk.turn() == []
    edited = replace(one, title="The bank raises rates again", digest="edited")
    desk.press.bring(edited)
    assert desk.add(edited) == 1
    desk.engines[0].answer = german
    assert [row.error for row in desk.turn()] == [""]
    assert list(desk.press.store.pending_jobs()) == []


@pytest.mark.parametrize("error", [Retryable("down"), OutOfBudget("no room"), Blocked("wall")])
def test_what_time_may_mend_is_never_given_up(desks: Any, error: TranslationError) -> None:
    engine = Engine(errors=[error] * 99)
    desk, one = desks(engine), item(1, **TEXTS)
    desk.press.bring(one)
    desk.add(one)
    for _ in range(3 * retry.TRIES):
        (row,) = desk.turn()
        assert (bool(row.error), row.given_up) == (True, False)
        (job,) = desk.press.store.pending_jobs()
        desk.press.now = job.due_at
    engine.errors.clear()
    assert [row.error for row in desk.turn()] == [""]


def test_a_pair_without_an_engine_waits_for_the_configuration(desks: Any) -> None:
    desk, one = desks(), item(1, **TEXTS)
    desk.press.bring(one)
    desk.add(one)
    assert len(desk.days(2)) > retry.TRIES
    desk.engines.append(Engine())
    assert [row.error for row in desk.days(1)] == [""]


def test_the_command_takes_nothing_up_that_was_given_up_unless_again(desks: Any) -> None:
    desk, one = desks(Engine(answer=lambda text: text)), item(1, **TEXTS)
    desk.press.bring(one)
    desk.add(one)
    desk.days(2)
    source = replace(desk.press.pipeline.sources["paper"], translate_to=("de",))
    pipeline = replace(desk.press.pipeline, router=desk.router, sources={"paper": source})
    for again, tries in ((False, 0), (True, 1)):
        assert len(planning.waiting(pipeline, ["paper"], again=again)) == tries
        round = asyncio.run(once.translate(pipeline, lambda event: None, again=again))
        assert len(round.translated) == tries


class BreaksOff(Engine):
    """Breaks off at its fourth call."""

    async def translate(self, *arguments: Any, **options: Any) -> Any:
        if len(self.asked) == 3:
            self.asked.append([])
            raise Retryable("down")
        return await super().translate(*arguments, **options)


def test_what_engines_did_for_a_translation_that_is_put_off_is_in_the_books(desks: Any) -> None:
    """What it takes from memory counts once, when the translation is made."""
    desk, one = desks(BreaksOff(capacity=Capacity(texts=1))), item(1, **TEXTS)
    other = item(2, **TEXTS | {"title": "Another title of them", "html": "<p>Second of them all.</p>"})
    desk.press.bring(one, other)
    for each, error, done in (
        (other, "", (2, 0, 0)),
        (one, "broke off", (3, 0, 0)),
        (one, "", (4, 2, len("The bank raises ratesSecond of them all."))),
    ):
        desk.add(each)
        (row,) = desk.turn()
        assert (error in row.error, bool(row.error)) == (True, bool(error))
        (usage,) = desk.press.store.usage(since=desk.press.now.date())
        assert (usage.segments, usage.hits, usage.saved) == done
        desk.press.now += timedelta(hours=1)


def test_what_the_budget_keeps_waiting_is_not_counted_as_saved_each_time(desks: Any) -> None:
    title = len(TEXTS["title"])
    rules = Rules(limits=(Limit(name="day", unit="characters", period="day", limit=title + 3),))
    desk, one = desks(Engine(), rules=rules), item(1, **TEXTS)
    desk.press.bring(one)
    desk.add(one)
    rows = desk.turn()
    before = list(desk.press.store.usage(since=desk.press.now.date()))
    for _ in range(3):
        desk.press.store.hurry_jobs(now=desk.press.now)
        rows += desk.turn()
    assert [row.held for row in rows] == [True] * 4
    assert list(desk.press.store.usage(since=desk.press.now.date())) == before

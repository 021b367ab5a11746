"""The router on a budget: what goes on, what waits, what is put into the books."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from aggregator.core.budget import Limit, Price, Rules
from aggregator.core.segment import whole
from aggregator.errors import AuthFailed, OutOfBudget, RateLimited, Retryable, TranslationError
from aggregator.model import STEPS, Usage
from aggregator.store import SqlStore, open_store
from aggregator.translators.answers import Answers
from aggregator.translators.recalling import SegmentMemory
from aggregator.translators.router import Router
from aggregator.translators.routes import Route
from aggregator.translators.spending import Spending
from tests.unit.translators.engines import Engine, german

NOW = datetime(2026, 5, 1, 18, tzinfo=UTC)
TITLE, SUMMARY, BODY = (
    "A title of 22 letters.",
    "A summary of the article.",
    "The body of the article, which is longer than all of the rest.",
)


@pytest.fixture
def store() -> Iterator[SqlStore]:
    with closing(open_store("sqlite://")) as store:
        yield store


def rules(limit: int, **fields: object) -> Rules:
    return Rules(limits=(Limit(**({"name": "budget", "unit": "characters", "period": "day", "limit": limit} | fields)),))  # type: ignore[arg-type]


def ask(store: SqlStore, held_to: Rules, *engines: Engine, texts: tuple[str, ...] = (TITLE, SUMMARY, BODY)) -> Answers:
    memory = SegmentMemory(store, clock=lambda: NOW)
    spending = Spending(store, held_to, clock=lambda: NOW, zone=UTC)
    route = Route(engines=tuple(engine.name for engine in engines))
    router = Router({engine.name: engine for engine in engines}, [route], memory, budget=spending)
    segments = [whole(text) for text in texts]
    return asyncio.run(router.translate(segments, source="en", target="de", of="paper", tiers=("title", "summary")))


def spent(store: SqlStore) -> int:
    return sum(row.characters for row in store.usage(since=date(2026, 5, 1)))


def test_with_room_for_all_everything_is_one_request(store: SqlStore) -> None:
    engine = Engine()
    answers = ask(store, rules(1000), engine)
    assert (len(engine.asked), answers.untranslated, answers.after) == (1, 0, None)
    length = len(TITLE + SUMMARY + BODY)
    row = Usage(day=date(2026, 5, 1), engine="one", source="paper", language="de", characters=length, requests=1)
    assert list(store.usage(since=date(2026, 5, 1))) == [row]
    assert answers.usage == (replace(row, characters=0, requests=0, segments=3, whole=3),)


def test_without_room_for_all_titles_go_first_and_bodies_wait(store: SqlStore) -> None:
    engine = Engine()
    answers = ask(store, rules(60), engine)
    assert answers.texts == (german(TITLE), german(SUMMARY), None)
    assert (answers.flags, answers.after) == (("budget",), timedelta(hours=6))
    assert engine.asked == [[TITLE], [SUMMARY]]
    assert spent(store) == len(TITLE + SUMMARY)


def test_titles_find_the_share_that_is_kept_for_them(store: SqlStore) -> None:
    texts = tuple(f"A title number {number}." for number in range(9))
    with pytest.raises(OutOfBudget, match=r"budget is used up until 2026-05-02 00:00 UTC"):
        ask(store, rules(100), Engine(), texts=("2026", "2026", "x" * 81))
    assert ask(store, rules(100), Engine(), texts=("2026", "2026", "The body. " * 8)).untranslated == 0
    assert ask(store, rules(100), Engine(), texts=(texts[0], "2026", BODY)).texts[0] == german(texts[0])
    assert spent(store) == len("The body. " * 8) - 1 + len(texts[0])


def test_no_room_at_all_is_an_error_that_says_until_when(store: SqlStore) -> None:
    engine = Engine()
    with pytest.raises(OutOfBudget) as caught:
        ask(store, rules(0), engine)
    assert (caught.value.after, engine.asked, spent(store)) == (timedelta(hours=6), [], 0)


def test_what_is_remembered_costs_nothing(store: SqlStore) -> None:
    ask(store, rules(1000), Engine())
    answers = ask(store, rules(0), Engine())
    assert (answers.texts[2], answers.flags) == (german(BODY), ())
    (row,) = answers.usage
    assert (row.hits, row.saved, row.segments) == (3, len(TITLE + SUMMARY + BODY), 0)


def test_every_step_of_the_ladder_is_counted(store: SqlStore) -> None:
    def spoiled(text: str) -> str:
        return german(text) if "{" not in text else text if "echo" in text else german(text.replace("{0}", ""))

    texts = (TITLE, "By $TSLA, which fell. And more.", "An echo of $TSLA, 你好.")
    answers = ask(store, rules(1000), Engine("one", answer=spoiled), Engine("two", answer=lambda text: text), texts=texts)
    (row,) = answers.usage
    steps = {step: count for step in STEPS if (count := getattr(row, step))}
    assert steps == {step: count for step, count in answers.counts.items() if step in STEPS}
    assert (row.segments, sum(steps.values()), len(steps)) == (answers.counts.total() - steps.get("untranslated", 0), 3, 3)


def test_an_engine_whose_own_budget_is_used_up_gives_way_to_the_next(store: SqlStore) -> None:
    one, two = Engine("one"), Engine("two")
    answers = ask(store, rules(0, engine="one"), one, two)
    assert (one.asked, answers.untranslated, answers.engines, answers.flags) == ([], 0, ("two",), ())
    assert [(row.engine, row.fallbacks) for row in answers.usage] == [("two", 3)]


@pytest.mark.parametrize(("error", "billed"), [(AuthFailed("no key"), False), (RateLimited("slowly"), False), (Retryable("down"), True)])
def test_what_an_engine_refused_is_not_billed_and_what_broke_may_have_been_done(
    store: SqlStore, error: TranslationError, billed: bool
) -> None:
    with pytest.raises(type(error)):
        ask(store, rules(1000), Engine(errors=[error]))
    assert spent(store) == (len(TITLE + SUMMARY + BODY) if billed else 0)
    assert [row.requests for row in store.usage(since=date(2026, 5, 1))] == [1]


def test_money_follows_from_prices(store: SqlStore) -> None:
    held_to = replace(rules(100, unit="money"), prices={"one": Price(character=20, request=7)})  # type: ignore[arg-type]
    with pytest.raises(OutOfBudget):
        ask(store, held_to, Engine())
    ask(store, replace(held_to, limits=()), Engine())
    assert [row.money for row in store.usage(since=date(2026, 5, 1))] == [20 * len(TITLE + SUMMARY + BODY) + 7]


def test_a_breakdown_and_an_empty_purse_are_told_apart(store: SqlStore) -> None:
    engine = Engine(errors=[Retryable("down")])
    with pytest.raises(Retryable) as caught:
        ask(store, rules(60), engine)
    assert not isinstance(caught.value, OutOfBudget)

"""What one run finds out of an engine, the next one knows: commands that cron starts every few minutes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.core.segment import whole
from aggregator.errors import AuthFailed, BadOutput, Blocked, QuotaExhausted, RateLimited, Retryable, TranslationError
from aggregator.model import Resting
from aggregator.ports import Translator
from aggregator.store import SqlStore, open_store
from aggregator.translators.answers import Answers
from aggregator.translators.canary import sentences
from aggregator.translators.router import Router
from aggregator.translators.routes import Route
from aggregator.translators.standing import Standings
from aggregator.translators.watched import WatchedTranslator
from tests.unit.translators.engines import Engine, Shelf, german, memory_on

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@dataclass
class Runs:
    """Each call is a process of its own: nothing but the store is the same."""

    store: SqlStore
    engine: Engine
    now: datetime = datetime(2026, 5, 1, tzinfo=UTC)
    versions: dict[str, str] = field(default_factory=dict)
    count: int = 0

    def router(self, *, watched: bool = False) -> Router:
        """That of a new process."""
        standings = Standings(self.store, clock=lambda: self.now, versions=self.versions)
        engine: Translator = WatchedTranslator(self.engine, standings=standings) if watched else self.engine
        return Router({"one": engine}, [Route(engines=("one",))], memory_on(Shelf()), standings=standings)

    def run(self, *, watched: bool = False, target: str = "de") -> Answers:
        """One article, by a new process."""
        router = self.router(watched=watched)
        self.count += 1
        return asyncio.run(router.translate([whole(f"Some text of run {self.count}.")], source="en", target=target))


@pytest.fixture
def store() -> Iterator[SqlStore]:
    with closing(open_store("sqlite://")) as store:
        yield store


def test_an_engine_is_tested_once_a_day_for_each_pair_however_many_runs_there_are(store: SqlStore) -> None:
    runs = Runs(store, Engine())
    for _ in range(5):
        assert runs.run(watched=True).verified
        runs.now += HOUR
    assert runs.engine.asked.count(list(sentences("en"))) == 1
    runs.run(watched=True, target="fr")
    assert runs.engine.asked.count(list(sentences("en"))) == 2
    runs.now += DAY
    runs.run(watched=True)
    assert runs.engine.asked.count(list(sentences("en"))) == 3


def test_that_placeholders_do_not_survive_is_known_in_the_next_run(store: SqlStore) -> None:
    runs = Runs(store, Engine(answer=lambda text: german(text).replace("{0}", "").replace("{1}", "")))
    runs.run(watched=True)
    known = asyncio.run(WatchedTranslator(runs.engine, standings=Standings(store, clock=lambda: runs.now, versions={})).translate(
        ["Some {0}bold{1} text."], source="en", target="de"
    ))  # fmt: skip
    assert runs.engine.asked[2:] == [["Some ", "bold", " text."]]
    assert "{0}" in known[0]


def test_an_engine_that_does_not_translate_is_tested_again_after_an_hour(store: SqlStore) -> None:
    runs = Runs(store, Engine(answer=lambda text: text))
    for _ in range(4):
        with pytest.raises(Blocked, match="test sentences"):
            runs.run(watched=True)
        runs.now += 14 * MINUTE
    assert runs.engine.asked == [list(sentences("en"))]
    runs.engine.answer = german
    runs.now += 5 * MINUTE
    assert runs.run(watched=True).verified


@pytest.mark.parametrize(
    ("error", "rests", "says"),
    [
        (QuotaExhausted("used up", after=20 * DAY), 20 * DAY, Retryable),
        (RateLimited("slowly", after=10 * MINUTE), 10 * MINUTE, Retryable),
        (AuthFailed("no key"), DAY, AuthFailed),
    ],
)
def test_until_when_an_engine_is_to_be_left_alone_is_known_in_the_next_run(
    store: SqlStore, error: TranslationError, rests: timedelta, says: type[TranslationError]
) -> None:
    runs = Runs(store, Engine(errors=[error]))
    with pytest.raises(type(error)):
        runs.run()
    for wait in (rests / 2, rests / 3):
        runs.now += wait
        with pytest.raises(says) as caught:
            runs.run(target="fr")
        assert getattr(caught.value, "after", None) in (None, rests - rests / 2, rests - rests / 2 - rests / 3)
    assert len(runs.engine.asked) == 1
    runs.now += rests / 6
    assert runs.run().verified


@pytest.mark.parametrize(
    ("error", "rests"), [(RateLimited("slowly", after=10 * MINUTE), 10 * MINUTE), (AuthFailed("no key"), timedelta.max)]
)
def test_who_watches_over_the_engines_knows_what_other_processes_found_out(
    store: SqlStore, error: TranslationError, rests: timedelta
) -> None:
    runs = Runs(store, Engine(errors=[error]))
    watching = runs.router()
    assert watching.resting() == {}
    with pytest.raises(type(error)):
        runs.run()
    assert watching.resting() == {"one": Resting(circuits=1, times=1, pause=rests)}
    runs.now += DAY
    assert watching.resting() == {}


def test_an_engine_that_is_set_up_anew_has_no_past(store: SqlStore) -> None:
    runs = Runs(store, Engine(errors=[AuthFailed("no key")]), versions={"one": "before"})
    for _ in range(2):
        with pytest.raises(AuthFailed):
            runs.run()
    runs.versions = {"one": "after"}
    assert runs.run().verified


def test_nothing_is_asked_of_the_store_for_an_engine_on_this_machine(store: SqlStore) -> None:
    runs = Runs(store, Engine(embedded=True))
    store.close()
    runs.store = None  # type: ignore[assignment]
    assert runs.run().verified


def test_what_a_text_or_a_pair_is_to_blame_for_says_nothing_to_other_runs(store: SqlStore) -> None:
    for error in (BadOutput("nonsense"), Blocked("wall"), Retryable("down")):
        runs = Runs(store, Engine(errors=[error]))
        with pytest.raises(type(error)):
            runs.run()
        assert store.standing("one") is None

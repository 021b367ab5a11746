"""Nothing reaches a service that is not in the books, however often an engine asks again: counted on the service's side."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aggregator.core.budget import Limit, Rules
from aggregator.core.segment import cut, whole
from aggregator.errors import OutOfBudget, TranslationError
from aggregator.model import Hints, Term
from aggregator.ports import Translator
from aggregator.store import SqlStore, open_store
from aggregator.translators.answers import Answers
from aggregator.translators.canary import sentences
from aggregator.translators.deep import DeepTranslator
from aggregator.translators.deepl import DeepLTranslator
from aggregator.translators.libretranslate import LibreTranslateTranslator
from aggregator.translators.openai import OpenAITranslator
from aggregator.translators.recalling import SegmentMemory
from aggregator.translators.router import Router
from aggregator.translators.routes import Route
from aggregator.translators.spending import Spending
from aggregator.translators.watched import WatchedTranslator
from tests.loopback.server import Asked
from tests.loopback.services import Chat, DeepL, Libre, service
from tests.system.test_faulty_engines import page_with
from tests.unit.translators.engines import Shelf, memory_on
from tests.unit.translators.google_page import google_page
from tests.unit.translators.test_deep import MyMemory

NOW = datetime(2026, 5, 1, 18, tzinfo=UTC)
TITLE, SUMMARY = "Central bank raises rates by 25 points", "Research and R&D spending of 870 firms grew while the market fell."
BODY = """Shares of **large banks** rose by 12 percent after `code` was published for everybody to read.

- The first of 3 points, with a [link to more](https://a.example/more) in it
- The second of 3 points, which says something else about 45 companies

The last words of the report are these, and nobody has more of them to say.
"""
LONG = " ".join(f"This is sentence number {number} of a report without end." for number in range(150))
PACKS = "\n\n".join(f"第{number}段新闻说，" + "股市今天上涨了很多，" * 25 + f"一共{number}点。" for number in range(1, 9))
CHARACTERS_KEPT = 0.8  # of a bound, for bodies


@pytest.fixture
def store() -> Iterator[SqlStore]:
    with closing(open_store("sqlite://")) as store:
        yield store


@dataclass(frozen=True)
class Case:
    """A service with a fault, and what it is asked to translate into German."""

    kind: str
    settings: dict[str, Any]
    body: str = BODY
    source: str = "en"

    def __str__(self) -> str:
        return f"{self.kind} {' '.join(map(str, self.settings.values()))} {len(self.body)}"


CASES = [
    *(Case("libre", {"fault": fault}) for fault in ("", "merged", "shifted", "codes lost", "empty", "echo")),
    Case("libre", {"limit": 150}),
    *(Case("deepl", {"fault": fault}) for fault in ("", "merged", "merged and split", "script")),
    *(Case("openai", {"fault": fault}) for fault in ("", "merged", "cut short", "another id", "prose", "declines")),
    Case("openai", {"refuses": ("response_format", "temperature")}),
    Case("openai", {"heeds": False}),
    *(Case("google", {"fault": fault}) for fault in ("", "merged", "shifted", "codes lost", "empty")),
    Case("google", {"fault": ""}, PACKS, "zh-CN"),
    Case("google", {"fault": ""}, LONG),
    Case("mymemory", {}),
    Case("mymemory", {}, LONG),
]


@contextmanager
def running(case: Case) -> Iterator[tuple[Callable[[], Translator], Callable[[], list[list[str]]]]]:
    """How to make the engine, and the texts of each request that its service has had."""
    if case.kind == "google":
        with google_page(answer=from_chinese if case.source != "en" else page_with(case.settings["fault"])) as page:
            yield lambda: DeepTranslator("engine", url=page.url), lambda: [[query["q"]] for query in page.queries]
    elif case.kind == "mymemory":
        with service(MyMemory) as server:
            url = f"{server.url}/get"
            yield lambda: DeepTranslator("engine", provider="mymemory", url=url), lambda: [[query["q"]] for query in server.queries]
    else:
        with service({"libre": Libre, "deepl": DeepL, "openai": Chat}[case.kind], **case.settings) as server:
            yield lambda: engine(case.kind, server.url), lambda: [held(asked) for asked in server.asked if "glossaries" not in asked.path]


def from_chinese(text: str) -> str:
    return re.sub(r"[\u4e00-\u9fff]+", lambda found: " " + "wortes "[: len(found[0])] * 3, text).replace("。", ".")


def engine(kind: str, url: str) -> Translator:
    if kind == "libre":
        return LibreTranslateTranslator("engine", base_url=url)
    if kind == "deepl":
        return DeepLTranslator("engine", base_url=url, api_key="k")
    return OpenAITranslator("engine", base_url=url, model="m")


def held(asked: Asked) -> list[str]:
    """The texts that a request asks to translate."""
    if "messages" in asked.body:
        return list(json.loads(asked.body["messages"][1]["content"])["texts"].values())
    return list(asked.body.get("q") or asked.body["text"])


def limited(unit: str, limit: int) -> Rules:
    return Rules(limits=(Limit(name="bound", unit=unit, period="day", limit=limit),))  # type: ignore[arg-type]


def translate(
    store: SqlStore, made: Translator, rules: Rules, case: Case, *, on: datetime = NOW, memory: SegmentMemory | None = None
) -> Answers | None:
    """The item by one engine on the budget; None where nothing came of it."""
    spending = Spending(store, rules, clock=lambda: on, zone=UTC)
    watched = WatchedTranslator(made, budget=spending) if getattr(made, "watched", False) else made
    router = Router({"engine": watched}, [Route(engines=("engine",))], memory or SegmentMemory(store, clock=lambda: on), budget=spending)
    segments = [whole(TITLE), whole(SUMMARY), *cut(case.body).segments]

    async def run() -> Answers | None:
        try:
            return await router.translate(segments, source=case.source, target="de", of="paper", tiers=("title", "summary"))
        except TranslationError:
            return None
        finally:
            await router.aclose()

    return asyncio.run(run())


def books(store: SqlStore, *, on: datetime = NOW) -> tuple[int, int]:
    """Requests and characters of a day."""
    rows = store.usage(since=on.date(), until=on.date())
    return sum(row.requests for row in rows), sum(row.characters for row in rows)


def counted(requests: list[list[str]]) -> tuple[int, int]:
    return len(requests), sum(len(text) for texts in requests for text in texts)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_books_say_what_the_service_counted_and_no_bound_is_passed(case: Case, store: SqlStore) -> None:
    """Without a bound first, then each on a day of its own within a bound that leaves room for a part of it."""
    with running(case) as (make, seen):
        translate(store, make(), Rules(), case, memory=memory_on(Shelf()))
        requests, characters = counted(seen())
        print(f"{case}: {requests} requests, {characters} characters")  # noqa: T201
        assert (requests, characters) == books(store)
        bounds = [("characters", characters * part // 5) for part in range(1, 5)] + [("requests", most) for most in (1, requests // 2)]
        for day, (unit, limit) in enumerate(bounds, 1):
            on, before = NOW + timedelta(days=day), len(seen())
            translate(store, make(), limited(unit, limit), case, on=on, memory=memory_on(Shelf()))
            sent = counted(seen()[before:])
            assert books(store, on=on) == sent
            assert sent[unit == "characters"] <= limit


def test_a_glossary_that_the_account_lost_is_no_way_around_the_books() -> None:
    hints = (Term(source="bank", target="Bank"),)
    with service(DeepL) as server:
        made = DeepLTranslator("engine", base_url=server.url, api_key="k")
        told: list[int] = []

        async def run() -> None:
            async def meter(characters: int) -> None:
                told.append(characters)

            for _ in range(2):
                await made.translate([TITLE], source="en", target="de", hints=Hints(terms=hints, meter=meter))
                server.glossaries.clear()
            await made.aclose()

        asyncio.run(run())
        assert told == [len(text) for asked in server.asked if asked.path == "/v2/translate" for text in asked.body["text"]]
        assert len(told) == 3


def test_what_was_answered_before_the_room_ran_out_is_kept_and_only_the_rest_is_sent_later(store: SqlStore) -> None:
    """A server that takes little at once, so that the batch is sent in halves."""
    lines = [f"Sentence {word} of the report is neither short nor long." for word in ("one", "two", "three", "four")]
    case = Case("libre", {"limit": 120}, "\n\n".join(lines))
    whole_batch = len(TITLE + SUMMARY) + sum(map(len, lines))
    with running(case) as (make, seen):
        room = int((whole_batch * 2 + len(TITLE + SUMMARY)) / CHARACTERS_KEPT)
        answers = translate(store, make(), limited("characters", room), case)
        assert answers is not None
        done = [text is not None for text in answers.texts]
        assert any(done)
        assert not all(done)
        assert (answers.after, answers.flags) == (timedelta(hours=6), ("budget",))
        before = len(seen())
        again = translate(store, make(), Rules(), case, on=NOW + timedelta(days=1))
        assert again is not None
        assert again.verified
        sent = {text for texts in seen()[before:] for text in texts}
        assert sent == {text for text, is_done in zip((TITLE, SUMMARY, *lines), done, strict=True) if not is_done}
        answered = [text for texts in seen() if sum(map(len, texts)) <= case.settings["limit"] for text in texts]
        assert len(answered) == len(set(answered)) == len(done)


@pytest.mark.parametrize("kind", ["libre", "deepl", "openai", "google", "mymemory"])
@pytest.mark.parametrize("room", range(4))
def test_an_engine_sends_as_many_requests_as_it_is_allowed_and_hands_back_their_answers(kind: str, room: int) -> None:
    """More texts than go into three requests; what did not go out is empty."""
    texts = [f"Text number {number} {'goes on and on ' * (6 if kind == 'mymemory' else 330)}." for number in range(4)]
    texts *= {"libre": 1, "deepl": 50, "openai": 1, "google": 1, "mymemory": 1}[kind]
    left = room

    async def meter(_: int) -> None:
        nonlocal left
        if not left:
            raise OutOfBudget("no room")
        left -= 1

    async def run(made: Translator) -> list[str]:
        try:
            return list(await made.translate(texts, source="en", target="de", hints=Hints(meter=meter)))
        finally:
            await made.aclose()

    with running(Case(kind, {"fault": ""} if kind == "google" else {})) as (make, seen):
        if not room:
            with pytest.raises(OutOfBudget):
                asyncio.run(run(make()))
            assert seen() == []
            return
        answers = asyncio.run(run(make()))
        assert len(seen()) == room
        done = sum(map(len, seen())) if kind != "google" else room
        assert all(answers[:done])
        assert not any(answers[done:])
        assert done < len(texts)


def test_the_daily_test_is_the_engines_own_spending_and_not_made_without_room(store: SqlStore) -> None:
    case = Case("google", {"fault": ""})
    test = "\n".join(sentences("en"))
    with running(case) as (make, seen):
        assert translate(store, make(), limited("characters", len(test) - 1), case) is None
        assert seen() == []
        assert books(store) == (0, 0)
        translate(store, make(), Rules(), case)
        assert seen()[0] == [test]
        rows = {row.source: (row.requests, row.characters) for row in store.usage(since=NOW.date()) if row.requests}
        assert rows == {"": (1, len(test)), "paper": counted(seen()[1:])}


def test_with_room_for_the_test_alone_it_is_not_made_either(store: SqlStore) -> None:
    """Nothing could come of it."""
    case = Case("google", {"fault": ""})
    with running(case) as (make, seen):
        assert translate(store, make(), limited("requests", 1), case) is None
        assert seen() == []

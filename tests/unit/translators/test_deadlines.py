"""How long a call may take: what the engine says, whoever stands before it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from aggregator.core.segment import whole
from aggregator.errors import Retryable
from aggregator.model import NO_HINTS, Hints
from aggregator.ports import Translator
from aggregator.translators.deadlines import DEADLINE, deadline
from aggregator.translators.deep import DeepTranslator
from aggregator.translators.deepl import DeepLTranslator
from aggregator.translators.deferred import DeferredTranslator
from aggregator.translators.fault import FaultTranslator
from aggregator.translators.libretranslate import LibreTranslateTranslator
from aggregator.translators.openai import OpenAITranslator
from aggregator.translators.opencc import OpenCCTranslator
from aggregator.translators.router import Router
from aggregator.translators.routes import Route
from aggregator.translators.watched import WatchedTranslator
from tests.unit.translators.engines import Engine, Shelf, german, memory_on

URL = "http://127.0.0.1:9"


@pytest.mark.parametrize(
    ("engine", "seconds"),
    [
        (OpenAITranslator(base_url=URL, model="m", timeout=300), 300),
        (LibreTranslateTranslator(base_url=URL, timeout=120), 120),
        (DeepLTranslator(api_key="k", timeout=45), 45),
        (DeepTranslator(deadline=200), 200),
        (OpenCCTranslator(), DEADLINE),
        (FaultTranslator(fault="drop"), DEADLINE),
    ],
)
def test_an_engine_has_as_long_as_its_own_options_say(engine: Translator, seconds: float) -> None:
    assert deadline(engine) == seconds
    assert deadline(DeferredTranslator("engine", lambda: engine)) == seconds
    assert deadline(WatchedTranslator(engine)) == seconds


@dataclass
class Slow(Engine):
    """Takes a moment for every call."""

    async def translate(self, texts: Sequence[str], *, source: str, target: str, hints: Hints = NO_HINTS) -> Sequence[str]:
        done = asyncio.Event()
        asyncio.get_running_loop().call_later(0.2, done.set)
        await done.wait()
        return await super().translate(texts, source=source, target=target, hints=hints)


def ask(engine: Translator) -> Sequence[str | None]:
    router = Router({engine.name: engine}, [Route(engines=(engine.name,))], memory_on(Shelf()))
    return asyncio.run(router.translate([whole("Some text.")], source="en", target="de")).texts


@pytest.mark.parametrize("before", [lambda engine: engine, WatchedTranslator, lambda engine: DeferredTranslator("one", lambda: engine)])
def test_a_call_ends_at_the_engines_own_deadline_and_not_before(before: type[WatchedTranslator]) -> None:
    with pytest.raises(Retryable, match=r"no answer in 0\.05 s"):
        ask(before(Slow(deadline=0.05)))
    assert list(ask(before(Slow(deadline=30)))) == [german("Some text.")]

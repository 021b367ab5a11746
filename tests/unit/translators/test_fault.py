"""Faults on purpose, the same in every run."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import get_args

import pytest

from aggregator.errors import RateLimited
from aggregator.translators.fault import Fault, FaultTranslator
from aggregator.translators.pseudo import PseudoTranslator
from tests.loopback.services import Chat, DeepL, service

TEXTS = ["One {0}bold{1} word.", "Two.", "Three {0}."]
SOUND = asyncio.run(PseudoTranslator().translate(TEXTS, source="en", target="de"))


def spoiled(fault: str, texts: Sequence[str] = TEXTS, **options: object) -> Sequence[str]:
    engine = FaultTranslator(fault=fault, **options)  # type: ignore[arg-type]
    return asyncio.run(engine.translate(texts, source="en", target="de"))


@pytest.mark.parametrize(
    ("fault", "first"),
    [
        ("drop", SOUND[0].replace("{0}", "")), ("renumber", SOUND[0].replace("{0}", "{7}")),
        ("space", SOUND[0].replace("{0}", "{ 0 }").replace("{1}", "{ 1 }")), 
        ("widen", SOUND[0].replace("{0}", "｛０｝").replace("{1}", "｛１｝")),
        ("shuffle", SOUND[0].replace("{0}", "#").replace("{1}", "{0}").replace("#", "{1}")), ("truncate", SOUND[0][: len(SOUND[0]) // 2]),
        ("echo", TEXTS[0]), ("refuse", "I'm sorry, but I can't help with translating this text."),
    ],
)  # fmt: skip
def test_faults_of_texts(fault: str, first: str) -> None:
    assert spoiled(fault)[0] == first


def test_faults_of_calls() -> None:
    assert spoiled("merge") == [SOUND[0], f"{SOUND[1]} {SOUND[2]}"]
    assert spoiled("shift") == [*SOUND[1:], SOUND[0]]
    assert "<script" in spoiled("inject")[1]
    with pytest.raises(RateLimited):
        spoiled("rate-limit")


def test_a_hang_ends_with_the_patience_of_whoever_waits() -> None:
    async def run() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await FaultTranslator(fault="hang").translate(TEXTS, source="en", target="de")

    asyncio.run(run())


@pytest.mark.parametrize("fault", sorted(set(get_args(Fault)) - {"hang", "rate-limit", "merge", "shift"}))
def test_the_seed_and_the_text_alone_say_which_are_hit(fault: str) -> None:
    texts = [f"Text {number} {{0}} and {{1}}." for number in range(400)]
    sound = asyncio.run(PseudoTranslator().translate(texts, source="en", target="de"))
    once, again, other = (spoiled(fault, texts, share=0.05, seed=seed) for seed in (1, 1, 2))
    hits = [number for number in range(400) if once[number] != sound[number]]
    assert once == again != other
    assert 5 <= len(hits) <= 40
    assert [spoiled(fault, [texts[number]], share=0.05, seed=1)[0] for number in hits] == [once[number] for number in hits]


def test_it_wraps_any_installed_engine_and_its_way_of_markup() -> None:
    async def run(engine: FaultTranslator, text: str) -> str:
        try:
            return (await engine.translate([text], source="en", target="de"))[0]
        finally:
            await engine.aclose()

    with service(DeepL) as deepl, service(Chat) as chat:
        xml = FaultTranslator(fault="space", wraps="deepl", given={"base_url": deepl.url, "api_key": "k"})
        tags = FaultTranslator(fault="drop", wraps="openai", given={"base_url": chat.url, "model": "m"})
        assert (xml.codec, tags.codec, xml.embedded, xml.supports("en", "en-GB")) == ("xml", "tags", False, False)
        assert asyncio.run(run(xml, 'A <x id="0"/> <g id="1">b</g>')) == 'Aen < x id = "0"/ > < g id = "1" >ben< /g >'
        assert asyncio.run(run(tags, "A <g1>b</g1>")) == "Aen ben</g1>"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"fault": "drop", "share": 2}, "share is a part"), ({"fault": "dorp"}, "has to be one of"),
        ({"fault": "drop", "wraps": "nothing"}, "not installed"),
        ({"fault": "drop", "given": {"colour": 1}}, "does not take these options"),
    ],
)  # fmt: skip
def test_options_are_checked(options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        FaultTranslator(**options)  # type: ignore[arg-type]

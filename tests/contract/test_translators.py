"""The suite every translator passes, ours and anybody's."""

from __future__ import annotations

from contextlib import suppress

import pytest

from aggregator.errors import OutOfBudget
from aggregator.model import NO_HINTS, Capacity
from aggregator.testing import check_translator
from aggregator.translators.deep import DeepTranslator
from aggregator.translators.deepl import DeepLTranslator
from aggregator.translators.fault import FaultTranslator
from aggregator.translators.libretranslate import LibreTranslateTranslator
from aggregator.translators.openai import OpenAITranslator
from aggregator.translators.opencc import OpenCCTranslator
from aggregator.translators.pseudo import PseudoTranslator
from aggregator.translators.watched import WatchedTranslator
from tests.loopback.services import Chat, DeepL, Libre, service
from tests.unit.translators.google_page import google_page


@pytest.mark.parametrize("pair", [("zh-CN", "zh-TW"), ("zh-CN", "zh-HK"), ("zh-TW", "zh-CN"), ("zh-HK", "zh-TW")])
def test_opencc(pair: tuple[str, str]) -> None:
    check_translator(OpenCCTranslator("opencc"), pair)


@pytest.mark.parametrize("pair", [("en", "de"), ("en", "zh-CN"), ("en", "ar"), ("zh-CN", "en")])
def test_pseudo(pair: tuple[str, str]) -> None:
    check_translator(PseudoTranslator("pseudo"), pair)


def test_deep() -> None:
    with google_page() as page:
        check_translator(DeepTranslator("google", url=page.url), ("en", "fr"))


def test_watched() -> None:
    with google_page() as page:
        check_translator(WatchedTranslator(DeepTranslator("google", url=page.url)), ("en", "fr"))


def test_libretranslate() -> None:
    with service(Libre) as server:
        check_translator(LibreTranslateTranslator("libre", base_url=server.url), ("en", "de"))


def test_deepl() -> None:
    with service(DeepL) as server:
        check_translator(DeepLTranslator("deepl", base_url=server.url, api_key="key"), ("en", "de"))


@pytest.mark.parametrize("refuses", [(), ("response_format",), ("temperature", "reasoning_effort", "response_format")])
def test_openai(refuses: tuple[str, ...]) -> None:
    with service(Chat, refuses=refuses) as server:
        check_translator(OpenAITranslator("openai", base_url=server.url, model="m"), ("en", "de"))


@pytest.mark.parametrize("fault", ["space", "widen"])
def test_faults_that_a_reader_forgives(fault: str) -> None:
    check_translator(FaultTranslator("fault", fault=fault), ("en", "de"))  # type: ignore[arg-type]


@pytest.mark.parametrize("fault", ["drop", "renumber", "truncate", "refuse", "merge", "shift", "inject"])
def test_the_suite_finds_every_fault_that_spoils_texts(fault: str) -> None:
    with pytest.raises(AssertionError):
        check_translator(FaultTranslator("fault", fault=fault), ("en", "de"))  # type: ignore[arg-type]


class Shuffling(PseudoTranslator):
    async def translate(self, texts, *, source, target, hints=NO_HINTS):  # type: ignore[no-untyped-def]
        return list(reversed(await super().translate(texts, source=source, target=target)))


class Losing(PseudoTranslator):
    async def translate(self, texts, *, source, target, hints=NO_HINTS):  # type: ignore[no-untyped-def]
        return [text.replace("{0}", "") for text in texts]


class Merging(PseudoTranslator):
    async def translate(self, texts, *, source, target, hints=NO_HINTS):  # type: ignore[no-untyped-def]
        return ["".join(texts)]


class Betraying(PseudoTranslator):
    async def translate(self, texts, *, source, target, hints=NO_HINTS):  # type: ignore[no-untyped-def]
        return [hints.title + text for text in await super().translate(texts, source=source, target=target)]


class Overfull(PseudoTranslator):
    capacity = Capacity(texts=4)

    async def translate(self, texts, *, source, target, hints=NO_HINTS):  # type: ignore[no-untyped-def]
        return [*await super().translate(texts[:4], source=source, target=target), *texts[4:]][: 4 if len(texts) == 5 else None]


class Spendthrift(PseudoTranslator):
    async def translate(self, texts, *, source, target, hints=NO_HINTS):  # type: ignore[no-untyped-def]
        with suppress(OutOfBudget):
            await hints.meter(sum(map(len, texts)))
        return await super().translate(texts, source=source, target=target)


@pytest.mark.parametrize("broken", [Shuffling, Losing, Merging, Betraying, Overfull, Spendthrift])
def test_the_suite_finds_broken_translators(broken: type[PseudoTranslator]) -> None:
    with pytest.raises(AssertionError, match=r"answers|placeholders|differently|hint|meter"):
        check_translator(broken("broken"), ("en", "de"))

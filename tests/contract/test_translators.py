"""The suite every translator passes, ours and anybody's."""

from __future__ import annotations

import pytest

from aggregator.model import NO_HINTS
from aggregator.testing import check_translator
from aggregator.translators.deep import DeepTranslator
from aggregator.translators.opencc import OpenCCTranslator
from aggregator.translators.pseudo import PseudoTranslator
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


class Shuffling(PseudoTranslator):
    async def translate(self, texts, *, source, target, hints=NO_HINTS):  # type: ignore[no-untyped-def]
        return list(reversed(await super().translate(texts, source=source, target=target)))


class Losing(PseudoTranslator):
    async def translate(self, texts, *, source, target, hints=NO_HINTS):  # type: ignore[no-untyped-def]
        return [text.replace("{0}", "") for text in texts]


class Merging(PseudoTranslator):
    async def translate(self, texts, *, source, target, hints=NO_HINTS):  # type: ignore[no-untyped-def]
        return ["".join(texts)]


@pytest.mark.parametrize("broken", [Shuffling, Losing, Merging])
def test_the_suite_finds_broken_translators(broken: type[PseudoTranslator]) -> None:
    with pytest.raises(AssertionError, match=r"answers|placeholders|differently"):
        check_translator(broken("broken"), ("en", "de"))

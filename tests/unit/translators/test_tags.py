"""From BCP 47 to engines' codes."""

from __future__ import annotations

import pytest

from aggregator.translators.tags import closest, is_unknown, language

KNOWN = ("en-GB", "en-US", "de", "pt-BR", "pt-PT", "zh-Hans", "zh-Hant", "nb", "ja", "ko", "es", "sr-Latn")


@pytest.mark.parametrize(
    ("tag", "found"),
    [
        ("en", "en-US"), ("en-AU", "en-GB"), ("pt", "pt-BR"), ("pt-AO", "pt-PT"), ("de-AT", "de"), ("zh", "zh-Hans"), ("zh-SG", "zh-Hans"),
        ("zh-HK", "zh-Hant"), ("cn", "zh-Hans"), ("tw", "zh-Hant"), ("hk", "zh-Hant"), ("chs", "zh-Hans"), ("cht", "zh-Hant"),
        ("zh_CN", "zh-Hans"), ("jp", "ja"), ("kr", "ko"), ("yue", "zh-Hant"), ("no", "nb"), ("nn", "nb"), ("es-MX", "es"),
        ("fr", ""), ("gl", ""), ("und", ""), ("", ""), ("x-nowhere", ""), ("nonsense", ""),
    ],
)  # fmt: skip
def test_the_nearest_code_that_its_readers_read(tag: str, found: str) -> None:
    assert closest(tag, KNOWN) == found


def test_a_language_of_its_own_is_taken_before_a_neighbour() -> None:
    assert (closest("yue", ("zh-Hant", "yue")), closest("nn", ("nb", "nn"))) == ("yue", "nn")


def test_unknown_and_bare_languages() -> None:
    assert [is_unknown(tag) for tag in ("", "und", "nonsense", "en")] == [True, True, True, False]
    assert (language("zh_hk"), language("tw"), language("")) == ("zh", "zh", "")

"""Chinese into Chinese."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from aggregator.errors import Unsupported
from aggregator.translators.opencc import OpenCCTranslator


def convert(text: str, source: str, target: str) -> str:
    return asyncio.run(OpenCCTranslator().translate([text], source=source, target=target))[0]


@pytest.mark.parametrize(
    ("source", "target", "text", "expected"),
    [
        ("zh-CN", "zh-TW", "鼠标里面的软件为什么在家里", "滑鼠裡面的軟體為什麼在家裡"),
        ("zh-CN", "zh-HK", "软件里面的鼠标", "軟件裏面的鼠標"),
        ("zh-TW", "zh-CN", "滑鼠裡面的軟體", "鼠标里面的软件"),
        ("zh-HK", "zh-CN", "軟件裏面的鼠標", "软件里面的鼠标"),
        ("zh-HK", "zh-TW", "家裏的衞生", "家裡的衛生"),
        ("zh-TW", "zh-HK", "家裡的衛生", "家裏的衞生"),
        ("zh-SG", "zh-MO", "里面", "裏面"),
        ("zh-Hans", "zh-Hant", "软件", "軟體"),
        ("zh", "tw", "头发与发展", "頭髮與發展"),
        ("zh_hk", "cn", "後面", "后面"),
    ],
)
def test_pairs(source: str, target: str, text: str, expected: str) -> None:
    assert OpenCCTranslator().supports(source, target)
    assert convert(text, source, target) == expected


@pytest.mark.parametrize(
    ("source", "target"), [("zh-CN", "en"), ("en", "zh-CN"), ("zh-CN", "zh"), ("zh-TW", "zh-Hant"), ("und", "zh-TW"), ("yue", "zh-CN")]
)
def test_everything_else_is_refused(source: str, target: str) -> None:
    assert not OpenCCTranslator().supports(source, target)
    with pytest.raises(Unsupported, match="route this pair elsewhere"):
        convert("文字", source, target)


def test_threads_share_converters() -> None:
    texts = [f"软件{number}里面的鼠标在头发后面" for number in range(200)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda text: convert(text, "zh-CN", "zh-TW"), texts))
    assert answers == [f"軟體{number}裡面的滑鼠在頭髮後面" for number in range(200)]

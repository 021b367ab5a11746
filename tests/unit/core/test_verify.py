"""What makes an answer no translation, and what makes it doubtful."""

from __future__ import annotations

import pytest

from aggregator.core.verify import flags, problems, script


@pytest.mark.parametrize(
    ("source_text", "answer", "pair", "expected"),
    [
        ("Hello {0}world{1}", "你好{0}世界{1}", "en zh-CN", ()),
        ("Hello {0}world{1}", "你好｛ 0 ｝世界{１}", "en zh-CN", ()),
        ("Hello {0}world{1}", "你好{0}世界", "en zh-CN", ("placeholders",)),
        ("Hello", " ", "en zh-CN", ("empty",)),
        ("Hello {0}", "{0}", "en zh-CN", ("empty",)),
        ("The market rises today", "The  market rises today", "en de", ("identical",)),
        ("Apple Inc.", "Apple Inc.", "en de", ()),
        ("NVDA", "NVDA", "en zh-CN", ()),
        ("OK", "OK", "en de", ()),
        ("中国", "中国", "zh-CN zh-TW", ()),
        ("中国经济数据", "中国经济数据", "zh-CN en", ("identical", "script")),
        ("The market rises", "Der Markt steigt", "en zh-CN", ("script",)),
        ("The market rises", "iPhone 15 Pro Max 上涨", "en zh-CN", ()),
        ("习近平讲话", "Xi Jinping (习近平) speaks", "zh-CN en", ()),
        ("The market rose sharply today", "今天市场大幅上涨，投资者们非常高兴这个结果", "en zh-TW", ("script",)),
        ("The market rose sharply today", "今天市場大幅上漲，投資者們非常高興這個結果", "en zh-TW", ()),
        ("Рынок растёт", "The market rises", "ru en", ()),
        ("The market rises", "The market rises now", "en ru", ("script",)),
        ("See it", "Siehe http://evil.example", "en de", ("address",)),
        ("See http://a.example", "Siehe http://a.example", "en de", ()),
        ("Write us", "Schreib an a@b.example", "en de", ("address",)),
        ("Bold", "<b>Fett</b>", "en de", ("markup",)),
        ("Mine & yours", "Mein &amp; dein", "en de", ("markup",)),
        ("a < b > c said", "a < b > c sagte", "en de", ()),
    ],
)
def test_hard_problems(source_text: str, answer: str, pair: str, expected: tuple[str, ...]) -> None:
    source, target = pair.split()
    assert problems(source_text, answer, source=source, target=target) == expected


@pytest.mark.parametrize(
    ("source_text", "answer", "pair", "expected"),
    [
        ("The market rises today.", "今天市场上涨。", "en zh-CN", ()),
        ("The market rises today.", "今天市场上涨", "en zh-CN", ("ending",)),
        ("The market rises today.", "ตลาดหุ้นปรับตัวขึ้นวันนี้", "en th", ()),
        ("The market rises today.", "涨。", "en zh-CN", ("length",)),
        ("今天市场大幅上涨，投资者高兴。", "Up.", "zh-CN en", ("length",)),
        ("Key points", "Key points", "en de", ("same",)),
        ("中国", "中国", "zh-CN zh-HK", ()),
    ],
)
def test_soft_flags(source_text: str, answer: str, pair: str, expected: tuple[str, ...]) -> None:
    source, target = pair.split()
    assert flags(source_text, answer, source=source, target=target) == expected


def test_scripts() -> None:
    assert [script(tag) for tag in ("zh-CN", "zh-HK", "cn", "en", "ja", "sr", "nonsense", "")] == [
        "Hans", "Hant", "Hans", "Latn", "Jpan", "Cyrl", "", "",
    ]  # fmt: skip

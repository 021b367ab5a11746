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
        ("（首圖來源：shutterstock）", "（首图来源：shutterstock）", "zh-TW zh-CN", ()),
        ("首圖來源", "source of the picture", "zh-TW zh-CN", ("script",)),
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
        ("The market rises today!", "The market rises today.", "en de", ("identical",)),
        ("Bold move", "**Mutiger** Schritt", "en de", ("markup",)),
        ("Key points", "# Wichtiges", "en de", ("markup",)),
        ("日産は世界で9000人を削減すると発表した。", "日産は世界で9000人を削減すると発表した。", "ja zh-CN", ("identical", "script")),
        ("中国11月出口同比增长5.9%。", "中国11月出口同比增长5.9%。", "zh-CN ja", ("identical", "script")),
        ("日産は人員を削減すると発表した。", "日産は、人員削減を発表しました。", "ja zh-CN", ("script",)),
        ("日产宣布裁员。", "日产今天宣布在全球裁员。", "zh-CN ja", ("script",)),
        ("日産は人員削減を発表", "日産、人員削減発表", "zh-CN ja", ()),
        ("『となりのトトロ』が中国で公開された。", "动画片《となりのトトロ》本周在中国各地上映。", "ja zh-CN", ()),
        ("優の良品が新店舗", "优の良品开设新店铺", "ja zh-CN", ()),
        ("Markets Rally Today", "Markets Rally Today", "en zh-CN", ("identical",)),
        ("Neue Zölle", "Neue Zölle", "de en", ("identical",)),
        ("〈とらや〉の羊羹", "<Toraya> sweet bean jelly", "ja en", ()),
        ("〈とらや〉の羊羹", "<script>sweet bean jelly", "ja en", ("markup",)),
        ("See it", "Siehe evil.example/x", "en de", ("address",)),
        ("我们的官网（http://a.example）", "our site (http://a.example)", "zh-CN en", ()),
        ("The market rises", "I'm sorry, but I can't assist with that.", "en de", ("refusal",)),
        ("The market rises", "以下是翻译：市场上涨", "en zh-CN", ("preamble",)),
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
        ("营收增长12%，达到34亿元", "Revenue rose 12% to 3.4 billion yuan", "zh-CN en", ()),
        ("营收增长12%，达到34亿元", "Revenue rose 12% to 3.4 million yuan", "zh-CN en", ("numbers",)),
        ("Tesla (TSLA) shares fell sharply", "特斯拉股价大幅下跌", "en zh-CN", ("names",)),
        ("Tesla (TSLA) shares fell sharply", "特斯拉(TSLA)股价大幅下跌", "en zh-CN", ()),
        ("ASML and SAP beat forecasts, says UBS.", "Zwei Firmen sind besser als erwartet, sagt eine Bank.", "en de", ("names",)),
        ("Anthropic 与 Google 达成协议", "Two companies reach an agreement", "zh-CN en", ("names",)),
        ("GDP 与 CPI 双双回落", "Output and consumer prices both ease", "zh-CN en", ()),
        (
            "The market rises and falls and rises again and nobody knows why",
            "市场上涨上涨上涨上涨上涨上涨上涨上涨上涨上涨上涨上涨上涨",
            "en zh-CN",
            ("repetition",),
        ),
    ],
)
def test_soft_flags(source_text: str, answer: str, pair: str, expected: tuple[str, ...]) -> None:
    source, target = pair.split()
    assert flags(source_text, answer, source=source, target=target) == expected


def test_scripts() -> None:
    assert [script(tag) for tag in ("zh-CN", "zh-HK", "cn", "en", "ja", "sr", "nonsense", "")] == [
        "Hans", "Hant", "Hans", "Latn", "Jpan", "Cyrl", "", "",
    ]  # fmt: skip

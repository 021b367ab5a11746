"""Names that may stay as they are, and names that are missing."""

from __future__ import annotations

import pytest

from aggregator.core.names import are_lost, are_names


@pytest.mark.parametrize(
    "text",
    [
        "Reuters",
        "Goldman Sachs",
        "Apple Inc.",
        "Jürgen Klopp",
        "NVDA",
        "iPhone 15 Pro",
        "NVIDIA GeForce RTX 5090",
        "UBS, ASML, SAP",
        "Газпром",
    ],
)
def test_names_may_stay(text: str) -> None:
    assert are_names(text)


@pytest.mark.parametrize(
    "text",
    [
        "Markets Rally Today", "Oil Prices Jump", "Federal Reserve Decision", "Neue Zölle", "Key Points", "Latest News", "US Stocks Fall",
        "Oil Prices Jump 5%", "MARKETS RALLY", "the Reserve", "日産", "日産は世界で9000人を削減すると発表した。", "苹果iPhone",
        "고려대학교", "UBS ASML SAP BASF RWE",
    ],
)  # fmt: skip
def test_headlines_and_what_has_no_capitals_may_not(text: str) -> None:
    assert not are_names(text)


ALL = "ASML and SAP beat forecasts, says UBS."


@pytest.mark.parametrize(
    ("before", "after", "pair", "expected"),
    [
        (ALL, "Zwei Konzerne übertreffen die Prognosen, sagt eine Bank.", "en de", True),
        (ALL, "ASML übertrifft die Prognosen, sagt eine Bank.", "en de", True),
        (ALL, "ASML und SAP übertreffen die Prognosen, sagt eine Bank.", "en de", False),
        ("SAP lost 3 %, and UBS 2 %", "SAP verlor 3 %, die Bank 2 %", "en de", True),
        (ALL, "Die ASML- und SAP-Zahlen sind besser als erwartet, sagt die UBS.", "en de", False),
        ("Shares of NVIDIA fell", "Die Nvidia-Aktie fiel", "en de", False),
        ("The MDAX fell", "Der M-Dax fiel", "en de", False),
        ("UBS pays a fine", "Die Tochter einer Bank zahlt Subsidien", "en de", True),
        ("Das BIP wächst, sagt die EZB.", "The economy grows, says the central bank.", "de en", False),
        ("THIS IS NOT A TEST", "Das ist keine Übung", "en de", False),
        ("It is NOT over", "Es ist noch nicht vorbei", "en de", False),
        ("NVIDIA and TSMC rise, says UBS", "两家公司上涨", "en zh-CN", True),
        ("NVIDIA and TSMC rise, says UBS", "瑞银称英伟达和TSMC上涨", "en zh-CN", False),
        ("TSMC shares rise", "台积电股价上涨", "en zh-CN", False),
        ("UBS and ASML rise", "Курсы растут", "en ru", True),
        ("Anthropic 与 Google 达成协议", "Two companies reach an agreement", "zh-CN en", True),
        ("GDP 与 CPI 双双回落", "Output and consumer prices both ease", "zh-CN en", False),
        ("特斯拉（TSLA）下跌", "Tesla falls", "zh-CN en", True),
        ("SAP und ASML steigen", "Die Kurse steigen", "de de-AT", False),
    ],
)
def test_what_is_missing(before: str, after: str, pair: str, expected: bool) -> None:
    source, target = pair.split()
    assert are_lost(before, after, source=source, target=target) is expected

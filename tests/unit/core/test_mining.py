"""Names that texts give in two forms."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator.core.mining import mine

LISTS = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "lists"


def pairs(*texts: str) -> dict[str, str]:
    return {found.other: found.han for found in mine(texts)}


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["阿里巴巴联合创始人蔡崇信(Joe Tsai)表示", "蔡崇信（Joe Tsai）在香港"], {"Joe Tsai": "蔡崇信"}),
        (["阿里巴巴(BABA.US)涨2%", "昨日阿里巴巴(BABA.US)跌"], {"BABA.US": "阿里巴巴"}),
        (["，财政部长贝森特（Scott Bessent）说"], {"Scott Bessent": "贝森特"}),
        (["以及「真實社群」(Truth Social)上"], {"Truth Social": "真實社群"}),
        (["Joe Tsai (蔡崇信) said"], {"Joe Tsai": "蔡崇信"}),
        (["我们昨天和前天都去了那个叫做什么的地方（Monte Carlo）"], {}),
        (["英伟达(NASDAQ: NVDA)"], {"NASDAQ: NVDA": "英伟达"}),
        (["我們在過去十年看到德意志銀行（Deutsche Bank）", "問德意志銀行", "在德意志銀行"], {"Deutsche Bank": "德意志銀行"}),
        (["没有(什么)", "(Nothing)", ""], {}),
    ],
)
def test_a_name_begins_where_its_places_agree(texts: list[str], found: dict[str, str]) -> None:
    assert pairs(*texts) == found


def test_the_most_frequent_come_first_and_a_repeated_text_counts_once() -> None:
    found = mine(["特斯拉(Tesla)。", "特斯拉(Tesla)！", "博通(Broadcom)", "博通(Broadcom)"])
    assert [(each.han, each.count, each.kind) for each in found] == [("特斯拉", 2, "name"), ("博通", 1, "name")]


@pytest.mark.skipif(not LISTS.is_dir(), reason="the lists in ../shared are not here")
def test_real_lists_give_names_that_are_right() -> None:
    import html
    import json
    import re

    files = [path.read_text(encoding="utf-8") for path in sorted(LISTS.rglob("*.json"))]
    strings = re.findall(r'"(?:title|description)": ?("(?:[^"\\]|\\.)*")', "\n".join(files))
    texts = [text for string in strings for text in re.split(r"<[^>]+>", html.unescape(json.loads(string)))]
    found = pairs(*texts)
    right = {
        "Scott Bessent": "貝森特", "TSLA.US": "特斯拉", "Broadcom": "博通", "Strait of Hormuz": "荷莫茲海峽",
        "Kentaro Nakamura": "中村謙太郎",
        "Donald Trump": "川普", "Madison Huang": "黃敏珊", "Deutsche Bank": "德意志銀行",
    }  # fmt: skip
    assert {other: found.get(other) for other in right} == right

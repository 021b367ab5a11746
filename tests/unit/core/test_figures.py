"""Numbers by value: what translations write differently is the same, what engines get wrong is not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from aggregator.core.figures import figures, lost_and_new
from aggregator.core.numerals import HAN_RUN, han


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("三百二十", 320), ("1億2000万", 120_000_000), ("28.6万", 286_000), ("1万亿", 10**12), ("3万5千亿", 35_000 * 10**8),
        ("二〇二四", 2024), ("一千零五十", 1050), ("4,500", 4500), ("百亿", 10**10), ("3兆5000億", 35 * 10**11), ("两万", 20_000),
        ("1000 万", 10**7), ("30余万", 300_000), ("１２３", 123),
    ],
)  # fmt: skip
def test_numerals(written: str, value: int) -> None:
    assert Decimal(value) in figures(written, "zh").known
    if written.isascii() or written == "三百二十":
        (run,) = HAN_RUN.findall(written)
        assert [number for number, _ in han(run)] == [value]


SAME = [
    ("zh", "en", "销售额达870亿美元", "Sales came to $87 billion"),
    ("zh", "en", "约28.6万人", "some 286,000 people"),
    ("en", "zh", "1.1m vehicles", "110万辆汽车"),
    ("de", "en", "1.234,5 Euro", "1,234.5 euros"),
    ("de", "en", "vor 10 000 Leuten", "in front of 10,000 people"),
    ("de", "zh", "2,3 Mrd. Euro und 1,2 Mio. Kunden", "23亿欧元和120万客户"),
    ("de", "en", "eine Billion Euro", "1 trillion euros"),
    ("ja", "en", "3割増の2兆円", "up 30% to 2 trillion yen"),
    ("ja", "en", "午後3時すぎ", "just after 15:00"),
    ("en", "de", "at 5.30pm", "um 17.30 Uhr"),
    ("en", "zh", "by 0915 GMT", "截至格林尼治时间9时15分"),
    ("zh", "en", "百分之五的选民", "5 percent of voters"),
    ("zh", "en", "20世纪90年代", "the 1990s"),
    ("zh", "en", "“90后”购房者", "buyers born in the 1990s"),
    ("de", "en", "seit den Fünfzigerjahren", "since the 1950s"),
    ("ja", "en", "2030年度までに13年度比で", "by fiscal 2030 from fiscal 2013"),
    ("ja", "en", "昭和64年", "1989"),
    ("zh", "ja", "第三季度", "7～9月期"),
    ("en", "zh", "50 basis points", "0.5个百分点"),
    ("en", "zh", "half a million", "50万"),
    ("en", "zh", "two and a half years", "2.5年"),
    ("zh", "en", "两年半", "2.5 years"),
    ("de", "en", "zweieinhalb Jahre", "2.5 years"),
    ("en", "ja", "a third", "3分の1"),
    ("en", "zh", "a fifth", "20%"),
    ("en", "zh", "two dozen", "24人"),
    ("en", "ja", "in three decades", "30年ぶり"),
    ("en", "zh", "10.72 seconds", "10秒72"),
    ("ja", "en", "1ドル＝152円40銭", "152.40 to the dollar"),
    ("en", "zh", "COVID-19 vaccines", "新冠疫苗"),
    ("en", "zh", "the G7", "七国集团"),
    ("en", "zh", "the iPhone 15 and flight LH400", "iPhone 15和LH400航班"),
    ("zh", "en", "“十四五”规划", "the 14th Five-Year Plan"),
    ("zh", "en", "十余人", "more than 10 people"),
    ("zh", "en", "数千万元", "tens of millions of yuan"),
    ("en", "zh", "July 4, 1776", "1776年7月4日"),
    ("en", "ja", "on Thursday", "22日"),
    ("en", "zh", "on the 21st", "21日"),
    ("de", "en", "im 17. Jahrhundert", "in the 17th century"),
    ("en", "de", "between 3 and 5 million", "zwischen drei und fünf Millionen"),
    ("ja", "en", "300億～350億ユーロ", "30-35 billion euros"),
    ("en", "zh", "₹1,50,000, or 1.5 lakh", "15万卢比"),
    ("en", "zh", "open 24/7", "全天候开放"),
    ("fr", "en", "12 000 personnes en 2024", "12,000 people in 2024"),
    ("en", "fr", "3.5 million", "3,5 millions"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "target", "text", "answer"), SAME)
def test_one_number_in_two_writings(source: str, target: str, text: str, answer: str) -> None:
    assert lost_and_new(text, answer, source=source, target=target) == (0, 0)
    assert lost_and_new(answer, text, source=target, target=source) == (0, 0)


@pytest.mark.parametrize(
    ("source", "target", "text", "answer"),
    [
        ("zh", "en", "销售额达870亿美元", "Sales came to $87 million"),
        ("zh", "en", "销售额达870亿美元", "Sales came to $870 billion"),
        ("zh", "en", "八亿人", "80 million people"),
        ("en", "zh", "$3.4 billion", "3.4亿美元"),
        ("en", "de", "3.4 billion", "3,4 Billionen"),
        ("de", "en", "1.234 Euro", "1.234 euros"),
        ("en", "zh", "tens of millions", "数千亿"),
        ("en", "ja", "February 2021", "2021年1月"),
        ("en", "ja", "in October", "0月に"),
        ("en", "zh", "3pm", "5时"),
        ("en", "zh", "the iPhone 15", "iPhone 16"),
        ("en", "de", "in the 1980s", "in den 2980er-Jahren"),
        ("en", "de", "two people", "3 Menschen"),
        ("en", "zh", "Revenue rose 12%", "营收增长"),
        ("fr", "en", "12 000 personnes en 2024", "12,000 people in 2023"),
    ],
)
def test_wrong_numbers(source: str, target: str, text: str, answer: str) -> None:
    assert lost_and_new(text, answer, source=source, target=target) != (0, 0)
    assert lost_and_new(answer, text, source=target, target=source) != (0, 0)

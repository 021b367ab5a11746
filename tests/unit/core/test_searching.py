"""What an index holds of a text, and what a query asks of it."""

from __future__ import annotations

import pytest

from aggregator.core.searching import MOST, Phrase, of_item, of_translation, phrases, traits, words
from aggregator.model import LONG_AGO, Item, Query, Translation


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("阿里巴巴", "阿里 里巴 巴巴 巴"),
        ("阿里 巴巴", "阿里 里 巴巴 巴"),
        ("A股市场", "a 股市 市场 场"),
        ("iPhone 17手机", "iphone 17 手机 机"),
        ("ＡＢＣ　ｶﾞｽ", "abc ガス ス"),
        ("Über die Straße naïve Ιησούς", "uber die strasse naive ιησουσ"),
        ("e\u0301te\u0301", "ete"),
        ("й ё", "й ё"),  # letters of their own
        ("snake_case x-ray 1.5", "snake case x ray 1 5"),
        ("한국어 검색", "한국 국어 어 검색 색"),
        ("x" * 100, "x" * 64),
        ("…—！？", ""),
    ],
)
def test_words_are_small_and_plain_and_chinese_comes_in_pairs(text: str, expected: str) -> None:
    assert " ".join(words(text)) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ()),
        ("  !? ", ()),
        ("Alibaba", (Phrase(("alibaba",)),)),
        ("net profit net", (Phrase(("net",)), Phrase(("profit",)))),
        ('"net profit" 48%', (Phrase(("net", "profit")), Phrase(("48",)))),
        ('"net profit', (Phrase(("net", "profit")),)),
        ("ali*", (Phrase(("ali",), open=True),)),
        ("阿里", (Phrase(("阿里",)),)),
        ("阿里巴", (Phrase(("阿里", "里巴")),)),
        ("巴", (Phrase(("巴",), open=True),)),
        ("A股", (Phrase(("a", "股"), open=True),)),
        ("阿里A", (Phrase(("阿里", "里", "a")),)),
    ],
)
def test_a_query_asks_for_words_that_follow_each_other(query: str, expected: tuple[Phrase, ...]) -> None:
    assert phrases(query) == expected


def item(**fields: object) -> Item:
    blank = {
        "id": "i",
        "source": "s",
        "guid": "",
        "url": "",
        "title": "T",
        "html": "",
        "summary": "",
        "published": LONG_AGO,
        "language": "en",
    }
    return Item(**(blank | fields))


def held(text: str) -> list[str]:
    return [word for word in text.split() if not word.startswith("x")]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>阿<b>里</b></p><p>巴巴</p>", "阿里 里 巴巴 巴"),
        ('<a href="https://hidden.example/word">shown</a>', "shown"),
        ("<script>hidden()</script><STYLE>hidden</STYLE >shown", "shown"),
        ("a &lt;b&gt; caf&eacute;", "a b cafe"),
        ("1 < 2 > 0", "1 2 0"),
        ("<p>cut <a href=", "cut a href"),
    ],
)
def test_of_markup_the_text_is_held_that_people_read(html: str, expected: str) -> None:
    assert held(of_item(item(html=html))) == ["t", *expected.split()]


def test_of_a_translation_neither_links_nor_signs_are_held() -> None:
    made = Translation(
        item_id="i", language="en", title="T", summary="S",
        body='**Ali**baba [grows](https://hidden.example/a_(b) "hidden") ![p](x.png) \\*',
        engine="", of_digest="", made_at=LONG_AGO,
    )  # fmt: skip
    assert held(of_translation(item(), made)) == ["t", "s", "alibaba", "grows", "p"]


def test_what_is_known_of_an_item_is_held_in_words_that_a_query_asks_for() -> None:
    known = of_item(item(source="s", also_in=("r",), tags=("市场", ""), flags=("empty",), language="de")).split()
    for query in (
        Query(source="s"),
        Query(source="r"),
        Query(tag="市场"),
        Query(flag="empty"),
        Query(language="de"),
        Query(source="s", tag="市场"),
    ):
        assert set(traits(query)) <= set(known), query
    for query in (Query(source="empty"), Query(tag="s"), Query(language="en"), Query(flag="de")):
        assert not set(traits(query)) & set(known), query
    assert traits(Query()) == ()


def test_a_text_of_any_length_is_held_up_to_a_bound_and_what_is_known_of_it_beyond() -> None:
    known = of_item(item(html="word " * (MOST + 10))).split()
    assert len(known) == MOST + 2
    assert set(traits(Query(source="s", language="en"))) <= set(known)

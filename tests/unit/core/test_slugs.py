from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from aggregator.core.slugs import feed_path, is_term, short, term


@pytest.mark.parametrize(
    ("item_id", "expected"),
    [("0c5f4c0e-3f0a-5d0b-9a53-6f8f7a2b6d31", "0c5f4c0e3f0a"), ("../../..", "6c196513838f"), ("", "d41d8cd98f00"), ("12", "c20ad4d76fe9")],
)
def test_an_item_s_short_id_is_twelve_hexadecimal_digits(item_id: str, expected: str) -> None:
    assert len(short(item_id)) == 12
    assert set(short(item_id)) <= set("0123456789abcdef")
    assert short(item_id) == expected


NAMES = [
    "all",
    "news",
    "News",
    "heise.de",
    "x.bilingual",
    "tag/all",
    "tag/AI",
    "tag/ai",
    "tag/人工智能",
    "tag/机器",
    "tag/",
    "tag",
    "人工",
    "..",
    "a/b",
    "tag/a/b",
]


def path(name: str, language: str = "en", **changes: Any) -> str:
    return feed_path(name, language, **{"variant": "translation", "extension": "rss", **changes})


@pytest.mark.parametrize(("name", "other"), list(combinations(NAMES, 2)))
def test_two_feeds_never_share_a_path(name: str, other: str) -> None:
    assert path(name) != path(other)
    assert path(name, variant="bilingual") != path(other)


def test_tags_do_not_collide_where_case_is_folded() -> None:
    assert path("tag/AI").lower() != path("tag/ai").lower()


def test_a_bilingual_feed_stands_beside_the_plain_one() -> None:
    assert path("news", variant="bilingual") == "en/news.bilingual.rss"
    assert path("tag/markets", "zh-HK", variant="bilingual", extension="json") == "zh-HK/tag/markets.bilingual.json"


@pytest.mark.parametrize("text", ["markets", "市场", "TCP/IP", "C++", "_index", "a" * 150])
def test_what_can_be_a_term_of_a_taxonomy(text: str) -> None:
    assert is_term(text)


@pytest.mark.parametrize(
    ("text", "made"),
    [("..", ""), ("../../etc", "..／..／etc"), ("#", ""), ("a//b", "a／／b"), ("/", ""), ("长" * 60, "长" * 50), ("a\\..\\b", "a＼..＼b")],
)
def test_what_can_not_is_made_one(text: str, made: str) -> None:
    assert not is_term(text)
    assert term(text) == made
    assert not made or is_term(made)

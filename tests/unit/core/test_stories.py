"""When two items tell one story."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aggregator.core import stories
from aggregator.model import Item

WORDS = "the port of the old town opened its third bridge after years of work and many a dispute over money between city and county"
TEXT = " ".join(f"Part {number}: {WORDS} number {number}{number}." for number in range(1, 5))
ITEM = Item(
    id="1", source="s", guid="", url="", title="Bridge 3 opens", html=f"<p>{TEXT}</p>", summary="", language="en",
    published=datetime(2024, 5, 1, tzinfo=UTC),
)  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ({}, True),
        ({"title": "It opens: bridge 3 | Paper", "html": f"<p>TOWN (Agency)</p><div>{TEXT}</div><p>Read more.</p>"}, True),
        ({"html": f"<p>{TEXT.replace('dispute', 'quarrel').replace('years', 'months', 1)}</p>"}, True),
        ({"published": ITEM.published + timedelta(hours=36)}, True),
        ({"published": ITEM.published + timedelta(hours=37)}, False),
        ({"published": ITEM.published - timedelta(hours=37)}, False),
        ({"flags": ("undated",)}, False),
        ({"language": "fr"}, False),
        ({"title": "Bridge 4 opens"}, False),
        ({"html": f"<p>{TEXT.replace('1', '5').replace('2', '6')}</p>"}, False),
        ({"html": f"<p>{TEXT[: len(TEXT) // 2]}</p>"}, False),
    ],
)
def test_what_one_story_is(changed: dict[str, Any], same: bool) -> None:
    other = replace(ITEM, **changed)
    assert stories.same(ITEM, other) == stories.same(other, ITEM) == same


def test_texts_that_are_alike_share_a_band_and_short_ones_have_none() -> None:
    other = replace(ITEM, html=f"<p>{TEXT.replace('dispute', 'quarrel', 1)}</p>")
    assert len(stories.bands(ITEM)) == stories.BANDS
    assert {*stories.bands(ITEM)} & {*stories.bands(other)}
    assert stories.bands(ITEM) == stories.bands(replace(ITEM, title="Other"))
    assert stories.bands(replace(ITEM, html=f"<p>{WORDS}</p>")) == []


def test_each_character_counts_where_words_have_no_spaces() -> None:
    assert stories.runs("第三座新桥AI 2") == {"第 三 座", "三 座 新", "座 新 桥", "新 桥 ai", "桥 ai 2"}
    assert stories.figures("升68%至391.5億 1,024") == {"68", "391.5", "1,024"}

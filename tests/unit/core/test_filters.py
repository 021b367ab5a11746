"""What `include` and `exclude` leave out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from aggregator.core import filters
from aggregator.model import Item, Source

ITEM = Item(
    id="1", source="s", guid="", url="https://e.org/brokers/x", title="Gold\u00a0rises", html="<p>up&nbsp;<b>10</b> %</p>", summary="",
    published=datetime(2024, 5, 1, tzinfo=UTC), language="en-GB", authors=("Ann Lee", "Reuters"), tags=("metals", "ad"),
)  # fmt: skip
BARE = Item(id="2", source="s", guid="", url="", title="", html="", summary="", published=ITEM.published, language="")


def reason(item: Item = ITEM, *, include: dict[str, str] | None = None, exclude: dict[str, str] | None = None) -> str:
    return filters.reason(item, Source(name="s", url="", include=include or {}, exclude=exclude or {}))


@pytest.mark.parametrize(
    ("field", "found", "missing"),
    [
        ("anywhere", "^Gold rises$|nothing", "Ann Lee|metals|en-GB|<b>"),
        ("anywhere", "up 10 %", "up  10"),
        ("anywhere", "/brokers/", "Silver"),
        ("title", "Gold r", "up 10|brokers"),
        ("text", "^up 10 %$", "Gold"),
        ("link", "^https://e.org/", "Gold"),
        ("author", "^Reuters$", "Gold|Lee,"),
        ("tag", "^ad$", "^metal$"),
        ("language", "^en", "^fr"),
    ],
)
def test_each_field_looks_at_its_own_texts(field: str, found: str, missing: str) -> None:
    key = "" if field == "anywhere" else f".{field}"
    assert reason(include={field: found}) == ""
    assert reason(include={field: missing}) == f"nothing that `include{key}` asks for"
    assert reason(exclude={field: missing}) == ""
    assert reason(exclude={field: found}) == f"`exclude{key}` matches"


def test_all_of_include_has_to_match_and_nothing_of_exclude_may() -> None:
    assert reason(include={"title": "Gold", "author": "Ann"}) == ""
    assert reason(include={"title": "Gold", "author": "Bob"}) == "nothing that `include.author` asks for"
    assert reason(exclude={"title": "Silver", "tag": "^ad$"}) == "`exclude.tag` matches"
    assert reason(include={"title": "Gold"}, exclude={"title": "rises"}) == "`exclude.title` matches"


def test_nothing_can_be_asked_for_too() -> None:
    for field in ("author", "tag", "language", "title", "text", "link"):
        assert reason(BARE, exclude={field: "^$"}) == f"`exclude.{field}` matches"
        assert reason(exclude={field: "^$"}) == ""


TITLED = replace(ITEM, html="", title="Gold rises")
READ_LATER = Source(name="s", url="", full_text=True)


@pytest.mark.parametrize(
    ("include", "exclude", "early", "is_open"),
    [
        ({"text": "bank"}, {}, "", True),
        ({"anywhere": "bank"}, {}, "", True),
        ({"anywhere": "Gold"}, {}, "", False),
        ({"title": "bank"}, {}, "nothing that `include.title` asks for", False),
        ({}, {"text": "Sponsored"}, "", True),
        ({}, {"text": "^$"}, "", True),
        ({}, {"anywhere": "Gold"}, "`exclude` matches", False),
        ({"text": "bank"}, {"tag": "metals"}, "`exclude.tag` matches", False),
        ({"title": "Gold"}, {"title": "Silver"}, "", False),
        ({}, {}, "", False),
    ],
)
def test_a_text_that_is_still_to_come_decides_later(include: Any, exclude: Any, early: str, is_open: bool) -> None:
    source = replace(READ_LATER, include=include, exclude=exclude)
    assert (filters.early_reason(TITLED, source), filters.is_open(TITLED, source)) == (early, is_open)
    for certain in (replace(source, full_text=False), source):
        item = TITLED if certain is not source else replace(TITLED, url="")
        assert (filters.early_reason(item, certain), filters.is_open(item, certain)) == (filters.reason(item, certain), False)

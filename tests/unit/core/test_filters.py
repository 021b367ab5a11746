"""What `include` and `exclude` leave out."""

from __future__ import annotations

from datetime import UTC, datetime

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

"""Items that wait for their pages before a rule decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from aggregator.core import decide, fulltext, withholding
from aggregator.model import Change, Item, Source

SOURCE = Source(name="s", url="", full_text=True, exclude={"text": "Sponsored"}, translate_to=("de",))
SOURCES = {"s": SOURCE, "other": Source(name="other", url="")}
ITEM = Item(
    id="1", source="s", guid="", url="https://e.org/1", title="T", html="<p>x</p>", summary="",
    published=datetime(2026, 5, 1, tzinfo=UTC), language="en", flags=("undated",),
)  # fmt: skip
WAITS = replace(ITEM, flags=("undated", "withheld"))


def noted(item: Item, stored: Item | None) -> tuple[str, ...]:
    return withholding.noted(Change(item=item, kind="updated" if stored else "new"), stored, SOURCES).item.flags


def test_a_new_item_waits_until_its_page_was_read() -> None:
    assert noted(ITEM, None) == WAITS.flags
    assert noted(replace(ITEM, source="other"), None) == ("undated",)
    assert decide.jobs_for(WAITS, SOURCES, now=ITEM.published) == []
    assert withholding.decided(WAITS, SOURCE) == (ITEM, "")


def test_what_a_rule_finds_is_left_out_but_not_if_another_source_brought_it_too() -> None:
    found = replace(WAITS, html="<p>Sponsored</p>")
    assert withholding.decided(found, SOURCE) == (found, "`exclude.text` matches")
    assert withholding.decided(replace(found, also_in=("other",)), SOURCE)[1] == ""


def test_an_edit_is_judged_by_what_is_known_of_the_page() -> None:
    read = replace(WAITS, page_url=ITEM.url)
    assert noted(replace(read, html="<p>Sponsored</p>"), read) == WAITS.flags
    assert noted(replace(ITEM, page_url=ITEM.url), read) == ("undated",)
    assert noted(ITEM, WAITS) == WAITS.flags


@pytest.mark.parametrize(
    ("source", "waits"),
    [
        ({"profile": "compat"}, True),
        ({"profile": "compat", "update_translations": True}, False),
        ({"profile": "compat", "full_text": False}, False),
        ({"profile": "clean"}, False),
    ],
)
def test_an_item_whose_document_is_written_once_waits_for_its_page_and_is_freed_with_and_without_it(
    source: dict[str, Any], waits: bool
) -> None:
    owner = Source(**({"name": "s", "url": "", "full_text": True} | source))
    new = withholding.noted(Change(item=ITEM, kind="new"), None, {"s": owner}).item
    assert ("withheld" in new.flags) == waits
    assert withholding.decided(fulltext.completed(new, None), owner) == (replace(ITEM, page_url=ITEM.url), "")
    assert "withheld" not in withholding.noted(Change(item=replace(ITEM, title="U"), kind="updated"), ITEM, {"s": owner}).item.flags


def test_what_has_been_shown_is_not_hidden_again() -> None:
    assert noted(replace(ITEM, html="<p>Sponsored</p>"), ITEM) == ("undated",)
    assert noted(replace(ITEM, html="<p>広告</p>", language="ja"), ITEM) == ("undated",)  # else its former document would stay

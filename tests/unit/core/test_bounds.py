from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from aggregator.core import bounds
from aggregator.model import Item, Media, ParsedFeed

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ITEM = Item(id="i", source="s", guid="g", url="https://e.org/", title="t", html="<p>b</p>", summary="b", published=NOW, language="en")


def test_what_is_within_its_bounds_is_left_as_it_is():
    largest = replace(
        ITEM,
        title="t" * bounds.TITLE,
        html="b" * bounds.BODY,
        summary="s" * bounds.SUMMARY,
        url="u" * bounds.ADDRESS,
        guid="g" * bounds.ADDRESS,
        label="l" * bounds.NAME,
        authors=("a" * bounds.NAME,) * bounds.LIST,
        tags=("a" * bounds.NAME,) * bounds.LIST,
        media=(Media(url="u" * bounds.ADDRESS, title="t" * bounds.TITLE),) * bounds.LIST,
        image="i" * bounds.ADDRESS,
        flags=("undated",),
    )
    assert bounds.bounded(largest) is largest


@pytest.mark.parametrize(
    ("field", "given", "kept"),
    [
        ("title", "标" * (bounds.TITLE + 1), "标" * (bounds.TITLE - 1) + "…"),
        ("summary", "s" * (bounds.SUMMARY + 1), "s" * (bounds.SUMMARY - 1) + "…"),
        ("label", "l" * (bounds.NAME + 1), "l" * (bounds.NAME - 1) + "…"),
        ("authors", ("a" * (bounds.NAME + 1), "b"), ("a" * (bounds.NAME - 1) + "…", "b")),
        ("tags", tuple(map(str, range(bounds.LIST + 1))), tuple(map(str, range(bounds.LIST)))),
        ("image", "i" * (bounds.ADDRESS + 1), ""),
        ("media", (Media(url="u" * (bounds.ADDRESS + 1)), Media(url="u")), (Media(url="u"),)),
        ("media", (Media(url="u", title="t" * (bounds.TITLE + 1)),), (Media(url="u", title="t" * (bounds.TITLE - 1) + "…"),)),
        ("media", (Media(url="u"),) * (bounds.LIST + 1), (Media(url="u"),) * bounds.LIST),
    ],
)
def test_what_is_cut_is_flagged(field, given, kept):
    cut = bounds.bounded(replace(ITEM, flags=("undated",), **{field: given}))
    assert cut == replace(ITEM, flags=("undated", "cut"), **{field: kept})
    assert bounds.bounded(cut) is cut


@pytest.mark.parametrize(("field", "most"), [("url", bounds.ADDRESS), ("guid", bounds.ADDRESS)])
def test_half_of_an_address_or_an_id_would_be_another_one(field, most):
    with pytest.raises(ValueError, match=f"{most + 1:,} characters"):
        bounds.bounded(replace(ITEM, **{field: "x" * (most + 1)}))


def test_an_item_with_too_long_a_body_keeps_all_but_that():
    cut = bounds.bounded(replace(ITEM, html="x" * (bounds.BODY + 1)))
    assert cut == replace(ITEM, html="", flags=("empty", "cut"))
    assert bounds.bounded(cut) is cut


def test_what_a_document_says_of_itself_is_bounded_too():
    huge = "x" * 10_000
    feed = ParsedFeed(entries=(), title=huge, link=huge, language=huge, hub=huge, self_url="https://e.org/", complaints=(huge,) * 100)
    within = bounds.bounded_feed(feed)
    assert (len(within.title), len(within.language)) == (bounds.TITLE, bounds.NAME)
    assert (within.link, within.hub, within.self_url) == ("", "", "https://e.org/")
    assert [len(complaint) for complaint in within.complaints] == [bounds.NAME] * bounds.COMPLAINTS
    assert bounds.bounded_feed(within) == within

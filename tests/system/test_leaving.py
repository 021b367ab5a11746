"""What leaves: the last item of a feed, and an item its language. Nothing of it stays behind, and what named it does so no more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from aggregator.model import Item
from tests.system.press import Press, item, press

LINK = "{http://www.w3.org/2005/Atom}link"


@pytest.fixture
def paper(tmp_path: Path) -> Iterator[Press]:
    with press(tmp_path) as paper:
        yield paper


def feeds(paper: Press, language: str) -> set[str]:
    return {path.name for path in (paper.folder / "feeds" / language).rglob("*.*")}


def siblings(paper: Press, language: str) -> set[tuple[str, ...]]:
    """The languages that the feeds in one language lead to."""
    found = (etree.parse(paper.folder / "feeds" / language / f"{name}.atom").getroot() for name in ("all", "paper", "tag/markets"))
    return {tuple(str(link.get("hreflang")) for link in feed.findall(LINK) if link.get("hreflang")) for feed in found}


def documents(paper: Press) -> set[str]:
    return {path.relative_to(paper.folder / "content").as_posix() for path in (paper.folder / "content").rglob("*.md")}


def nothing_is_out_of_date(paper: Press) -> None:
    before = paper.files()
    paper.store.mark_all()
    assert [path for published in paper.publish() for path in (*published.written, *published.removed)] == []
    assert paper.files() == before


def test_a_feed_without_items_is_gone_and_no_other_language_leads_to_it(paper: Press) -> None:
    paper.bring(item(1), item(2, language="en"))
    paper.publish()
    assert feeds(paper, "zh-CN") == feeds(paper, "en") >= {"all.rss", "paper.atom", "markets.json"}
    assert siblings(paper, "en") == {("zh-CN",)}

    paper.retain(items=1)
    paper.publish()
    assert feeds(paper, "zh-CN") == set()
    assert siblings(paper, "en") == {()}
    nothing_is_out_of_date(paper)

    paper.bring(item(3))
    paper.publish()
    assert feeds(paper, "zh-CN") == feeds(paper, "en")
    assert siblings(paper, "en") == {("zh-CN",)}
    nothing_is_out_of_date(paper)


def test_an_item_that_turns_out_to_be_in_another_language_has_one_document(paper: Press) -> None:
    first = item(1)
    paper.bring(first, item(2))
    paper.publish()
    paper.bring(japanese(first))
    paper.publish()
    assert documents(paper) == {"ja/news/paper/1.ja.md", "zh-CN/news/paper/2.zh-cn.md"}
    nothing_is_out_of_date(paper)

    paper.bring(replace(first, digest="again"))  # and back, twice before anything is published
    paper.bring(replace(japanese(first), digest="and again"))
    paper.bring(replace(first, digest="and back"))
    paper.publish()
    assert documents(paper) == {"zh-CN/news/paper/1.zh-cn.md", "zh-CN/news/paper/2.zh-cn.md"}
    assert feeds(paper, "ja") == set()
    nothing_is_out_of_date(paper)


def test_a_document_in_the_new_language_is_the_original_s_from_then_on(paper: Press) -> None:
    first = item(1)
    paper.bring(first)
    paper.translate(first)
    paper.publish()
    assert documents(paper) == {"en/news/paper/1.en.md", "zh-CN/news/paper/1.zh-cn.md"}
    paper.bring(replace(first, language="en", title="An English title", digest="d2"))
    paper.publish()
    assert documents(paper) == {"en/news/paper/1.en.md"}
    assert "An English title" in (paper.folder / "content" / "en" / "news" / "paper" / "1.en.md").read_text("utf-8")
    nothing_is_out_of_date(paper)


@pytest.mark.parametrize("at_once", [True, False])
def test_a_translation_back_is_not_taken_for_what_was_left(paper: Press, at_once: bool) -> None:
    first = item(1)
    paper.bring(first)
    paper.publish()
    paper.bring(japanese(first))
    if not at_once:
        paper.publish()
    paper.translate(japanese(first), "zh-CN")
    paper.publish()
    assert documents(paper) == {"ja/news/paper/1.ja.md", "zh-CN/news/paper/1.zh-cn.md"}
    assert "News 1" in (paper.folder / "content" / "zh-CN" / "news" / "paper" / "1.zh-cn.md").read_text("utf-8")
    nothing_is_out_of_date(paper)


def test_what_has_left_its_language_is_pruned_whole(paper: Press) -> None:
    first = item(1)
    paper.bring(first, item(2))
    paper.publish()
    paper.bring(japanese(first))
    paper.retain(items=1)
    paper.publish()
    assert documents(paper) == {"zh-CN/news/paper/2.zh-cn.md"}


def japanese(one: Item) -> Item:
    """The item after an edit that showed its language."""
    return replace(one, language="ja", title="市場のニュース", html="<p>日本語のニュースです。</p>", digest="d-ja")

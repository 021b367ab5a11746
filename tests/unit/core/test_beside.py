"""An item beside its translations."""

from __future__ import annotations

import pytest

from aggregator.core import beside
from aggregator.core.beside import Cell
from aggregator.core.feeding import page_of
from aggregator.model import LONG_AGO, Item, Translation

ITEM = Item(
    id="i", source="s", guid="", url="", title="营收 2801.5 亿",
    html="<p>阿里（AHLA）增长 48%。</p><p>结束。</p>", summary="", published=LONG_AGO,
    language="zh-CN", detected="zh-Hans",
)  # fmt: skip


def rows(**bodies: str) -> list[tuple[str, tuple[Cell, ...]]]:
    made = {
        tag: Translation(item_id="i", language=tag, title="Revenue <280>", summary="", body=body, engine="", of_digest="", made_at=LONG_AGO)
        for tag, body in bodies.items()
    }
    pages = [page_of(ITEM, tag, made, {}) for tag in (ITEM.language, *made)]
    return [(row.part, row.cells) for row in beside.rows(pages[0], pages[1:])]


def test_blocks_stand_side_by_side_and_what_differs_is_marked() -> None:
    (title, heads), (first, cells), (second, others) = rows(en="Alibaba (AHLA) grew by 84%.\n\nEnd.", de="Alibaba wuchs um 48 %.\n\nEnde.")
    assert (title, first, second) == ("title", "body", "body")
    assert [cell.html for cell in heads] == [
        "营收 <mark>2801.5 亿</mark>", "Revenue &lt;<mark>280</mark>&gt;", "Revenue &lt;<mark>280</mark>&gt;"
    ]  # fmt: skip
    assert [cell.html for cell in cells] == [
        "<p>阿里（<mark>AHLA</mark>）增长 <mark>48</mark>%。</p>",
        "<p>Alibaba (AHLA) grew by <mark>84</mark>%.</p>", "<p>Alibaba wuchs um 48 %.</p>"
    ]  # fmt: skip
    assert [(cell.lost, cell.new) for cell in cells] == [((), ()), (("48",), ("84",)), (("AHLA",), ())]
    assert [(cell.language, cell.html, cell.lost, cell.new) for cell in others] == [
        ("zh-CN", "<p>结束。</p>", (), ()), ("en", "<p>End.</p>", (), ()), ("de", "<p>Ende.</p>", (), ())
    ]  # fmt: skip


def test_a_text_in_other_blocks_stands_in_one_piece_with_nothing_marked() -> None:
    *_, (part, cells) = rows(en="All in one: 99.")
    assert (part, cells) == ("body", (Cell(language="en", html="<p>All in one: 99.</p>"),))


def test_an_item_alone_is_shown_block_by_block() -> None:
    assert [(part, [cell.html for cell in cells]) for part, cells in rows()] == [
        ("title", ["营收 2801.5 亿"]), ("body", ["<p>阿里（AHLA）增长 48%。</p>"]), ("body", ["<p>结束。</p>"])
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("html", "words", "expected"),
    [
        ("<p>12 of 120, 0.12 and 12.</p>", ["12"], "<p><mark>12</mark> of 120, 0.12 and <mark>12</mark>.</p>"),
        ('<a href="https://e.org/?12" title="12">12</a>', ["12"], '<a href="https://e.org/?12" title="12"><mark>12</mark></a>'),
        ("<p>a &amp; b &lt;1&gt;</p>", ["1", "amp"], "<p>a &amp; b &lt;<mark>1</mark>&gt;</p>"),
        ("<p>x</p>", [""], "<p>x</p>"),
    ],
)
def test_words_are_marked_in_text_alone(html: str, words: list[str], expected: str) -> None:
    assert beside.marked(html, words) == expected

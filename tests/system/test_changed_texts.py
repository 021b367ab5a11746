"""Readers that go by dates: an entry's date of change moves with every change of its text, and nothing else of it does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import feedparser
import pytest

from tests.system.press import Press, item, press


@pytest.fixture
def paper(tmp_path: Path) -> Iterator[Press]:
    with press(tmp_path) as paper:
        paper.bring(item(1), item(2))
        paper.translate(item(1))
        paper.translate(item(2))
        paper.publish()
        yield paper


def entry(paper: Press, language: str, *, variant: str = "") -> Any:
    """The first item in the feed of its paper."""
    found = feedparser.parse(paper.folder / "feeds" / language / f"paper{variant}.atom").entries
    return next(entry for entry in found if entry.link == item(1).url)


def same(one: Any, other: Any) -> bool:
    return bool((one.id, one.published) == (other.id, other.published))


@pytest.mark.parametrize("variant", ["", ".bilingual"])
def test_a_late_translation_of_an_edit_is_dated_after_the_edit(paper: Press, variant: str) -> None:
    first = entry(paper, "en", variant=variant)
    edited = replace(item(1), title="第 1 条新闻, 更正", digest="edited", updated=paper.now)
    paper.bring(edited)
    paper.store.mark_all()
    paper.publish()
    waiting = entry(paper, "en", variant=variant)
    assert "was changed after this translation was made" in waiting.content[0].value
    assert waiting.updated_parsed > first.updated_parsed
    paper.translate(edited)
    paper.publish()
    late = entry(paper, "en", variant=variant)
    assert "was changed after" not in late.content[0].value
    assert late.updated_parsed > waiting.updated_parsed
    assert same(first, waiting)
    assert same(first, late)
    paper.store.mark_all()
    assert [path for published in paper.publish() for path in published.written] == []


def test_the_first_translation_is_as_old_as_its_item_and_touches_no_other_language(paper: Press) -> None:
    before = paper.files()
    paper.translate(item(1), "fr")
    paper.publish()
    assert entry(paper, "fr").updated_parsed == entry(paper, "zh-CN").updated_parsed == entry(paper, "zh-CN").published_parsed
    after = paper.files()
    for language in ("en", "zh-CN"):
        old, new = (_entries(files[f"feeds/{language}/paper.atom"][0]) for files in (before, after))
        assert old == new


def _entries(data: bytes) -> list[tuple[str, str, str, str]]:
    return [(entry.id, entry.published, entry.updated, entry.content[0].value) for entry in feedparser.parse(data).entries]

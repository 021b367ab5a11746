"""Which summaries say nothing that their text does not begin with, and what stands for them in a translation."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from aggregator.core import beginnings, bounds, markup
from aggregator.core.codes import whole
from aggregator.model import Item, Profile

TEXT = "The bank raised its rate. " * 30
HTML = f"<p>{TEXT}</p><p>More of it.</p>"


def item(**fields: Any) -> Item:
    values = {"title": "Title", "html": HTML, "summary": markup.clean_summary(markup.visible_text(HTML), "en"), "language": "en"} | fields
    return Item(id="i", source="s", guid="g", url="http://a.example/1", published=datetime(2026, 5, 1, tzinfo=UTC), **values)


@pytest.mark.parametrize(
    ("of", "profile", "is_one"),
    [
        (item(), "clean", True),
        (item(summary="What the editor says of it."), "clean", False),
        (item(summary="", html=""), "clean", False),
        (item(), "compat", False),
        (item(summary=markup.compat_summary(HTML, "en")), "compat", True),
        (item(html="<p>" + "字。" * 80 + "</p>", summary="字。" * 40 + "…", language="zh-CN"), "clean", True),
        (item(html="<p>" + "字。" * 80 + "</p>", summary="字。" * 40, language="zh-CN"), "clean", False),
        (item(html="<p>" + "字。" * 80 + "</p>", summary="字。" * 25 + "...", language="zh-CN"), "compat", True),
        (item(html="字" * 20_000, summary=bounds.cut("字" * 20_000, bounds.SUMMARY), language="ja"), "compat", True),
    ],
)
def test_what_was_made_of_the_text_is_told_from_what_somebody_wrote(of: Item, profile: Profile, is_one: bool) -> None:
    assert beginnings.is_beginning(of, profile) is is_one


@pytest.mark.parametrize(("profile", "end"), [("clean", " …"), ("compat", "...")])
def test_a_translated_body_is_cut_as_the_text_was(profile: Profile, end: str) -> None:
    body = "Die **Bank** hob den [Zins](https://a.example/z) an. " * 30 + "\n\nUnd mehr."
    made = beginnings.of_translation(body, "de", profile)
    assert made.startswith("Die Bank hob den Zins an. Die Bank")
    assert made.endswith(end)
    assert len(made.removesuffix(end).split()) in range(40, 51)


def test_spaces_that_do_not_break_are_no_entities() -> None:
    assert beginnings.of_translation("Um 9\u00a0Uhr & danach.", "de", "compat") == "Um 9\u00a0Uhr &amp; danach."
    assert beginnings.of_translation("Um 9\u00a0Uhr & danach.", "de", "clean") == "Um 9\u00a0Uhr & danach."


@pytest.mark.parametrize("language", ["zh-CN", "ja", "th"])
@pytest.mark.parametrize("profile", ["clean", "compat"])
def test_without_spaces_it_is_no_longer_than_with_them(language: str, profile: Profile) -> None:
    assert len(beginnings.of_translation("银行今天提高了利率。" * 100, language, profile)) <= 82


@pytest.mark.parametrize(("length", "reaches"), [(0, 1), (10, 1), (11, 2), (20, 2), (500, 3)])
def test_how_far_a_beginning_reaches(length: int, reaches: int) -> None:
    segments = [whole("ten letter"), whole("ten letter"), whole("ten letter")]
    assert beginnings.reach("x" * length, segments) == reaches
    assert beginnings.reach("x" * length, []) == 0

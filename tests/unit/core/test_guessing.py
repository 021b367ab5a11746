"""When an item's language is guessed, and that label and finding are both kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from aggregator.core.guessing import guessed
from aggregator.core.normalize import normalize
from aggregator.model import Item, ParsedFeed, RawItem, Source

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SOURCE = Source(name="s", url="https://a.example/feed")
TITLE = "Leitzins sinkt zum dritten Mal in diesem Jahr, Börse reagiert verhalten"
BODY = "Die Notenbank hat den Leitzins am Donnerstag erneut gesenkt. Der Schritt war erwartet worden, die Kurse bewegten sich kaum. " * 2


def item(title: str, text: str, label: str = "", *, profile: str = "clean") -> Item:
    raw = RawItem(title=title, text=text, language=label)
    return normalize(raw, replace(SOURCE, profile=profile), feed=ParsedFeed(entries=()), now=NOW)


def test_text_without_a_label_gets_a_language() -> None:
    found = guessed(item(TITLE, BODY), lambda text: "de")
    assert (found.language, found.declared, found.detected) == ("de", "", "de")


def test_what_is_asked_is_title_and_body() -> None:
    asked: list[str] = []
    guessed(item(TITLE, BODY), lambda text: asked.append(text) or "")
    (text,) = asked
    assert text.startswith(TITLE) and BODY[:60] in text


def test_a_label_that_the_letters_contradict_gives_way() -> None:
    found = guessed(item(TITLE, BODY, "zh-HK"), lambda text: "de")
    assert (found.language, found.declared, found.detected) == ("de", "zh-HK", "de")


@pytest.mark.parametrize(
    ("title", "text", "label", "profile"),
    [
        (TITLE, "", "", "clean"),  # a headline alone
        (TITLE, "Mehr dazu in Kürze.", "", "clean"),
        (TITLE, BODY, "nl", "clean"),  # a label that the letters allow
        (TITLE, BODY, "", "compat"),  # every byte as it came
        ("央行宣布降息", "央行周四宣布再次下调基准利率，市场反应平淡。" * 10, "", "clean"),
    ],
)
def test_nobody_is_asked(title: str, text: str, label: str, profile: str) -> None:
    before = item(title, text, label, profile=profile)
    assert guessed(before, lambda text: "fr") == before


def test_no_answer_changes_nothing() -> None:
    before = item(TITLE, BODY)
    assert before.language == "und"
    assert guessed(before, lambda text: "") == before

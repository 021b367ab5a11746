"""What the pages say: in every language the same, and nothing that a template asks for is missing."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter
from typing import get_args, get_type_hints

import pytest

from aggregator.core.health import Health
from aggregator.model import Polled
from aggregator.web.messages import MESSAGES
from aggregator.web.pages import items
from aggregator.web.pages.speech import NAMES, chosen

WEB = Path(__file__).resolve().parents[3] / "aggregator" / "web"
ENGLISH = MESSAGES["en"]


def places(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("tag", list(NAMES))
def test_every_language_has_the_same_messages_with_the_same_places(tag: str) -> None:
    assert list(MESSAGES[tag]) == list(ENGLISH)
    for key, text in MESSAGES[tag].items():
        assert text.strip(), key
        assert places(text) == places(ENGLISH[key]), key


def test_templates_and_pages_say_what_there_is_and_all_of_it() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (*WEB.glob("templates/*.html"), *WEB.glob("pages/*.py"))]
    written = {key for text in texts for key in re.findall(r'"([a-z]+\.[a-z_]+)"', text)}
    said = {key for text in texts for key in re.findall(r'\bsay\("([^"]+)"[,)]', text)}
    counted = {key for text in texts for key in re.findall(r'\bcount\("([^"]+)"', text)}
    of_values = {key for key in ENGLISH if key.partition(".")[0] in ("act", "by", "flag", "health", "outcome", "time")}
    assert said | counted | {f"{key}.one" for key in counted} <= {*ENGLISH}
    assert {*ENGLISH} <= written | {f"{key}.one" for key in counted} | of_values


def test_what_is_named_by_its_value_has_a_name_for_each() -> None:
    for health in get_args(Health):
        assert f"health.{health}" in ENGLISH
    for flag in items.FLAGS:
        assert f"flag.{flag}" in ENGLISH
    for outcome in get_args(get_type_hints(Polled)["outcome"]):
        assert f"outcome.{outcome}" in ENGLISH


@pytest.mark.parametrize(
    ("accepted", "asked", "expected"),
    [
        ("", "", ("en", False)),
        ("de-AT,de;q=0.9,en;q=0.8", "", ("de", False)),
        ("en;q=0.5, zh-TW;q=0.9", "", ("zh-Hant", False)),
        ("zh-HK", "", ("zh-Hant", False)),
        ("zh", "", ("zh-Hans", False)),
        ("zh-Hant-CN", "", ("zh-Hant", False)),
        ("fr, ja;q=0.9, de;q=0.1", "", ("de", False)),
        ("fr, de;q=0", "", ("en", False)),
        ("*;q=x,,;q=,de;q=nan", "", ("en", False)),
        ("de", "zh-Hans", ("zh-Hans", True)),
        ("de", "fr", ("de", False)),
    ],
)
def test_the_language_is_the_first_that_the_browser_asks_for_or_the_one_in_the_address(
    accepted: str, asked: str, expected: tuple[str, bool]
) -> None:
    assert chosen(accepted, asked) == expected

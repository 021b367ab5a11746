"""Numbers, sizes and times as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from aggregator.web.pages.speech import Speech, closest

NOW = datetime(2026, 5, 1, 20, 30, tzinfo=UTC)


def speech(tag: str = "en", *, asked: bool = False) -> Speech:
    return Speech(tag, ZoneInfo("Asia/Shanghai"), NOW, asked)


@pytest.mark.parametrize(
    ("past", "expected"),
    [
        (timedelta(0), "0 seconds ago"),
        (timedelta(seconds=119), "119 seconds ago"),
        (timedelta(minutes=2), "2 minutes ago"),
        (timedelta(minutes=119, seconds=59), "119 minutes ago"),
        (timedelta(hours=47), "47 hours ago"),
        (timedelta(days=2), "2 days ago"),
        (timedelta(minutes=-3), "in 3 minutes"),
    ],
)
def test_a_moment_is_told_in_the_largest_unit_that_it_is_two_of(past: timedelta, expected: str) -> None:
    assert speech().ago(NOW - past) == expected


def test_numbers_sizes_and_moments_are_written_as_in_the_language_and_zone() -> None:
    assert [speech(tag).number(1234567.5, 2) for tag in ("en", "zh-Hans", "de")] == ["1,234,567.50", "1,234,567.50", "1.234.567,50"]
    assert [speech("de").size(count) for count in (0, 999, 1000, 48_500, 2_000_000)] == ["0 B", "999 B", "1,0 kB", "48,5 kB", "2,0 MB"]
    assert [speech().count("catalogue.items", count) for count in (0, 1, 2000)] == ["0 items", "1 item", "2,000 items"]
    assert speech().at(NOW) == "2026-05-02 04:30"


def test_links_keep_the_language_that_was_asked_for_and_leave_out_what_is_empty() -> None:
    assert speech().link("/items", q="a b&c", tag="", after=None) == "/items?q=a+b%26c"
    assert (speech().link("/"), speech("de", asked=True).link("/")) == ("/", "/?ui=de")
    assert speech("de").here({"q": "x"}, "en") == "?q=x&ui=en"


def test_of_several_languages_the_readers_own_is_shown() -> None:
    assert closest("zh-Hant", {"en": 1, "zh-CN": 1, "zh-TW": 1}) == "zh-TW"
    assert (closest("zh-Hans", {"en": 1, "zh-CN": 1}), closest("de", {"en": 1})) == ("zh-CN", "")
    assert speech().name("flag", "numbers") == "numbers differ"
    assert speech().name("flag", "<unheard of>") == "<unheard of>"

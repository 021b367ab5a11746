"""Language ranges."""

from __future__ import annotations

import pytest

from aggregator.translators.routes import Route, engines_for


@pytest.mark.parametrize(
    ("pattern", "tag", "matches"),
    [
        ("*", "en", True), ("*", "", True), ("zh", "zh", True), ("zh", "zh-TW", True), ("zh-*", "zh-Hant-HK", True), ("zh-*", "zh", True),
        ("zh-TW", "zh-TW", True), ("zh-TW", "zh", False), ("zh-TW", "zh-HK", False), ("zh", "en", False), ("ZH_tw", "zh-TW", True),
        ("en", "eng-x", False), ("de", "", False),
    ],
)  # fmt: skip
def test_ranges(pattern: str, tag: str, matches: bool) -> None:
    assert Route(pattern, "*").matches(tag, "en") is matches
    assert Route("*", pattern).matches("en", tag) is matches


def test_the_first_route_that_matches_decides() -> None:
    routes = [Route("zh", "zh", ("a",)), Route("*", "de", ("b", "c")), Route("*", "*", ("d",))]
    assert [engines_for(routes, *pair) for pair in (("zh-CN", "zh-TW"), ("en", "de"), ("en", "fr"))] == [("a",), ("b", "c"), ("d",)]
    assert engines_for(routes[:2], "en", "fr") == ()

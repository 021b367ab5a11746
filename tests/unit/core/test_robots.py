"""What a robots.txt lets us read (RFC 9309)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import robots
from aggregator.model import Failed, FailureKind, Fetched

SITE = "https://example.org"


def allows(text: str, path: str, *, token: str = "aggregator") -> bool:
    return robots.parse(text.encode(), token=token).allow(SITE + path)


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("", "/a", True),
        ("Disallow: /", "/a", False),
        ("Disallow: /", "/robots.txt", True),
        ("Disallow:", "/a", True),
        ("Disallow: /a", "/b", True),
        ("Disallow: /a", "/ab", False),
        ("Disallow: /A", "/a", True),
        ("Disallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("Allow: /a/b\nDisallow: /a", "/a/c", False),
        ("Disallow: /a\nAllow: /a", "/a", True),
        ("Disallow: /*.gif$", "/x/y.gif", False),
        ("Disallow: /*.gif$", "/y.gif?x", True),
        ("Disallow: /*.gif", "/y.gif?x", False),
        ("Disallow: *.gif$", "/y.gif", False),
        ("Disallow: /a$", "/a", False),
        ("Disallow: /a$", "/ab", True),
        ("Disallow: /a*a$", "/a", True),
        ("Disallow: /*/b/*/d", "/a/b/c/d/e", False),
        ("Disallow: /*b*d", "/d/b", True),
        ("Disallow: /a?b=*&c", "/a?b=1&c=2", False),
        ("Disallow: /path/file-with-a-%2A.html", "/path/file-with-a-*.html", False),
        ("Disallow: /a%2Ab", "/axb", True),
        ("Disallow: /ツ", "/%E3%83%84", False),
        ("Disallow: /%e3%83%84", "/ツ", False),
        ("Disallow: /%7Ejoe/", "/~joe/index.html", False),
        ("Disallow: /a%2fb", "/a/b", True),
        ("Disallow: /a # but not b", "/a", False),
        ("nonsense\nDisallow /a\nSitemap: /s.xml\n\nDisallow: /b", "/b", False),
    ],
)
def test_the_longest_match_decides(rules: str, path: str, allowed: bool) -> None:
    assert allows(f"User-agent: *\n{rules}\n", path) is allowed


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("user-agent: *\ndisallow: /a\nuser-agent: aggregator\ndisallow: /b", "/b"),
        ("User-agent: AGGREGATOR/2.0\nDisallow: /b\n\nUser-agent: *\nDisallow: /a", "/b"),
        ("User-agent: aggregator\nDisallow: /a\n\nUser-agent: x\nDisallow: /c\n\nUser-agent: aggregator\nDisallow: /b", "/a /b"),
        ("User-agent: x\nUser-agent: aggregator\nDisallow: /b", "/b"),
        ("User-agent: x\n\nUser-agent: aggregator\n\nDisallow: /b", "/b"),
        ("User-agent: agg\nDisallow: /a\nUser-agent: aggregators\nDisallow: /a\nUser-agent: *\nDisallow: /c", "/c"),
        ("User-agent: aggregator\n\nUser-agent: *\nDisallow: /", "/a /b /c"),
        ("User-agent: aggregator\nAllow: /\n\nUser-agent: *\nDisallow: /", ""),
        ("Disallow: /a\nUser-agent: *\nDisallow: /b", "/b"),
        ("\ufeffUser-agent: *\r\nDisallow: /a\rDisallow: /b", "/a /b"),
        ("User-agent: x\nDisallow: /", ""),
        ("User-agent: *\nSitemap: /s\nUser-agent: x\nDisallow: /a", "/a"),
    ],
)
def test_groups(text: str, paths: str) -> None:
    assert [path for path in ("/a", "/b", "/c") if not allows(text, path)] == paths.split()


@pytest.mark.parametrize(
    ("status", "kind", "allowed"),
    [
        (404, "status", True),
        (403, "status", True),
        (410, "gone", True),
        (429, "status", False),
        (500, "status", False),
        (503, "status", False),
        (0, "timeout", False),
        (0, "dns", False),
        (0, "redirects", True),
        (200, "empty", True),
    ],
)
def test_an_answer_without_rules(status: int, kind: FailureKind, allowed: bool) -> None:
    rules = robots.rules_of(Failed(kind=kind, message="m", status=status), token="aggregator")
    assert rules.allow(SITE + "/a") is allowed
    assert rules.kept == timedelta(days=1) if allowed else rules.kept < timedelta(days=1)


def test_what_comes_after_500_kib_is_not_read() -> None:
    filling = b"#" * robots.MOST_BYTES + b"\nUser-agent: *\nDisallow: /"
    assert robots.rules_of(Fetched(url="", body=filling), token="aggregator").allow(SITE + "/a")
    assert not robots.rules_of(Fetched(url="", body=filling[100:]), token="aggregator").allow(SITE + "/a")


@pytest.mark.parametrize(("said", "seconds"), [("2", 2), ("0.5", 0.5), ("99999", 60), ("-1", 0), ("nan", 0), ("inf", 60), ("x", 0)])
def test_a_delay_is_kept_within_bounds(said: str, seconds: float) -> None:
    rules = robots.parse(f"User-agent: *\nCrawl-delay: {said}".encode(), token="aggregator")
    assert rules.delay == timedelta(seconds=seconds)


@pytest.mark.parametrize(("agent", "token"), [("aggregator/1.0 (+https://example.org)", "aggregator"), ("My-Bot_x", "My-Bot_x"), ("", "")])
def test_the_name_that_rules_are_addressed_to(agent: str, token: str) -> None:
    assert robots.product_token(agent) == token


PIECES = st.text(alphabet="ab/*$%", max_size=30)


@given(PIECES, PIECES)
def test_wildcards_match_as_a_regular_expression_would(pattern: str, path: str) -> None:
    import re

    literal = path.replace("*", "a").replace("$", "b").replace("%", "a")
    pattern = "/" + pattern.replace("%", "b")
    body, end = (pattern[:-1], r"\Z") if pattern.endswith("$") else (pattern, "")
    expected = re.match("".join(".*" if part == "*" else re.escape(part) for part in re.sub(r"\*+", "*", body)) + end, "/" + literal)
    if "$" not in body:
        assert allows(f"User-agent: *\nDisallow: {pattern}", "/" + literal) is (expected is None)


@given(st.binary(max_size=300))
def test_anything_can_stand_there(body: bytes) -> None:
    robots.parse(body, token="aggregator").allow(SITE + "/a")

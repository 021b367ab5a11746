"""What a client holds, and which part it wants."""

from __future__ import annotations

import pytest

from aggregator.core.conditions import byte_range, held_tag, is_same, is_unmodified

TAGS = ['"d"', '"d-br"', '"d-gzip"']


@pytest.mark.parametrize(
    ("field", "held"),
    [
        ('"d"', '"d"'),
        ('W/"d-gzip"', '"d-gzip"'),
        ('"x", W/"d-br" , "y"', '"d-br"'),
        ('"x"', ""),
        ("d", ""),
        ('"D"', ""),
        ('"a,"d"', ""),
        ("*", '"d"'),
        ("", ""),
    ],
)
def test_the_tag_that_a_client_holds(field: str, held: str) -> None:
    assert held_tag(field, TAGS) == held


@pytest.mark.parametrize(
    ("field", "unmodified"),
    [
        ("Thu, 01 Jan 1970 00:16:40 GMT", True),
        ("Thu, 01 Jan 1970 00:16:39 GMT", False),
        ("Thursday, 01-Jan-70 00:16:40 GMT", True),
        ("Thu Jan  1 00:16:40 1970", True),
        ("yesterday", False),
        ("", False),
    ],
)
def test_what_is_unmodified_since_a_date(field: str, unmodified: bool) -> None:
    assert is_unmodified(field, 1000) is unmodified


@pytest.mark.parametrize(
    ("field", "wanted"),
    [
        ("bytes=0-0", range(1)),
        ("bytes=2-5", range(2, 6)),
        ("bytes=2-", range(2, 10)),
        ("bytes=9-99", range(9, 10)),
        ("bytes=-3", range(7, 10)),
        ("bytes=-99", range(10)),
        ("bytes=10-", range(0)),
        ("bytes=10-12", range(0)),
        ("bytes=-0", range(0)),
        ("bytes=5-2", None),
        ("bytes=0-1,3-4", None),
        ("bytes=-", None),
        ("lines=1-2", None),
        ("bytes=１-２", None),
        ("bytes=" + "9" * 5000 + "-", None),
    ],
)
def test_the_bytes_that_are_wanted(field: str, wanted: range | None) -> None:
    assert byte_range(field, 10) == wanted
    assert (byte_range(field, 10) is None) is (wanted is None)


def test_nothing_can_be_taken_from_nothing() -> None:
    assert byte_range("bytes=0-", 0) == byte_range("bytes=-1", 0) == range(0)


@pytest.mark.parametrize(("field", "same"), [("", True), ('"d"', True), ("then", True), ('W/"d"', False), ('"e"', False), ("now", False)])
def test_a_part_goes_only_with_what_is_the_same_to_the_byte(field: str, same: bool) -> None:
    assert is_same(field, tag='"d"', last_modified="then") is same

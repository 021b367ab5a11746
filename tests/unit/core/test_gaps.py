"""What is a gap, and what is not: the traps."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.core import gaps
from aggregator.core.reading import Gap, Reading
from aggregator.model import Fetched, Item, NotModified, ParsedFeed, PollState

NOW = datetime(2024, 5, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def item(name: str, **fields: object) -> Item:
    text = {"title": name, "html": "", "summary": "", "published": NOW, "language": "en", "digest": f"text of {name}"}
    return Item(**({"id": name, "source": "s", "guid": name, "url": f"https://example.org/{name}"} | text | fields))  # type: ignore[arg-type]


def reading(*items: Item, status: int = 200, feed: ParsedFeed | None = None, known: frozenset[str] = frozenset()) -> Reading:
    feed = feed or ParsedFeed(entries=(), link="https://example.org/")
    outcome = Fetched(url="https://example.org/feed", body=b"", status=status)
    return Reading(outcome=outcome, feed=feed, items=items, marks=gaps.marks_of(items, home=feed.link), known=known)


def after(*items: Item, **fields: object) -> PollState:
    return PollState(source="s", seen=gaps.marks_of(items, home="https://example.org/"), polled_at=NOW - HOUR, **fields)  # type: ignore[arg-type]


A, B, C, D = map(item, "abcd")


@pytest.mark.parametrize(
    ("state", "now"),
    [
        pytest.param(after(), reading(A, B), id="the first poll"),
        pytest.param(after(A, B), reading(C, D, status=226), id="a delta"),
        pytest.param(after(A, B), reading(B, A), id="the same in another order"),
        pytest.param(after(A, B), reading(C, B), id="one is left"),
        pytest.param(after(A, B), reading(), id="an empty document"),
        pytest.param(after(A), reading(B), id="a document of one entry"),
        pytest.param(after(A, B), reading(C, D, known=frozenset("cd")), id="an older state of it"),
        pytest.param(after(A, B), Reading(outcome=NotModified(url="")), id="not modified"),
        pytest.param(after(A, B), reading(replace(A, id="x"), replace(B, id="y")), id="other ids"),
        pytest.param(
            after(A, B), reading(replace(A, id="x", url="http://example.org/a"), replace(B, id="y", digest="z")), id="other ids and schemes"
        ),
    ],
)
def test_no_gap(state: PollState, now: Reading) -> None:
    assert gaps.trail(state, now) is None


HOME = "https://example.org/"


@pytest.mark.parametrize(
    ("state", "now"),
    [
        pytest.param(after(A, B), reading(C, D), id="nothing is left"),
        pytest.param(after(A, B), reading(C), id="one entry after several"),
        pytest.param(
            after(replace(A, url=HOME), replace(B, url=HOME)),
            reading(replace(C, url=HOME), replace(D, url=HOME)),
            id="all link to the site",
        ),
        pytest.param(
            after(*(replace(one, url="https://example.org/live") for one in (A, B))),
            reading(*(replace(one, url="https://example.org/live") for one in (C, D))),
            id="all have one address",
        ),
        pytest.param(after(replace(A, digest="same"), B, item("e")), reading(C, D, item("f", digest="same")), id="one text comes again"),
    ],
)
def test_gap(state: PollState, now: Reading) -> None:
    assert gaps.trail(state, now) is not None


def test_a_document_of_one_entry_is_followed_where_it_links_to_older_ones() -> None:
    feed = ParsedFeed(entries=(), prev_archive="https://example.org/1")
    found = gaps.trail(after(A), reading(B, feed=feed))
    assert found is not None
    assert found.following == "https://example.org/1"


def test_what_a_rule_left_out_counts_as_seen() -> None:
    state = gaps.noted(PollState(source="s"), gaps.marks_of([A, B]), None, delta=False, now=NOW)
    assert gaps.trail(state, reading(B, C)) is None


def test_a_delta_adds_to_what_was_seen_and_an_empty_document_takes_nothing() -> None:
    state = gaps.noted(after(A, B), gaps.marks_of([C]), None, delta=True, now=NOW)
    state = gaps.noted(state, (), None, delta=False, now=NOW)
    for kept in (A, B, C):
        assert gaps.trail(state, reading(kept, D)) is None


def test_archives_go_before_pages_and_the_way_once_taken_is_kept() -> None:
    feed = ParsedFeed(entries=(), prev_archive="u:1", next_page="u:x", previous_page="u:y")
    found = gaps.trail(after(A, B), reading(C, D, feed=feed))
    assert found is not None
    assert found.following == "u:1"
    found = found.add(reading(item("e"), feed=ParsedFeed(entries=(), next_page="u:2")))
    assert (found.following, found.reached) == ("", True)  # the whole archive was read


def test_only_a_gap_that_stays_open_is_noted() -> None:
    state = after(A, gap_at=NOW - HOUR, lost=7)
    closed = gaps.noted(state, (), Gap(pages=2, closed=True), delta=False, now=NOW)
    assert (closed.gap_at, closed.lost) == (NOW - HOUR, 7)
    opened = gaps.noted(state, (), Gap(lost=None), delta=False, now=NOW)
    assert (opened.gap_at, opened.lost) == (NOW, None)


@pytest.mark.parametrize(
    ("hours", "lost"),
    [
        ([0, 1, 2, 3], 10),  # one an hour for ten hours
        ([0, 5, 6, 7], 10),  # at its busiest
        ([0], None),
        ([0, 0, 0, 0], None),  # all at once tells of no rate
    ],
)
def test_an_estimate_takes_the_busiest_stretch(hours: list[int], lost: int | None) -> None:
    items = [item(str(place), published=NOW + hour * HOUR) for place, hour in enumerate(hours)]
    state = PollState(source="s", polled_at=NOW - 10 * HOUR)
    assert gaps.may_be_lost(items, state) == lost
    assert gaps.may_be_lost([replace(one, flags=("undated",)) for one in items], state) is None
    assert gaps.may_be_lost(items, replace(state, polled_at=NOW + HOUR)) is None  # dates that can't be right

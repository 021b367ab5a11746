"""Whatever documents follow one another: a shared entry is no gap, every chain of pages ends, and no estimate is below zero."""

from datetime import UTC, datetime, timedelta
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.core import gaps
from aggregator.core.reading import Reading
from aggregator.model import Fetched, Item, ParsedFeed, PollState

BEGINNING = datetime(2024, 1, 1, tzinfo=UTC)
NUMBERS = st.integers(0, 2000)
DOCUMENTS = st.lists(NUMBERS, min_size=1, max_size=40, unique=True)
LINKS = st.sampled_from(["", *(f"https://example.org/{number}" for number in range(4))])
FEEDS = st.builds(ParsedFeed, entries=st.just(()), prev_archive=LINKS, next_page=LINKS, previous_page=LINKS)


@cache
def item(number: int, *, id: str = "") -> Item:
    return Item(
        id=id or str(number), source="s", guid="", url=f"https://example.org/item/{number}", title="", html="", summary="",
        published=BEGINNING + timedelta(minutes=number), language="en", digest=f"text {number}",
    )  # fmt: skip


def reading(numbers: list[int], *, feed: ParsedFeed | None = None, url: str = "https://example.org/feed", **found: object) -> Reading:
    items = tuple(map(item, numbers))
    return Reading(
        **(
            {"outcome": Fetched(url=url, body=b""), "feed": feed or ParsedFeed(entries=()), "items": items, "marks": gaps.marks_of(items)}
            | found
        )
    )


def polled(numbers: list[int]) -> PollState:
    seen = gaps.remembered((), gaps.marks_of(list(map(item, numbers))), delta=False)
    return PollState(source="s", seen=seen, polled_at=BEGINNING)


@given(DOCUMENTS, DOCUMENTS)
def test_a_gap_is_a_document_that_shares_nothing_with_the_one_before(before: list[int], now: list[int]) -> None:
    trail = gaps.trail(polled(before), reading(now))
    alone = len(before) == len(now) == 1
    assert (trail is not None) == (not set(before) & set(now) and not alone)


@given(DOCUMENTS.flatmap(lambda numbers: st.tuples(st.just(numbers), st.permutations(numbers))))
def test_an_order_tells_nothing(documents: tuple[list[int], list[int]]) -> None:
    before, now = documents
    assert gaps.trail(polled(before), reading(now)) is None


@given(st.lists(NUMBERS, min_size=2, max_size=40, unique=True))
def test_other_ids_of_the_same_entries_are_no_gap(numbers: list[int]) -> None:
    renamed = tuple(item(number, id=f"new {number}") for number in numbers)
    assert gaps.trail(polled(numbers), reading([], items=renamed, marks=gaps.marks_of(renamed))) is None


@settings(settings.get_profile("costly"))
@given(st.integers(0, 3000), st.integers(1, 5000), st.floats(0, 1))
def test_a_large_document_is_known_by_a_sample_of_its_entries(first: int, size: int, shift: float) -> None:
    numbers = list(range(first, first + size))
    moved = list(range(first + int(shift * size / 2), first + int(shift * size / 2) + size))
    state = polled(numbers)
    assert len(state.seen) <= gaps.REMEMBERED
    assert gaps.trail(state, reading(moved)) is None or size == 1


@given(DOCUMENTS, DOCUMENTS, FEEDS, st.lists(st.tuples(DOCUMENTS, FEEDS), min_size=12, max_size=12))
def test_every_chain_ends_reads_no_page_twice_and_loses_no_item(
    before: list[int], now: list[int], feed: ParsedFeed, pages: list[tuple[list[int], ParsedFeed]]
) -> None:
    state = polled(before)
    trail = gaps.trail(state, reading(now, feed=feed))
    read: list[str] = []
    wanted = set(now)
    while trail and trail.following:
        assert trail.following not in read
        numbers, links = pages[len(read)]
        read.append(trail.following)
        wanted |= set(numbers)
        trail = trail.add(reading(numbers, feed=links))
    assert len(read) <= gaps.MOST_PAGES
    if trail:
        found = trail.found(state)
        assert {int(item.id) for item in found.items} == wanted
        assert found.gap is not None
        assert found.gap.pages == len(read)
        assert found.gap.lost == 0 if found.gap.closed else found.gap.lost is None or found.gap.lost > 0


@given(DOCUMENTS, st.integers(-3000, 3000))
def test_an_estimate_is_at_least_what_the_mean_rate_gives(numbers: list[int], last: int) -> None:
    state = PollState(source="s", polled_at=BEGINNING + timedelta(minutes=last))
    lost = gaps.may_be_lost(list(map(item, numbers)), state)
    span, missing = max(numbers) - min(numbers), min(numbers) - last
    assert lost is None or lost >= missing * (len(numbers) - 1) / span / 2
    assert lost is not None or len(numbers) < 3 or missing <= 0

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import health
from aggregator.model import PollState

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
POLLED = PollState(source="a", polled_at=NOW - HOUR, changed_at=NOW - 2 * HOUR, silence=10 * HOUR)


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (PollState(source="a"), "new"),
        (POLLED, "ok"),
        (PollState(source="a", polled_at=NOW, failures=1), "failing"),
        (PollState(source="a", polled_at=NOW, failures=1, gone=True), "gone"),
        (PollState(source="a", polled_at=NOW, changed_at=NOW - 29 * HOUR, silence=10 * HOUR), "ok"),
        (PollState(source="a", polled_at=NOW, changed_at=NOW - 31 * HOUR, silence=10 * HOUR), "silent"),
        (PollState(source="a", polled_at=NOW, changed_at=NOW - 31 * HOUR, silence=10 * HOUR, failures=2), "failing"),
        (PollState(source="a", polled_at=NOW, changed_at=NOW - 23 * HOUR, silence=HOUR), "ok"),  # a day says nothing
        (PollState(source="a", polled_at=NOW, changed_at=NOW - 900 * DAY), "ok"),  # no rhythm is known
        (PollState(source="a", polled_at=NOW, changed_at=NOW - 80 * DAY, silence=30 * DAY), "ok"),  # a monthly
    ],
)
def test_one_word_for_a_source(state: PollState, word: str) -> None:
    assert health.health_of(state, now=NOW) == word
    assert bool(health.silence_in_words(state, now=NOW)) is (word == "silent")


def test_a_silence_is_told_with_what_is_usual() -> None:
    state = PollState(source="a", polled_at=NOW, changed_at=NOW - 4 * DAY, silence=10 * HOUR)
    assert health.silence_in_words(state, now=NOW).startswith(
        "Nothing new for 4 days, though it answers; lately it was never silent for longer than 10 hours."
    )


def test_the_first_document_already_tells_the_rhythm() -> None:
    dates = [NOW - 50 * HOUR, NOW - 20 * HOUR, NOW - 21 * HOUR, NOW + 90 * DAY]  # in any order; a date to come tells nothing
    assert health.silence_after(PollState(source="a"), dates, changed=True, now=NOW) == 29 * HOUR


def test_news_after_a_long_time_is_a_rhythm_too() -> None:
    assert health.silence_after(POLLED, [], changed=True, now=NOW + 40 * HOUR) == 42 * HOUR


@given(days=st.floats(0, 1000), changed=st.booleans())
def test_a_silence_fades_and_never_grows_by_itself(days: float, changed: bool) -> None:
    state = PollState(source="a", polled_at=NOW, silence=60 * HOUR)
    later = health.silence_after(state, [], changed=changed, now=NOW + timedelta(days=days))
    assert later <= 60 * HOUR
    assert (later <= 30 * HOUR) is (days >= 28)


def test_a_weekend_stays_usual_until_the_next_one() -> None:
    state = PollState(source="a", polled_at=NOW, changed_at=NOW, silence=62 * HOUR)
    silence = health.silence_after(state, [], changed=True, now=NOW + 5 * DAY)
    assert 3 * silence > 64 * HOUR


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(0), "0 seconds"), (timedelta(seconds=1), "1 second"), (timedelta(seconds=119), "119 seconds"),
        (timedelta(minutes=2), "2 minutes"), (timedelta(minutes=119), "119 minutes"), (3 * HOUR, "3 hours"), (47 * HOUR, "47 hours"),
        (3 * DAY, "3 days"),
    ],
)  # fmt: skip
def test_durations_in_words(length: timedelta, words: str) -> None:
    assert health.in_words(length) == words


def test_codes_in_short() -> None:
    assert health.last_codes([304, 0, 200, 304, 304, 500]) == "304 - 200 304 304"
    assert health.share_unchanged([304, 0, 200, 304]) == "50 %"
    assert health.share_unchanged([]) == ""

"""What a source calls itself."""

from __future__ import annotations

import pytest

from aggregator.core import masthead
from aggregator.model import ParsedFeed, PollState, Source

NEW = PollState(source="a")


def told(state: PollState, *titles: str, link: str = "https://a.example/") -> PollState:
    for title in titles:
        state = masthead.noted(state, ParsedFeed(entries=(), title=title, link=link))
    return state


def test_the_first_title_counts_at_once() -> None:
    state = told(NEW, " <b>Paper</b> &amp; Co\n")
    assert (state.title, state.home) == ("Paper & Co", "https://a.example/")


def test_another_one_counts_when_three_documents_in_a_row_have_said_so() -> None:
    state = told(NEW, "Paper", "New Paper", "New Paper")
    assert state.title == "Paper"
    assert told(state, "New Paper").title == "New Paper"
    assert told(state, "Paper", "New Paper").title == "Paper"


def test_a_title_that_is_never_the_same_is_not_followed() -> None:
    assert told(NEW, "Paper", *(f"Paper, {day} May" for day in range(1, 20))).title == "Paper"


def test_the_page_that_it_belongs_to_is_learned_in_the_same_way() -> None:
    state = told(told(NEW, "Paper"), "Paper", "Paper", link="https://b.example/")
    assert state.home == "https://a.example/"
    assert told(state, "Paper", link="https://b.example/").home == "https://b.example/"


def test_its_page_may_be_told_by_a_parameter() -> None:
    assert told(NEW, "Paper", link="https://a.example/index.php?rubrique=7").home == "https://a.example/index.php?rubrique=7"


@pytest.mark.parametrize("link", ["javascript:x", "https://u:p@a.example/?token=canary", "/relative"])
def test_what_may_be_secret_or_is_no_address_is_not_learned(link: str) -> None:
    assert told(NEW, "Paper", link=link).home in ("", "https://a.example/")


def test_silence_takes_nothing_back() -> None:
    state = told(NEW, "Paper")
    assert told(state, *[""] * 5, link="") == masthead.noted(state, None) == state


def test_a_title_has_bounds() -> None:
    assert len(told(NEW, "x" * 5000).title) == 300


def test_it_is_shown_by_the_source_s_feed_and_those_of_its_entries() -> None:
    source = Source(name="a", url="", tags=("x",))
    assert set(masthead.feeds_to_mark(source, NEW, told(NEW, "Paper"))) == {"a", "all", "tag/x"}
    state = told(NEW, "Paper")
    assert masthead.feeds_to_mark(source, state, told(state, "Another")) == ()

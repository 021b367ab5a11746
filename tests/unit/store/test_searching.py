"""What a search may cost."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from aggregator.model import Change, Item, Polled, PollState, Query
from aggregator.store import open_store
from aggregator.store.search import MOST_LOOKED_THROUGH

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def item(number: int, title: str) -> Item:
    published = NOW - number * timedelta(minutes=1)
    return Item(id=f"{number:06}", source="a", guid="", url="", title=title, html="", summary="", published=published, language="zh-CN")


def test_texts_are_looked_through_up_to_a_bound_and_the_next_page_goes_on_from_there() -> None:
    apart = [item(number, "阿里 里巴") for number in range(MOST_LOOKED_THROUGH)]
    changes = [Change(item=each, kind="new") for each in (*apart, item(MOST_LOOKED_THROUGH, "阿里巴"))]
    with closing(open_store("sqlite://")) as store:
        store.save_poll(PollState(source="a"), changes, [], Polled(source="a", at=NOW, outcome="fetched"))
        first = store.find(Query(text="阿里巴"))
        assert (first.ids, first.after is None) == ((), False)
        assert store.find(Query(text="阿里巴"), after=first.after).ids == (f"{MOST_LOOKED_THROUGH:06}",)


def test_any_number_of_items_may_have_one_date() -> None:
    changes = [Change(item=replace(item(0, "阿里"), id=str(number)), kind="new") for number in range(300)]
    with closing(open_store("sqlite://")) as store:
        store.save_poll(PollState(source="a"), changes[:150], [], Polled(source="a", at=NOW, outcome="fetched"))
        store.save_poll(PollState(source="a"), changes[150:], [], Polled(source="a", at=NOW, outcome="fetched"))
        assert len(store.find(Query(text="阿里"), limit=500).ids) == len(store.find(Query(), limit=500).ids) == 300

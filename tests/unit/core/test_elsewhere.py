"""Where else an article stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import elsewhere, revisions
from aggregator.model import Item

ITEM = Item(
    id="1", source="one", guid="", url="https://one.example/a", title="T", html="", summary="",
    published=datetime(2026, 5, 1, tzinfo=UTC), language="en", digest="d",
)  # fmt: skip
THEIRS = replace(ITEM, source="two", url="https://two.example/b", published=ITEM.published + timedelta(hours=1))


def test_what_another_source_brings_keeps_its_address() -> None:
    change = revisions.change(THEIRS, ITEM, now=ITEM.published)
    assert change is not None
    assert (change.item.source, change.item.url, elsewhere.links(change.item)) == ("one", ITEM.url, {"two": THEIRS.url})
    assert revisions.change(THEIRS, change.item, now=ITEM.published) is None
    edited = replace(ITEM, digest="e", url="https://one.example/moved")
    assert elsewhere.links(revisions.change(edited, change.item, now=ITEM.published).item) == {"two": THEIRS.url}  # type: ignore[union-attr]


def test_only_addresses_that_are_others_are_shown() -> None:
    item = elsewhere.merged(
        ITEM, {"two": f"{ITEM.url}?utm_source=two", "three": "javascript:alert(1)", "four": "https://x.example/", "one": "y"}
    )
    assert item.also_in == ("two", "three", "four")
    assert elsewhere.links(elsewhere.merged(item, {"five": "https://x.example"})) == {"four": "https://x.example/"}


def test_what_was_linked_before_there_were_addresses_has_none() -> None:
    old = replace(ITEM, also_in=("two", "three"))
    assert elsewhere.links(old) == {}
    assert elsewhere.links(elsewhere.linked(old, replace(THEIRS, source="four"))) == {"four": THEIRS.url}


names = st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["", "https://x.example/1", "https://y.example/2"]))


@given(names, names)
def test_two_polls_that_link_at_the_same_time_lose_none(ours: dict[str, str], theirs: dict[str, str]) -> None:
    stored, item = elsewhere.merged(ITEM, ours), elsewhere.merged(replace(ITEM, source="two"), theirs)
    settled = elsewhere.settled(item, stored)
    assert (settled.source, set(settled.also_in)) == ("one", {*ours, *theirs})
    assert len(settled.also_in) == len(settled.also_at)
    assert dict(zip(settled.also_in, settled.also_at, strict=True)) == theirs | ours
    assert elsewhere.settled(settled, settled) == settled

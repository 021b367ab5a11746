"""What becomes of a stored item that is brought again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.core import revisions, volatile
from aggregator.model import Item

NOW = datetime(2024, 5, 9, tzinfo=UTC)


def item(*, digest: str = "1", source: str = "s", flags: tuple[str, ...] = (), day: int = 1) -> Item:
    return Item(
        id="1", source=source, guid="g", url="https://example.org/1", title="t", html="", summary="", language="en",
        published=datetime(2024, 5, day, tzinfo=UTC), digest=digest, flags=flags,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("stored", "brought", "kind"),
    [
        (None, item(), "new"),
        (item(), item(), None),
        (item(), item(digest="2"), "updated"),
        (item(source="other"), item(), "linked"),
        (item(source="other"), item(digest="2"), "linked"),
        (replace(item(source="other"), also_in=("s",)), item(digest="2"), None),
        (item(source="other", flags=("empty",)), item(digest="2"), "updated"),
        (item(source="other", flags=("empty",)), item(digest="2", flags=("empty",)), "linked"),
        (item(flags=("empty",)), item(digest="2", flags=("empty",)), "updated"),
        (item(), item(digest="2", flags=("empty",)), None),
    ],
)
def test_what_makes_a_change(stored: Item | None, brought: Item, kind: str | None) -> None:
    change = revisions.change(brought, stored, now=NOW)
    assert (change and change.kind) == kind
    if change and stored:
        assert (change.item.source, change.item.also_in) == (stored.source, (brought.source,) if stored.source != "s" else ())
    if change and kind == "linked":
        assert replace(change.item, also_in=()) == stored


def test_the_text_of_a_page_stays_and_the_new_short_one_of_its_source_is_noted() -> None:
    stored = replace(item(), title="t", html="<p>All there is to say.</p>", page_url="https://example.org/1", fed_digest="short")
    stored = replace(stored, digest=volatile.text_digest("t", "All there is to say."))
    change = revisions.change(replace(item(digest="2"), html="<p>All.</p>"), stored, now=NOW)
    assert change
    assert (change.kind, change.item) == ("linked", replace(stored, fed_digest="2"))
    assert revisions.change(replace(item(digest="2"), html="<p>All.</p>"), change.item, now=NOW) is None


def test_a_revision_keeps_guid_and_date_and_says_when_it_was_made() -> None:
    stored, brought = item(), replace(item(digest="2", day=5), guid="h", title="New")
    change = revisions.change(brought, stored, now=NOW)
    assert change
    assert change.item == replace(stored, title="New", digest="2", updated=NOW, revision=1)
    edited = stored.published + timedelta(days=2)
    for said, kept in ((edited, edited), (stored.published, NOW), (None, NOW)):
        again = revisions.change(replace(brought, updated=said), stored, now=NOW)
        assert again
        assert again.item.updated == kept
    later = revisions.change(replace(brought, updated=edited), replace(stored, updated=edited), now=NOW)
    assert later
    assert later.item.updated == NOW


def test_an_item_is_edited_24_times_and_then_stays_as_it_is() -> None:
    stored, told, edits = item(), [], 0
    for number in range(40):
        change = revisions.change(item(digest=f"edit {number}"), stored, now=NOW)
        edits += change is not None
        told += revisions.frozen([change] if change else [])
        stored = change.item if change else stored
    assert (edits, stored.revision, stored.digest) == (24, 24, "edit 23")
    assert told == ["the item 1 ('https://example.org/1') was edited 24 times; it stays as it is now"]
    linked = revisions.change(item(source="other"), stored, now=NOW)
    assert linked
    assert (linked.kind, revisions.frozen([linked])) == ("linked", [])

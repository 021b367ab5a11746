"""What becomes of a stored item that is brought again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aggregator.core import revisions, volatile
from aggregator.model import Item, Media, Translation

NOW = datetime(2024, 5, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)


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
        assert replace(change.item, also_in=(), also_at=()) == stored


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


def test_the_date_of_a_change_never_goes_back() -> None:
    tomorrow = NOW + timedelta(days=1)
    stored = replace(item(), updated=tomorrow, dated=NOW + timedelta(days=99))
    change = revisions.change(replace(item(digest="2"), updated=NOW), stored, now=NOW)
    assert change
    assert (change.item.updated, change.item.dated) == (tomorrow + SECOND, stored.dated)


def test_the_text_of_a_page_changes_an_item_and_what_is_no_other_text_does_not() -> None:
    before = item()
    assert revisions.retold(replace(before, page_url="p"), before, now=NOW).updated is None
    assert revisions.retold(item(digest="2"), before, now=NOW).updated == NOW


def translation(body: str = "b", **fields: object) -> Translation:
    made = Translation(item_id="1", language="fr", title="t", summary="s", body=body, engine="e", of_digest="1", made_at=NOW)
    return replace(made, **fields)  # type: ignore[arg-type]


def test_the_first_translation_is_dated_as_its_item_is() -> None:
    made = revisions.retranslated(translation(), None, item())
    assert made.changed_at is None
    assert revisions.last_changed(item(), made) == item().published


@pytest.mark.parametrize("other", [{"title": "u"}, {"summary": "u"}, {"body": "u"}, {"untranslated": 1}, {"of_digest": "2"}])
def test_another_translation_is_a_change_of_now(other: dict[str, object]) -> None:
    changed = revisions.retranslated(translation(**other), translation(), item())
    assert changed.changed_at == revisions.last_changed(item(), changed) == NOW
    again = replace(changed, engine="f", made_at=NOW + SECOND, changed_at=None)
    assert revisions.retranslated(again, changed, item()).changed_at == NOW  # by another engine, and the same


def test_a_late_translation_of_an_edit_is_later_than_the_edit() -> None:
    edited = replace(item(digest="2"), updated=NOW + timedelta(hours=8))  # a source whose clock is ahead
    late = revisions.retranslated(translation("new", of_digest="2"), translation(), edited)
    assert revisions.last_changed(edited, late) == revisions.last_changed(edited, translation()) + SECOND


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


LOCAL = replace(item(flags=("zoneless",)), published=datetime(2024, 5, 1, 10, tzinfo=UTC))
PICTURE = Media(url="https://img.example/a.jpg?w=200&sig=1", type="image/jpeg", role="image")
SOUND = Media(url="https://cdn.example/a.mp3", type="audio/mpeg", length=5)


@pytest.mark.parametrize(
    "told",
    [
        {"url": "https://example.org/other"},
        {"image": "https://img.example/b.jpg"},
        {"media": (PICTURE, SOUND)},
        {"authors": ("Ann",)},
        {"tags": ("economy",)},
        {"declared": "es", "language": "es"},
    ],
)
def test_what_is_told_later_of_the_same_text_is_taken_over_once(told: dict[str, Any]) -> None:
    stored = replace(item(), media=(PICTURE,), image=PICTURE.url, tags=("old",), revision=3)
    change = revisions.change(replace(stored, revision=0, **told), stored, now=NOW)
    assert change
    assert (change.kind, change.item) == ("amended", replace(stored, amended=1, **told))
    assert revisions.change(replace(stored, revision=0, **told), change.item, now=NOW) is None


@pytest.mark.parametrize(
    "told",
    [
        {"url": "http://www.example.org/1/?utm_source=rss"},
        {"url": ""},
        {"image": "https://img.example/a.jpg?w=200&sig=2"},
        {"image": ""},
        {"media": (replace(PICTURE, url="https://img.example/a.jpg?w=200&sig=2"), replace(SOUND, length=6))},
        {"media": ()},
        {"authors": ()},
        {"tags": ("b", "a")},
        {"label": "Another name"},
        {"published": datetime(2024, 5, 1, 8, tzinfo=UTC)},
        {"source": "other", "tags": ("x",), "image": "https://img.example/c.jpg"},
    ],
)
def test_what_changes_by_itself_or_is_missing_later_is_no_news(told: dict[str, Any]) -> None:
    stored = replace(item(), media=(PICTURE, SOUND), image=PICTURE.url, tags=("a", "b"), authors=("Ann",), also_in=("other",))
    assert revisions.change(replace(stored, also_in=(), **told), stored, now=NOW) is None


def test_what_never_comes_to_rest_is_amended_24_times() -> None:
    stored = item()
    for number in range(30):
        change = revisions.change(replace(item(), tags=(str(number),)), stored, now=NOW)
        stored = change.item if change else stored
    assert (stored.amended, stored.revision, stored.tags) == (revisions.MOST, 0, ("23",))
    edited = revisions.change(item(digest="2"), stored, now=NOW)
    assert edited
    assert (edited.kind, edited.item.amended) == ("updated", revisions.MOST)


@pytest.mark.parametrize(
    ("stored", "brought", "redated", "moved"),
    [
        # the time it was first seen gives way to a date, once
        (item(flags=("undated",), day=5), item(day=2), ("undated",), True),
        (item(flags=("undated",), day=5), item(day=2), (), False),
        (item(flags=("undated",), day=5), item(day=7), ("undated",), False),
        (item(flags=("undated",), day=5), item(day=2, flags=("undated",)), ("undated",), False),
        (item(day=5), item(day=2), ("undated", "zoneless"), False),
        # a time without a zone moves with the zone, and not for what an editor does
        (LOCAL, replace(LOCAL, published=LOCAL.published - timedelta(hours=8)), ("undated", "zoneless"), True),
        (LOCAL, replace(LOCAL, published=LOCAL.published - timedelta(hours=8)), ("undated",), False),
        (LOCAL, replace(LOCAL, published=LOCAL.published + timedelta(minutes=7)), ("undated", "zoneless"), False),
        (LOCAL, replace(LOCAL, published=LOCAL.published + timedelta(days=3)), ("undated", "zoneless"), False),
    ],
)
def test_a_date_moves_only_where_it_was_not_known(stored: Item, brought: Item, redated: tuple[str, ...], moved: bool) -> None:
    change = revisions.change(brought, stored, now=NOW, redated=redated)
    assert (change and change.item.published) == (brought.published if moved else None)
    assert change is None or change.redated
    edited = revisions.change(replace(brought, digest="2"), stored, now=NOW, redated=redated)
    assert edited
    assert edited.redated is moved
    assert edited.item.published == (brought.published if moved else stored.published)


def test_the_text_of_a_page_keeps_its_own_language_and_flags_where_the_label_changes() -> None:
    stored = replace(item(flags=("relative",)), page_url="https://example.org/1", fed_digest="short", detected="zh-Hans", language="zh-CN")
    change = revisions.change(replace(item(digest="short", flags=("empty",)), declared="en", language="en"), stored, now=NOW)
    assert change
    assert (change.item.declared, change.item.language, change.item.flags) == ("en", "zh-CN", ())

"""What goes into the store comes out of it, whatever it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from aggregator.model import Change, Item, Media, Polled, PollState
from aggregator.store import SqlStore, open_store
from aggregator.store.columns import Instant, Span, microseconds, storable
from aggregator.store.compact import Hex, Name, Uuid, compact_uuid, packed, unpacked

NOW = datetime(2026, 5, 1, tzinfo=UTC)
ANY_TEXT = st.text(st.characters())  # surrogates and NUL included
MOMENTS = st.datetimes(timezones=st.just(UTC))
MEDIA = st.builds(
    Media, url=ANY_TEXT, type=ANY_TEXT, title=ANY_TEXT, length=st.integers(0, 2**62), role=st.sampled_from(["image", "media"])
)
ITEMS = st.builds(
    Item,
    id=st.just("id"),
    source=st.just("a"),
    guid=ANY_TEXT,
    url=ANY_TEXT,
    title=ANY_TEXT,
    html=ANY_TEXT,
    summary=ANY_TEXT,
    published=MOMENTS,
    language=st.sampled_from(["en", "zh-CN"]),
    updated=st.none() | MOMENTS,
    authors=st.lists(ANY_TEXT).map(tuple),
    media=st.lists(MEDIA).map(tuple),
    tags=st.lists(ANY_TEXT).map(tuple),
    digest=st.text("0123456789abcdef"),
)


@given(ANY_TEXT)
def test_storable_text_can_be_encoded_and_loses_nothing_else(text: str) -> None:
    stored = storable(text)
    stored.encode()
    assert "\0" not in stored
    assert storable(stored) == stored
    sound = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # pairs of surrogates are characters
    assert [kept for kept, was in zip(stored, sound, strict=True) if was != "\0"] == [was for was in sound if was != "\0"]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_sound_text_stays_as_it_is(text: str) -> None:
    assert storable(text) == text


@given(st.lists(ANY_TEXT, min_size=1, max_size=3).map(tuple))
def test_packed_texts_come_back(texts: tuple[str, ...]) -> None:
    assert unpacked(packed(texts)) == tuple(map(storable, texts))


KEYS = ANY_TEXT | st.text("0123456789abcdefABCDEF-", max_size=40) | st.uuids().map(str) | st.uuids().map(lambda id: id.hex)


@given(KEYS)
def test_a_key_comes_back_from_bytes(key: str) -> None:
    dialect = sqlite.dialect()
    for kind in (Uuid(), Hex(), Name()):
        kept = kind.process_bind_param(key, dialect)
        assert kind.process_result_value(kept, dialect) == storable(key)
        assert len(kept) <= len(key)  # type: ignore[arg-type]


@given(st.uuids(), st.uuids())
def test_ids_are_sixteen_bytes_that_sort_as_they_do(one: UUID, two: UUID) -> None:
    first, second = compact_uuid(str(one)), compact_uuid(str(two))
    assert len(first) == len(second) == 16
    assert (first < second) == (str(one) < str(two))  # type: ignore[operator]


@given(MOMENTS, MOMENTS)
def test_times_are_exact_and_sort_as_times(one: datetime, two: datetime) -> None:
    assert Instant().process_result_value(microseconds(one), None) == one  # type: ignore[arg-type]
    assert (microseconds(one) < microseconds(two)) == (one < two)


@given(st.timedeltas(timedelta(days=-100_000), timedelta(days=100_000)))
def test_durations_are_exact(span: timedelta) -> None:
    column = Span()
    assert column.process_result_value(column.process_bind_param(span, None), None) == span  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def store() -> Iterator[SqlStore]:
    """One for all items: each is taken out again."""
    with closing(open_store("sqlite://")) as store:
        yield store


@settings(max_examples=50, deadline=None)
@given(ITEMS)
def test_an_item_comes_back_but_for_what_no_database_holds(store: SqlStore, item: Item) -> None:
    store.save_poll(PollState(source="a"), [Change(item=item, kind="new")], [], Polled(source="a", at=NOW, outcome="fetched"))
    try:
        assert store.items([item.id]) == {item.id: cleaned(item)}
        for tag in filter(None, item.tags):
            assert list(store.newest(feed=f"tag/{tag}", language=item.language, limit=9)) == [item.id]
    finally:
        store.remove_items([item.id], [], now=NOW)


def cleaned(item: Item) -> Item:
    """The item with every text in it as it can be stored."""
    values = {name: getattr(item, name) for name in Item.__slots__}
    texts = {name: storable(value) for name, value in values.items() if isinstance(value, str)}
    media = tuple(Media(**{name: clean(getattr(medium, name)) for name in Media.__slots__}) for medium in item.media)
    return Item(**(values | texts | {"media": media, "authors": clean(item.authors), "tags": clean(item.tags)}))


def clean(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(clean(each) for each in value)
    return storable(value) if isinstance(value, str) else value

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import jsonable
from aggregator.core.contents import Contents
from aggregator.model import Failed, Item, Media, ParsedFeed, Source

ITEM = Item(
    id="i",
    source="s",
    guid="\ud800 lone",
    url="https://e.org/",
    title="标题\0\u2028",
    html="<p>",
    summary="",
    published=datetime(2026, 1, 1, 12, 0, 0, 1, tzinfo=UTC),
    updated=datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=8))),
    language="zh-CN",
    authors=("a", "b"),
    media=(Media(url="https://e.org/m", length=10**15, role="image"),),
    flags=("cut",),
)


@pytest.mark.parametrize(
    "noun",
    [
        ITEM,
        Contents(feed=ParsedFeed(entries=(), ttl=timedelta(minutes=5), skip_hours=(1, 2)), items=(ITEM, ITEM), broken=1, reasons=("r",)),
        Failed(kind="too_large", message="m", headers={"retry-after": "1"}),
        Source(name="s", url="u", every=timedelta(microseconds=1), options={"fields": {"id": "x"}, "n": [1, None, True, 1.5]}),
    ],
    ids=lambda noun: type(noun).__name__,
)
def test_what_is_loaded_is_what_was_dumped(noun):
    assert jsonable.load(type(noun), jsonable.dump(noun)) == noun


@given(st.text(st.characters(exclude_categories=())), st.datetimes(timezones=st.just(UTC)), st.timedeltas())
def test_every_text_and_time_survives(text, when, long):
    noun = Source(name=text, url="", min_every=long, options={"when": text})
    assert jsonable.load(Source, jsonable.dump(noun)) == noun
    item = replace(ITEM, title=text, published=when)
    assert jsonable.load(Item, jsonable.dump(item)) == item


def test_a_read_only_mapping_is_a_mapping():
    noun = Failed(kind="dns", message="", headers=MappingProxyType({"a": "b"}))
    assert jsonable.load(Failed, jsonable.dump(noun)).headers == {"a": "b"}


def test_what_has_no_form_is_refused():
    with pytest.raises(TypeError, match="bytes"):
        jsonable.dump(Failed(kind="dns", message=b"x"))
    for data in (b"", b"[1", b"[]", b'["dns"]', b"\xff"):
        with pytest.raises((ValueError, TypeError)):
            jsonable.load(Failed, data)

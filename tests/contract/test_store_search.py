"""Every store: what is found, in which order, and that an index follows all that happens to a text."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import select, text

from aggregator.model import Change, Item, Query
from aggregator.store import SqlStore
from aggregator.store.search_schema import search_places

HOUR = timedelta(hours=1)
CHINESE = {"language": "zh-CN", "title": "阿里巴巴营收", "html": "<p>A股市场上涨</p>", "summary": "市场"}


def found(store: SqlStore, query: str = "", **more: Any) -> list[str]:
    return [id[-1] for id in store.find(Query(text=query, **more)).ids]


def translate(store: SqlStore, make: Any, item: Item, language: str, **fields: Any) -> None:
    store.add_jobs([make.job(item, language)], again=True)
    (job,) = [job for job in store.claim_jobs(now=make.now, limit=100, lease=make.minute) if job.language == language]
    store.save_translation(job, make.translation(job, **fields))


def test_two_characters_are_found_and_latin_words_in_any_case(store: SqlStore, make: Any) -> None:
    make.save(store, make.item(1, **CHINESE), make.item(2, title="Alibaba Über 100% sure", html="<p>x</p>"), make.item(3, title="百度"))
    assert found(store, "阿里") == found(store, "阿里巴巴") == found(store, "里巴") == found(store, "巴") == ["1"]
    assert found(store, "alibaba") == found(store, "ALIBABA uber") == found(store, "ali*") == found(store, '"uber 100"') == ["2"]
    assert found(store, "A股") == found(store, "股市") == found(store, "阿里 上涨") == ["1"]
    assert found(store, "ali") == found(store, "阿巴") == found(store, "阿里 百度") == found(store, '"sure 100"') == []
    assert found(store, "\0\ud800") == found(store, "?!") == found(store, '"') == []


def test_a_query_has_no_meaning_in_the_databases_own_language(store: SqlStore, make: Any) -> None:
    make.save(store, make.item(1, title="to be or not", html=""))
    for query in (
        "NOT",
        "or",
        "AND (",
        "be OR x",
        "near(to be)",
        "'to",
        'to"be',
        "to:be",
        "be -x",
        "be & !x",
        "<-> be",
        "words:be",
        "^be",
        "to\\",
    ):
        assert len(found(store, query)) <= 1
    assert found(store, "not or") == found(store, "be:*") == ["1"]


def test_items_come_newest_first_page_by_page_each_once(store: SqlStore, make: Any) -> None:
    same = [make.item(number, published=make.now, title="word") for number in range(4)]
    make.save(
        store,
        *same,
        *(make.item(number, title="word") for number in range(4, 8)),
        make.item(8, published=make.now - timedelta(days=30_000)),
    )
    for number in (0, 5):
        translate(store, make, make.item(number, **({"published": make.now} if number < 4 else {})), "de", title="word")
    for query in (Query(text="word"), Query(), Query(source="a"), Query(language="en")):
        pages, after = [], None
        while True:
            hits = store.find(query, after=after, limit=3)
            pages.append([id[-1] for id in hits.ids])
            if (after := hits.after) is None:
                break
        everything = [id for page in pages for id in page]
        assert sorted(everything[:4]) == ["0", "1", "2", "3"]
        assert everything[4:] == (["4", "5", "6", "7"] if query.text else ["4", "5", "6", "7", "8"])
        assert all(len(page) == 3 for page in pages[:-1])


def test_what_is_known_of_items_narrows_what_is_found(store: SqlStore, make: Any) -> None:
    first, second = make.item(1, tags=("x", "市场"), flags=("empty",), title="word"), make.item(2, language="fr", title="word")
    make.save(store, first, second)
    make.save(store, make.item(3, source="b", also_in=("a",), published=make.now - 30 * HOUR), source="b")
    translate(store, make, second, "de", title="Wort", flags=("numbers",))
    assert (found(store, source="a"), found(store, source="b"), found(store, source="c")) == (["1", "2", "3"], ["3"], [])
    assert (found(store, tag="x"), found(store, tag="市场"), found(store, tag="y")) == (["1"], ["1"], [])
    assert (found(store, language="de"), found(store, language="fr"), found(store, language="fr", written=True)) == (["2"], ["2"], ["2"])
    assert (found(store, language="de", written=True), found(store, "wort", language="fr")) == ([], [])
    assert (found(store, flag="empty"), found(store, flag="numbers"), found(store, flag="names")) == (["1"], ["2"], [])
    assert (found(store, "word", source="a", tag="x"), found(store, "word", source="b")) == (["1"], [])
    day = {"since": make.now - 24 * HOUR, "until": make.now - 1.5 * HOUR}
    assert (found(store, **day), found(store, "word", **day), found(store, until=make.now - 24 * HOUR)) == (["2"], ["2"], ["3"])


def test_a_day_begins_and_ends_at_its_moments(store: SqlStore, make: Any) -> None:
    day = make.now.replace(hour=0, minute=0, second=0, microsecond=0)
    at = (day - timedelta(microseconds=1), day, day + 24 * HOUR - timedelta(seconds=1), day + 24 * HOUR)
    make.save(store, *(make.item(number, published=moment, title="word") for number, moment in enumerate(at)))
    for query in ("", "word"):
        assert found(store, query, since=day, until=day + 24 * HOUR) == ["2", "1"]


def test_an_edit_is_found_by_its_new_text_alone(store: SqlStore, make: Any) -> None:
    item = make.item(1, **CHINESE)
    make.save(store, item)
    translate(store, make, item, "en", title="Revenue", body="grew")
    edited = replace(item, title="百度", html="<p>下跌</p>", digest="d2", tags=("new",), language="zh-TW")
    make.save(store, edited)
    assert (found(store, "阿里"), found(store, "上涨"), found(store, "百度"), found(store, "下跌")) == ([], [], ["1"], ["1"])
    assert (found(store, language="zh-CN"), found(store, language="zh-TW")) == ([], ["1"])
    assert found(store, "grew", tag="new") == ["1"]
    translate(store, make, edited, "en", title="Revenue", body="fell")
    assert (found(store, "grew"), found(store, "fell", tag="new")) == ([], ["1"])


def test_what_is_withheld_is_found_by_nothing_until_it_is_shown(store: SqlStore, make: Any) -> None:
    waits = make.item(1, title="word", tags=("x",), flags=("undated", "withheld"))
    make.save(store, waits, make.item(2, title="word"))
    make.save(store, replace(waits, title="another word", digest="d2"))
    for asked in ({}, {"query": "word"}, {"source": "a"}, {"until": make.now}):
        assert found(store, **asked) == ["2"]
    assert found(store, tag="x") == found(store, flag="withheld") == []
    make.save(store, replace(waits, title="last word", digest="d3", flags=("undated",)))
    assert (found(store, "word"), found(store, "last"), found(store, tag="x")) == (["1", "2"], ["1"], ["1"])


def amend(store: SqlStore, make: Any, *items: Item, redated: bool = False) -> None:
    changes = [Change(item=item, kind="amended", redated=redated) for item in items]
    store.save_poll(make.state(), changes, [], make.polled())


def test_an_item_that_is_amended_is_found_by_what_is_known_of_it_now(store: SqlStore, make: Any) -> None:
    item = make.item(1, **CHINESE, tags=("x",), flags=("undated",))
    make.save(store, item)
    translate(store, make, item, "en", title="Revenue", body="grew")
    amend(store, make, replace(item, tags=("y",), language="zh-TW", authors=("Li",), url="https://a.example/new", flags=()))
    assert (found(store, tag="x"), found(store, language="zh-CN"), found(store, flag="undated")) == ([], [], [])
    assert found(store, "阿里", tag="y", language="zh-TW") == found(store, "grew", tag="y", language="en") == ["1"]
    translate(store, make, replace(item, tags=("y",)), "en", title="Revenue", body="fell")
    assert (found(store, "grew"), found(store, "fell", tag="y")) == ([], ["1"])


def test_an_item_whose_date_is_corrected_stands_at_its_new_place(store: SqlStore, make: Any) -> None:
    items = [make.item(number, title=f"word {number}") for number in (1, 2, 3)]
    make.save(store, *items)
    translate(store, make, items[0], "de", title="Wort")
    moved = replace(items[0], published=items[2].published - HOUR, tags=("x",))
    amend(store, make, moved, replace(items[1], tags=("x",)), redated=True)
    for asked in ({}, {"query": "word"}):
        assert found(store, **asked) == ["2", "3", "1"]
    before = {"until": items[2].published - HOUR / 2}
    assert found(store, "wort", tag="x", **before) == found(store, "1", tag="x", **before) == found(store, **before) == ["1"]
    assert store.remove_items([item.id for item in items], [], now=make.now + HOUR)
    assert (found(store), found(store, "word"), found(store, "wort")) == ([], [], [])


def test_what_is_removed_is_not_found_and_may_come_again(store: SqlStore, make: Any) -> None:
    item = make.item(1, **CHINESE)
    make.save(store, item, make.item(2, title="阿里"))
    translate(store, make, item, "en", title="Alibaba")
    assert set(store.remove_items([item.id], [], now=make.now + HOUR)) == {item.id}
    assert (found(store, "阿里"), found(store, "alibaba"), found(store)) == (["2"], [], ["2"])
    make.save(store, item)
    assert (found(store, "阿里"), found(store, "alibaba")) == (["1", "2"], [])


def test_what_was_stored_before_there_was_an_index_comes_in_little_by_little(store: SqlStore, make: Any) -> None:
    items = [make.item(number, title=f"阿里 {number}") for number in range(1, 6)]
    make.save(store, *items)
    translate(store, make, items[0], "en", title="Alibaba")
    forget(store)
    assert found(store, "阿里") == found(store) == []
    make.save(store, replace(items[0], title="百度", digest="d2"))  # edited, before its turn has come
    translate(store, make, items[1], "en", title="Alibaba")
    assert found(store, "百度") == ["1"]
    left = []
    for _ in range(4):
        left.append(store.unindexed())
        store.index_older(limit=2)
    assert left == [5, 3, 1, 0]
    assert (found(store, "阿里"), found(store, "alibaba"), found(store)) == (["2", "3", "4", "5"], ["1", "2"], ["1", "2", "3", "4", "5"])
    make.save(store, replace(items[1], title="百度", digest="d2"))
    assert found(store, "阿里") == ["3", "4", "5"]


def forget(store: SqlStore) -> None:
    """The store as a migration leaves it."""
    with store._database.write() as connection:
        empty = "INSERT INTO search_index (search_index) VALUES ('delete-all')"
        connection.execute(text(empty if connection.dialect.name == "sqlite" else "DELETE FROM search_index"))
        connection.execute(text("DELETE FROM search_places"))
        connection.execute(text("INSERT INTO search_older SELECT id FROM items"))


def test_items_of_one_minute_are_found_in_any_number_of_languages(store: SqlStore, make: Any) -> None:
    items = [make.item(number, published=make.now + number * timedelta(seconds=1), title=f"word original{number}") for number in range(6)]
    make.save(store, *items[:5])
    tags = [f"de-{letter}{other}" for letter in "abc" for other in "abcd"]  # three places of SQLite's
    for tag in tags:
        for item in items[1:4] if tag[-1] in "ab" else items[1:3]:
            translate(store, make, item, tag, title=f"word {tag[-2:]}{item.id[-1]}")
    make.save(store, items[5])
    for item in items:
        assert found(store, f"original{item.id[-1]}") == [item.id[-1]]
    for tag in tags:
        for number in (1, 2):
            assert found(store, f"{tag[-2:]}{number}") == found(store, f"{tag[-2:]}{number}", language=tag) == [str(number)]
            assert found(store, f"{tag[-2:]}{number}", language="en") == []
    assert sorted(found(store, "word")) == sorted(found(store)) == list("012345")
    assert sorted(page for number in range(3) for page in paged(store, "word", limit=2)[number]) == list("012345")
    make.save(store, replace(items[2], title="another", digest="d2"))
    assert (found(store, "original2"), found(store, "another"), found(store, "cd2")) == ([], ["2"], ["2"])
    assert len(store.remove_items([item.id for item in items], [], now=make.now + HOUR)) == 6
    make.save(store, *items)
    assert [found(store, f"{tag[-2:]}{number}") for tag in tags for number in (1, 2, 3)] == [[]] * 36
    assert sorted(found(store, "word")) == list("012345")


@pytest.mark.parametrize("seed", range(3))
def test_no_two_texts_have_the_same_number(store: SqlStore, make: Any, seed: int) -> None:
    dice, there, tags = Random(seed), {}, [f"de-{letter}{other}" for letter in "abc" for other in "abc"]
    for number in range(24):
        item = make.item(number, published=make.now + dice.choice([0, 1, 70]) * timedelta(seconds=1), title=f"word own{number}")
        make.save(store, item)
        there[item.id] = item
        for some in dice.sample(sorted(there.values(), key=lambda item: item.id), min(len(there), 4)):
            tag = dice.choice(tags)
            translate(store, make, some, tag, title=f"word {tag[-2:]}{some.id[-2:]}")
        if dice.random() < 0.2:
            gone = dice.choice(sorted(there))
            store.remove_items([gone], [], now=make.now + HOUR)
            del there[gone]
        assert len(numbers := held_numbers(store)) == len(set(numbers)) == len(there) + sum(map(len, store.translations(there).values()))
    for id, made in store.translations(there).items():
        for tag in made:
            assert store.find(Query(text=f"{tag[-2:]}{id[-2:]}", language=tag)).ids == (id,)


def held_numbers(store: SqlStore) -> list[int]:
    """Of all texts in the index."""
    with store._database.read() as connection:
        rows = connection.execute(select(search_places)).all()
        return [row.place + offset for row in rows for offset in range(1 + len(row.languages))]


def paged(store: SqlStore, query: str, *, limit: int) -> list[list[str]]:
    """The pages of a query."""
    pages, after = [], None
    while True:
        hits = store.find(Query(text=query), after=after, limit=limit)
        pages.append([id[-1] for id in hits.ids])
        if (after := hits.after) is None:
            return pages


def test_texts_of_any_length_are_stored(store: SqlStore, make: Any) -> None:
    make.save(
        store,
        make.item(1, html="<p>" + "阿里巴巴" * 20_000 + "</p>"),
        make.item(2, html="word " * 30_000),
        make.item(3, html="x" * 100_000),
    )
    assert found(store, "里巴巴阿") == ["1"]
    assert found(store, '"word word"') == ["2"]
    assert found(store, "x" * 100) == ["3"]


def test_feeds_are_counted_with_the_date_of_their_newest(store: SqlStore, make: Any) -> None:
    assert store.feed_sizes(["all"]) == {}
    make.save(store, make.item(1), make.item(2), make.item(3, language="fr"))
    sizes = store.feed_sizes(["all", "a", "unknown"])
    assert sizes == {
        (name, language): (count, make.item(first).published)
        for name in ("all", "a")
        for language, count, first in (("en", 2, 1), ("fr", 1, 3))
    }
    assert store.feed_sizes([]) == {}


def test_items_are_counted_between_moments(store: SqlStore, make: Any) -> None:
    make.save(store, *(make.item(number) for number in range(1, 6)))
    bounds = [make.now - hours * HOUR for hours in (5, 3, 2, 0)]
    assert list(store.dated_between(bounds)) == [2, 1, 2]
    assert list(store.dated_between([])) == []


@pytest.mark.parametrize("limit", [1, 2])
def test_many_texts_of_one_item_are_one_hit(store: SqlStore, make: Any, limit: int) -> None:
    items = [make.item(number, title="word") for number in (1, 2, 3)]
    make.save(store, *items)
    for language in ("de", "fr", "es", "it", "pt", "nl"):
        translate(store, make, items[0], language, title="word")
    first = store.find(Query(text="word"), limit=limit)
    assert [id[-1] for id in first.ids] == ["1", "2", "3"][:limit]
    rest = store.find(Query(text="word"), after=first.after, limit=5)
    assert [id[-1] for id in rest.ids] == ["1", "2", "3"][limit:]

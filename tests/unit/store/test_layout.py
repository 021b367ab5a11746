"""A store laid out as it was up to revision 0022 is laid out anew, and holds the same."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import psycopg
import pytest
from sqlalchemy import Connection, MetaData, Table, insert, text

from aggregator.core import searching
from aggregator.model import Alias, Item, Job, Query, Remembered, Translation
from aggregator.store import SqlStore, open_store
from aggregator.store.columns import microseconds
from aggregator.store.engine import Database
from tests.unit.store.test_migration import upgrade

NOW = datetime(2026, 5, 1, tzinfo=UTC)
ARCHIVES = {"all": [[6, 5], [4, 9], [3, 2], [8]], "a": [[6, 5], [4, 3]]}  # numbers of items: 1 is the youngest; 9 and 8 came late
DIGEST = "0123456789abcdef0123456789abcdef"


def id_of(number: int) -> str:
    return f"odd {number}" if number == 2 else str(uuid5(NAMESPACE_URL, str(number)))


def item_of(number: int) -> Item:
    return Item(
        id=id_of(number), source="a", guid=f"g{number}", url=f"https://a.example/{number}", title=f"Title {number}",
        html=f"<p>Das Hafenamt, 港口 {number}.</p>" * number, summary=f"Das Hafenamt, 港口 {number}.",
        published=NOW - timedelta(minutes=number), language="en", digest=DIGEST if number != 3 else "no digest", tags=("t",),
    )  # fmt: skip


ITEMS = {item.id: item for item in map(item_of, range(1, 10))}
TRANSLATIONS = {
    id: Translation(
        item_id=id,
        language="de",
        title="Titel",
        summary="Kurz",
        body="Kurz\n\nund lang",
        engine="e",
        of_digest=item.digest,
        made_at=NOW,
        verified=True,
    )
    for id, item in ITEMS.items()
}
SEGMENTS = {
    key: Remembered(key=key, source=source, text="Hafen" * 20, target_language="de") for key, source in ((DIGEST, "港口"), ("k", ""))
}
NAMES = [
    Alias("0123456789abcdef01234567", "a", id_of(1)),
    Alias("odd", "a", id_of(2)),
    Alias(id_of(3), "a", id_of(4)),
    Alias(DIGEST, "a", id_of(4)),
    Alias(id_of(5), "a", id_of(5)),
    Alias(id_of(2), "b", id_of(2)),
]
JOB = Job(item_id=id_of(1), language="fr", source="a", digest=DIGEST, due_at=NOW)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.db'}"
        return
    server: str = request.getfixturevalue("postgresql")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS earlier")
        connection.execute("CREATE DATABASE earlier")
    yield psycopg_url(server)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP DATABASE earlier")


def psycopg_url(server: str) -> str:
    from sqlalchemy import make_url

    return make_url(server).set(database="earlier").render_as_string(hide_password=False)


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    upgrade(url, to="0022")
    with closing(Database(url)) as database, database.write() as connection:
        fill(connection)
    with closing(open_store(url)) as store:
        yield store


def fill(connection: Connection) -> None:
    """Rows as the program wrote them then."""

    def put(table: str, *rows: dict[str, Any]) -> None:
        connection.execute(insert(Table(table, MetaData(), autoload_with=connection)), list(rows))

    mark = {"generation": 1, "stale": False, "lease_until": 0}
    empty = dict.fromkeys(("declared", "detected", "image", "label"), "") | dict.fromkeys(("authors", "media", "flags"), "[]")
    for number, item in enumerate(ITEMS.values(), 1):
        known = {name: getattr(item, name) for name in ("id", "source", "guid", "url", "title", "html", "summary", "language", "digest")}
        dates = {"published": microseconds(item.published), "first_seen": microseconds(NOW)}
        put("items", empty | known | dates | {"tags": json.dumps(item.tags)})
        page = {"item_id": item.id, "language": "en", "published": microseconds(item.published), "path": f"en/{number}.md"}
        put("pages", mark | page)
        made = TRANSLATIONS[item.id]
        texts = {"title": made.title, "summary": made.summary, "body": made.body, "engine": "e", "of_digest": made.of_digest, "flags": "[]"}
        put(
            "translations",
            texts | {"item_id": item.id, "language": "de", "made_at": microseconds(NOW), "verified": True, "untranslated": 0},
        )
        hold(connection, item, number)
    for feed, numbers in ARCHIVES.items():
        put("feeds", mark | {"name": feed, "language": "en"})
        place = {item: archive for archive, held in enumerate(numbers, 1) for item in held}
        for number, item in enumerate(ITEMS.values(), 1):
            row = {"feed": feed, "language": "en", "age": -microseconds(item.published), "item_id": item.id}
            put("feed_pages", row | {"archive": place.get(number, 0)})
        for archive, held in enumerate([*numbers, []], 1):
            row = {"feed": feed, "language": "en", "number": archive, "size": len(held)}
            put("archives", row | {"generation": 1, "stale": False})
    put("aliases", *({"name": name.name, "source": name.source, "item_id": name.item_id} for name in NAMES))
    put("segments", *({"key": one.key, "source": one.source, "text": one.text, "target_language": "de"} for one in SEGMENTS.values()))
    job = {"item_id": JOB.item_id, "language": "fr", "source": "a", "digest": DIGEST, "due_at": microseconds(NOW), "attempts": 0}
    put("jobs", job | {"fence": 0, "error": "", "published": microseconds(ITEMS[id_of(1)].published), "lease_until": 0})
    put("search_older", {"item_id": id_of(9)})


def hold(connection: Connection, item: Item, number: int) -> None:
    """Its texts in the index."""
    words = "to_tsvector('simple', :words)" if connection.dialect.name == "postgresql" else ":words"
    key = "number" if connection.dialect.name == "postgresql" else "rowid"
    texts = (("", searching.of_item(item)), ("de", searching.of_translation(item, TRANSLATIONS[item.id])))
    for place, (language, held) in enumerate(texts, (1000 - number) << 7):
        row = {"number": place, "item_id": item.id, "language": language}
        connection.execute(text("INSERT INTO search_texts (number, item_id, language) VALUES (:number, :item_id, :language)"), row)
        connection.execute(text(f"INSERT INTO search_index ({key}, words) VALUES (:number, {words})"), {"number": place, "words": held})


def test_texts_ids_and_digests_are_the_same(store: SqlStore) -> None:
    assert store.items(list(ITEMS)) == ITEMS
    assert store.translations(list(ITEMS)) == {id: {"de": made} for id, made in TRANSLATIONS.items()}
    assert store.recall(list(SEGMENTS)) == SEGMENTS
    assert [(count.segments, count.characters) for count in store.memory_counts()] == [(2, 2)]
    assert [entry.key for entry in store.remembered()] == [DIGEST]
    assert set(store.aliases([name.name for name in NAMES])) == set(NAMES)
    assert list(store.pending_jobs()) == [JOB]
    assert {id: store.path_of(id, "en") for id in ITEMS} == {id: f"en/{number}.md" for number, id in enumerate(ITEMS, 1)}


def test_feeds_and_archives_are_the_same_and_go_on(store: SqlStore) -> None:
    for feed, numbers in ARCHIVES.items():
        of = {"feed": feed, "language": "en"}
        assert list(store.newest(**of, limit=99)) == list(ITEMS)
        held = [list(store.archived(**of, archive=number)) for number in range(1, len(numbers) + 2)]
        assert held == [[id_of(number) for number in sorted(archive)] for archive in [*numbers, []]]
    assert {key: size for key, (size, _) in store.feed_sizes(["all", "a"]).items()} == {("all", "en"): 9, ("a", "en"): 9}
    assert [archive.number for archive in store.fill_archives(feed="a", language="en", size=3, limit=9)] == [4]
    assert list(store.archived(feed="a", language="en", archive=4)) == [id_of(number) for number in (7, 8, 9)]  # all of them late


def test_what_is_searched_is_found_and_can_be_taken_out(store: SqlStore) -> None:
    if store._database.sqlite:  # there numbers are others than they were
        assert (store.unindexed(), store.find(Query(text="港口")).ids) == (9, ())
        while store.unindexed():
            store.index_older(limit=4)
    for asked in (Query(text="港口"), Query(text="港口", language="en"), Query(text="lang", language="de"), Query()):
        assert store.find(asked, limit=99).ids == tuple(ITEMS)
    assert store.find(Query(text="lang", language="en")).ids == ()
    assert store.remove_items([id_of(3)], [], now=NOW) == {id_of(3)}
    assert store.find(Query(text="港口"), limit=99).ids == tuple(id for id in ITEMS if id != id_of(3))
    assert id_of(3) not in store.translations(list(ITEMS))


def test_what_there_is_is_counted_and_goes_on_being(store: SqlStore) -> None:
    counts = store.counts()
    assert (counts["items"], counts["translations"], counts["items_by_source"]) == (9, 9, {"a": 9})
    assert store.remove_items([id_of(3), id_of(9)], [], now=NOW) == {id_of(3), id_of(9)}  # in archives
    counts = store.counts()
    assert (counts["items"], counts["translations"], counts["items_by_source"]) == (7, 7, {"a": 7})
    assert {key: size for key, (size, _) in store.feed_sizes(["all", "a"]).items()} == {("all", "en"): 7, ("a", "en"): 7}


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # PostgreSQL sees to its own room
@pytest.mark.usefixtures("store")
def test_a_file_gives_back_the_room_and_is_sound(url: str) -> None:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
        free, pages = (database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("freelist_count", "page_count"))
        assert 4 * free <= pages
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        kinds = database.execute("SELECT typeof(id), length(id) FROM items GROUP BY 1, 2 ORDER BY 1").fetchall()
        assert kinds == [("blob", 16), ("text", 5)]

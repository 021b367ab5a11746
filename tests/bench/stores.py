"""Stores of any size, in no time: some hundred items come in through the store itself, the rest are copies made inside the database."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from random import Random
from uuid import NAMESPACE_URL, UUID, uuid5

from aggregator.core.aliases import names_of
from aggregator.core.volatile import text_digest
from aggregator.model import Alias, Change, Item, Job, Polled, PollState, Source, Translation
from aggregator.store import SqlStore, open_store
from aggregator.store.indexing import SCALES, texts_of

BEGAN = datetime(2020, 1, 6, tzinfo=UTC)
MUCH_LATER = datetime(2100, 1, 1, tzinfo=UTC)
SOURCES = tuple(
    Source(name=f"paper{number:02}", url=f"https://paper{number:02}.example/feed", title=f"Paper {number}", folder=f"paper{number:02}")
    for number in range(20)
)
OF_EACH = 10  # items of a source that come in through the store
POOL = len(SOURCES) * OF_EACH
MINUTE = 60_000_000  # microseconds: one item comes in each
TAGS = ("markets", "energy", "people", "weather", "science")
LANGUAGES = ("en", "zh-CN")
ARCHIVE = 50
COLUMNS = "feed, language, age, item_id"
NUMBERED = f"""
SELECT {COLUMNS}, (row_number() OVER (PARTITION BY feed, language ORDER BY age DESC, item_id DESC) - 1) / {ARCHIVE} + 1 AS archive FROM (
SELECT {COLUMNS} FROM feed_pages UNION ALL
SELECT feed, language, age - i * {POOL * MINUTE}, copied(item_id, i) FROM n CROSS JOIN feed_pages)"""
NUMBERS = "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT i FROM n"


def first_store(file: Path) -> dict[tuple[bytes, str], str]:
    """A store with the items that come in through it: translated, published and indexed. Returns what the index holds of each text."""
    items = list(pool())
    with closing(open_store(f"sqlite:///{file}")) as store:
        store.sync_sources(SOURCES, now=BEGAN)
        bring(store, items)
        made = store.translations([item.id for item in items])
    with bare(file) as database:
        settle(database)
    return {(UUID(item.id).bytes, language): words for item in items for language, words in texts_of(item, made[item.id])}


def grow(file: Path, held: Mapping[tuple[bytes, str], str], *, to: int) -> None:
    """Let that store have so many items, a multiple of POOL: all translated, published, archived and in the search index."""
    with bare(file) as database:
        multiply(database, held, to // POOL)


def pool() -> Iterator[Item]:
    """The items that come in first, by turns in English and in Chinese."""
    writers = {"en": English(1), "zh-CN": Chinese(1)}
    for number in range(POOL):
        language = LANGUAGES[number % 2]
        title, body = writers[language].title(), writers[language].body()
        source = SOURCES[number % len(SOURCES)]
        yield Item(
            id=str(uuid5(NAMESPACE_URL, f"pool {number}")), source=source.name, guid=f"{source.name}-{number}", title=title,
            url=f"https://{source.name}.example/{number}", html="".join(f"<p>{text}</p>" for text in body), summary=body[0],
            published=BEGAN + timedelta(minutes=number), language=language, tags=(TAGS[number % len(TAGS)],),
            digest=text_digest(title, "".join(body)),
        )  # fmt: skip


def bring(store: SqlStore, items: list[Item]) -> None:
    """One poll of each source, and a translation of each item into the other language."""
    for source in SOURCES:
        state = PollState(
            source=source.name, url=source.url, configured_url=source.url, due_at=BEGAN + timedelta(days=36500), polled_at=BEGAN
        )
        brought = [item for item in items if item.source == source.name]
        names = [Alias(name, source.name, id) for id, known in names_of(brought, source, now=MUCH_LATER).items() for name in known.all]
        changes = [Change(item=item, kind="new") for item in brought]
        store.save_poll(state, changes, [], Polled(source=source.name, at=BEGAN, outcome="fetched"), aliases=names)
    others = {"en": Chinese(2), "zh-CN": English(2)}
    jobs = [Job(item_id=item.id, language=other(item.language), source=item.source, digest=item.digest, due_at=BEGAN) for item in items]
    store.add_jobs(jobs)
    written = {item.id: item for item in items}
    for job in store.claim_jobs(now=BEGAN, limit=POOL, lease=timedelta(minutes=5)):
        item, writer = written[job.item_id], others[written[job.item_id].language]
        body = writer.body()
        made = Translation(
            item_id=item.id, language=job.language, title=writer.title(), summary=body[0], body="\n\n".join(body), engine="pseudo",
            of_digest=item.digest, made_at=BEGAN, verified=True,
        )  # fmt: skip
        store.save_translation(job, made)


def other(language: str) -> str:
    """What an item in one of the two languages is translated into."""
    return LANGUAGES[language == "en"]


@dataclass
class English:
    """Writes words that do not exist, some of them much oftener than others."""

    seed: int

    def __post_init__(self) -> None:
        self.dice = Random(self.seed)
        parts = ["ka", "lo", "mi", "ren", "tas", "ver", "shi", "pol", "gan", "dur", "est", "ing"]
        self.words = ["".join(self.dice.choices(parts, k=self.dice.randint(1, 4))) for _ in range(4000)]
        self.words[300:302] = ["harbour", "minister"]
        self.weights = [1 / (rank + 3) for rank in range(len(self.words))]

    def title(self) -> str:
        return " ".join(self.dice.choices(self.words, self.weights, k=8)).capitalize()

    def paragraph(self) -> str:
        return " ".join(self.dice.choices(self.words, self.weights, k=20)).capitalize() + "."

    def body(self) -> list[str]:
        """Mostly two or three paragraphs, and now and then many."""
        return [self.paragraph() for _ in range(min(round(self.dice.lognormvariate(0.6, 0.7)), 20) + 1)]


class Chinese(English):
    """The same in Chinese characters."""

    def __post_init__(self) -> None:
        self.dice = Random(self.seed)
        signs = [chr(code) for code in range(0x4E00, 0x4E00 + 2500)]
        self.words = ["".join(self.dice.choices(signs, k=2)) for _ in range(4000)]
        self.words[300:302] = ["港口", "部长"]
        self.weights = [1 / (rank + 3) for rank in range(len(self.words))]

    def title(self) -> str:
        return "".join(self.dice.choices(self.words, self.weights, k=9))

    def paragraph(self) -> str:
        return "".join(self.dice.choices(self.words, self.weights, k=25)) + "。"


class bare(closing[sqlite3.Connection]):
    """The database without its safety belts, for as long as it is filled."""

    def __init__(self, file: Path) -> None:
        super().__init__(sqlite3.connect(file, isolation_level=None))
        self.thing.create_function("copied", 2, copied, deterministic=True)
        self.thing.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -1048576"
        )

    def __exit__(self, *_: object) -> None:
        self.thing.execute("PRAGMA journal_mode = WAL")
        self.thing.close()


def settle(database: sqlite3.Connection) -> None:
    """Everything that came in is published."""
    database.execute(f"UPDATE pages SET stale = 0, path = {path('item_id')}")
    database.execute("UPDATE feeds SET stale = 0")


def path(id: str) -> str:
    """Where a page's document lies, of the length that real ones have."""
    return f"language || '/news/paper/a-headline-' || lower(substr(hex({id}), 1, 12)) || '.' || language || '.md'"


def multiply(database: sqlite3.Connection, held: Mapping[tuple[bytes, str], str], times: int) -> None:
    """So many times as many items, each copy younger than the one before it; rows come in the order in which they would have come."""
    database.execute(f"CREATE TEMP TABLE n AS {NUMBERS}", (times - 1,))
    id = {"item_id": "copied(t.item_id, i)"}
    later = {"published": f"t.published + i * {POOL * MINUTE}"}
    copy(database, "items", {"id": "copied(t.id, i)", "guid": "t.guid || '-' || i", "url": "t.url || '-' || i"} | later, times=times)
    copy(database, "aliases", id | {"name": "copied(t.name, i)"}, times=times)
    copy(database, "translations", id, times=times)
    copy(database, "pages", id | later | {"path": path("copied(t.item_id, i)")}, times=times)
    index(database, held, times)
    archive(database)


def copied(id: bytes | None, number: int) -> bytes | None:
    """The id of the copy of an item, or the name: no more in order than real ones."""
    return id and blake2b(id + number.to_bytes(4), digest_size=len(id)).digest()


def copy(database: sqlite3.Connection, table: str, others: Mapping[str, str], *, times: int) -> None:
    """Copy the rows of a table for each number, with other values in some columns."""
    if times < 2:
        return
    columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(others.get(column, f"t.{column}") for column in columns)
    database.execute(f"CREATE TEMP TABLE t AS SELECT * FROM {table}")
    database.execute(f"INSERT INTO {table} SELECT {values} FROM n CROSS JOIN t")
    database.execute("DROP TABLE t")


def index(database: sqlite3.Connection, held: Mapping[tuple[bytes, str], str], times: int) -> None:
    """The copies' texts in the search index, in the order of their numbers."""
    scale = SCALES["sqlite"]
    rows = database.execute("SELECT place, item_id, languages FROM search_places").fetchall()
    database.execute("CREATE TEMP TABLE held (place INTEGER, item_id BLOB, languages TEXT)")
    database.executemany("INSERT INTO held VALUES (?, ?, ?)", rows)
    texts = [
        (place + offset, held[id, language])
        for place, id, languages in rows
        for offset, language in enumerate(["", *json.loads(languages)])
    ]
    database.execute("CREATE TEMP TABLE texts (number INTEGER, words TEXT)")
    database.executemany("INSERT INTO texts VALUES (?, ?)", texts)
    further = scale.first(POOL * MINUTE) - scale.first(0)
    places = f"FROM n CROSS JOIN held AS t ORDER BY t.place + i * {further}"
    database.execute(f"INSERT INTO search_places SELECT t.place + i * {further}, copied(t.item_id, i), t.languages {places}")
    copies = f"FROM n CROSS JOIN texts AS t ORDER BY t.number + i * {further}"
    database.execute(f"INSERT INTO search_index (rowid, words) SELECT t.number + i * {further}, t.words {copies}")


def archive(database: sqlite3.Connection) -> None:
    """Every feed's pages and its archives, the oldest in the first one."""
    database.execute(f"CREATE TEMP TABLE numbered AS {NUMBERED}")
    database.execute("DELETE FROM feed_pages")
    database.execute(f"INSERT INTO feed_pages ({COLUMNS}, archive) SELECT {COLUMNS}, archive FROM numbered ORDER BY age DESC")
    total = "sum(count(*)) OVER (PARTITION BY feed, language ORDER BY archive)"
    sizes = f"SELECT feed, language, archive, count(*), min(age), {total}, 1, 0 FROM numbered GROUP BY 1, 2, 3"
    database.execute(f"INSERT INTO archives (feed, language, number, size, age, total, generation, stale) {sizes}")
    database.execute("DROP TABLE numbered")

"""What is looked for in the search index, see `indexing`.

FTS5 does not keep where in a text a word stands, which would triple its size: texts with all words of a phrase are looked through.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from datetime import datetime
from itertools import groupby, islice
from typing import Any

from sqlalchemy import BigInteger, Connection, Row, TextualSelect, column, text

from aggregator.core import searching
from aggregator.core.searching import Phrase
from aggregator.model import Hits, Item, Query
from aggregator.store.columns import microseconds
from aggregator.store.indexing import NEVER, ORIGINAL, SCALES, Scale, texts_of
from aggregator.store.items import find_items
from aggregator.store.rows import Values
from aggregator.store.search_schema import search_places
from aggregator.store.translations import find_translations

EVER = 2**62
AT_ONCE = 2  # texts to look at for each item that is wanted
READ_AT_ONCE = 50  # items to look through
MOST_LOOKED_THROUGH = 2000  # for one page: who asks for words that rarely follow each other gets fewer items on it

_FOUND = (column("number", BigInteger), *search_places.c)
_WALK = text(
    "SELECT place AS number, place, item_id, languages FROM search_places WHERE place < :before AND place >= :since"
    " ORDER BY place DESC LIMIT :limit"
).columns(*_FOUND)
_OF_NUMBER = "SELECT place FROM search_places WHERE place <= number ORDER BY place DESC LIMIT 1"
_MATCH = {
    "sqlite": text(
        "SELECT search_index.rowid AS number, place, item_id, languages FROM search_index CROSS JOIN search_places"  # noqa: S608  names of ours
        f" ON place = ({_OF_NUMBER.replace('number', 'search_index.rowid')})"
        " WHERE search_index MATCH :match AND search_index.rowid < :before AND search_index.rowid >= :since"
        " AND (place = search_index.rowid OR NOT :written) ORDER BY search_index.rowid DESC LIMIT :limit"
    ).columns(*_FOUND),
    "postgresql": text(
        "SELECT number, place, item_id, languages FROM (SELECT number FROM search_index WHERE words @@ to_tsquery('simple', :match)"  # noqa: S608  names of ours
        f" AND number < :before AND number >= :since AND (number % {SCALES['postgresql'].step} = 0 OR NOT :written)"
        f" ORDER BY number DESC LIMIT :limit) AS found JOIN search_places ON place = ({_OF_NUMBER}) ORDER BY number DESC"
    ).columns(*_FOUND),
}


def find(connection: Connection, query: Query, *, after: int | None, limit: int) -> Hits:
    """The newest items that match, those below a number."""
    asked, dialect = searching.phrases(query.text), connection.dialect.name
    if query.text.strip() and not asked:
        return Hits(ids=())
    scale, match = SCALES[dialect], _match(dialect, asked, searching.traits(query))
    since, until = (_edge(scale, moment, default) for moment, default in ((query.since, NEVER), (query.until, EVER)))
    written = query.written or not (asked or query.language or query.flag)  # a translation is where its original is
    bounds = {"before": min(until, after if after is not None else EVER), "since": since, "written": written, "limit": limit * AT_ONCE}
    rows = _rows(connection, _MATCH[dialect] if match else _WALK, bounds | ({"match": match} if match else {}))
    following = [phrase for phrase in asked if len(phrase.words) > 1 and dialect == "sqlite"]
    texts = _with_items(connection, rows) if following else ((row, None) for row in rows)
    found: list[str] = []
    last = None
    for looked, (place, of_item) in enumerate(groupby(texts, key=lambda text: text[0].place)):
        if len(found) == limit or looked == MOST_LOOKED_THROUGH:
            return Hits(ids=tuple(found), after=last)
        last, ((row, item), *others) = place, of_item
        if item is None or _has(connection, item, {_language(row), *(_language(other) for other, _ in others)}, following):
            found.append(row.item_id)
    return Hits(ids=tuple(found))


def _rows(connection: Connection, statement: TextualSelect, bounds: Values) -> Iterator[Row[Any]]:
    """(number, place, item, languages) of the texts that match, in portions."""
    while True:
        portion = connection.execute(statement, bounds).all()
        yield from portion
        if len(portion) < bounds["limit"]:
            return
        bounds = bounds | {"before": portion[-1].number}


def _with_items(connection: Connection, rows: Iterator[Row[Any]]) -> Iterator[tuple[Row[Any], Item | None]]:
    """Each row with its item, read in portions."""
    while portion := list(islice(rows, READ_AT_ONCE)):
        items = find_items(connection, [row.item_id for row in portion])
        yield from ((row, items[row.item_id]) for row in portion)


def _language(row: Row[Any]) -> str:
    """Of the text with that number."""
    language: str = (ORIGINAL, *row.languages)[row.number - row.place]
    return language


def _has(connection: Connection, item: Item, languages: Set[str], following: Sequence[Phrase]) -> bool:
    """Whether an item has words in this order, in one of these languages."""
    made = find_translations(connection, [item.id]).get(item.id, {}) if languages != {ORIGINAL} else {}
    held = texts_of(item, {tag: translation for tag, translation in made.items() if tag in languages})
    return any(searching.holds(words, following) for language, words in held if language in languages)


def _match(dialect: str, asked: Sequence[Phrase], traits: Sequence[str]) -> str:
    """The query in the database's own language. Words are letters and digits, which mean nothing there."""
    if dialect == "postgresql":
        joined = [" <-> ".join(phrase.words) + (":*" if phrase.open else "") for phrase in asked]
        return " & ".join(f"({each})" for each in [*joined, *traits])
    ends = [f'"{phrase.words[-1]}"{" *" if phrase.open else ""}' for phrase in asked]
    whole = [word for phrase in asked for word in phrase.words[:-1]]
    return " AND ".join([*ends, *(f'"{each}"' for each in dict.fromkeys([*whole, *traits]))])


def _edge(scale: Scale, moment: datetime | None, default: int) -> int:
    """The first number of the span that begins at a moment, or of the one after."""
    return default if moment is None else scale.first(microseconds(moment) + scale.span - 1)

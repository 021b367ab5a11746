"""Statements that keep the search index: what SQLite's FTS5, or PostgreSQL's text search, holds of every text.

A text's number begins with the minute its item was published in, and goes on with a place among the items of that minute and one among
the item's texts. So in the order of numbers the newest items come first, all texts of one side by side, and no match has to be sorted.
FTS5 keeps no texts here: to take one out of it, it is told what it holds, which is made again from the row that is stored.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select, text

from aggregator.core import identity, searching
from aggregator.core.withholding import FLAG
from aggregator.model import Item, Translation
from aggregator.store.columns import microseconds
from aggregator.store.search_schema import search_older, search_texts
from aggregator.store.statements import chunks, many
from aggregator.store.translations import find_translations

NEVER = -(2**62)
LOOK_AHEAD = 64  # items whose places are looked at together, when a free one is wanted
ORIGINAL = ""  # the language of an item as it was written

_NUMBERS = select(search_texts).where(search_texts.c.item_id.in_(bindparam("ids", expanding=True)))
_TAKEN = select(search_texts.c.number).where(search_texts.c.number.in_(bindparam("numbers", expanding=True)))
_TAKEN_BETWEEN = select(search_texts.c.number).where(
    search_texts.c.number >= bindparam("since"), search_texts.c.number < bindparam("until")
)
_HOLD = {
    "sqlite": text("INSERT INTO search_index (rowid, words) VALUES (:number, :words)"),
    "postgresql": text("INSERT INTO search_index (number, words) VALUES (:number, to_tsvector('simple', :words))"),
}
_LET_GO = {
    "sqlite": text("INSERT INTO search_index (search_index, rowid, words) VALUES ('delete', :number, :words)"),
    "postgresql": text("DELETE FROM search_index WHERE number = :number"),
}


class Scale(NamedTuple):
    """What a number is made of: a span of so many microseconds, bits for the items in it, and bits for the texts of an item."""

    span: int
    items: int
    texts: int

    def first(self, moment: int) -> int:
        """The first number of the span that holds a moment, in microseconds."""
        return moment // self.span << self.items + self.texts


# FTS5 stores how far numbers lie apart. PostgreSQL does not, and there two may be given out at the same time.
SCALES = {"sqlite": Scale(60_000_000, 4, 5), "postgresql": Scale(1_000_000, 20, 7)}


class Held(NamedTuple):
    """A text of the index: `language` is empty for an item as it was written."""

    item_id: str
    language: str
    number: int
    words: str


def index_items(connection: Connection, changes: Sequence[tuple[Item, Item]]) -> None:
    """Hold stored items, given as (before, after), where they are new or have changed; none while it is withheld."""
    pairs = [(before, after) for before, after in changes if FLAG not in after.flags]
    redated = {after.id for before, after in pairs if before.published != after.published}
    _renumber(connection, [pair for pair in pairs if pair[1].id in redated])
    numbers = _numbers(connection, [item.id for _, item in pairs])
    new = [item for _, item in pairs if (item.id, ORIGINAL) not in numbers]
    places = _places(connection, new)
    _hold(connection, [Held(item.id, ORIGINAL, places[item.id], searching.of_item(item)) for item in new])
    known = [(before, after) for before, after in pairs if after.id not in redated and (after.id, ORIGINAL) in numbers]
    changed = {after.id: (before, after) for before, after in known if before != after}
    moved = [id for id, pair in changed.items() if _place(pair[0]) != _place(pair[1])]
    translations = find_translations(connection, moved)
    for id, pair in changed.items():
        texts = translations.get(id, {})
        for (language, before), (_, after) in zip(*(texts_of(item, texts) for item in pair), strict=True):
            if (id, language) in numbers:
                _replace(connection, numbers[id, language], before, after)


def index_translation(connection: Connection, item: Item, before: Translation | None, after: Translation) -> None:
    """Hold an item's translation, which may take the place of another one. One of an item that waits for its turn comes with it."""
    numbers = _numbers(connection, [item.id])
    if before and (item.id, after.language) in numbers:
        number = numbers[item.id, after.language]
        _replace(connection, number, searching.of_translation(item, before), searching.of_translation(item, after))
    elif 0 < len(numbers) < 1 << SCALES[connection.dialect.name].texts:
        _hold(connection, [Held(item.id, after.language, max(numbers.values()) + 1, searching.of_translation(item, after))])


def let_go(connection: Connection, items: Collection[Item]) -> None:
    """Hold these items no more."""
    ids = [item.id for item in items]
    numbers, translations = _numbers(connection, ids), find_translations(connection, ids)
    gone = [
        {"number": numbers[item.id, language], "words": words}
        for item in items
        for language, words in texts_of(item, translations.get(item.id, {}))
        if (item.id, language) in numbers
    ]
    many(connection, _LET_GO[connection.dialect.name], gone)
    for chunk in chunks(ids):
        connection.execute(delete(search_texts).where(search_texts.c.item_id.in_(chunk)))


def older(connection: Connection, *, limit: int) -> list[str]:
    """Ids of items that were stored before there was an index, and are not in it."""
    return list(connection.scalars(select(search_older.c.item_id).order_by(search_older.c.item_id).limit(limit)))


def index_older(connection: Connection, items: Collection[Item]) -> None:
    """Hold such items with their translations, as far as that was not done in the meantime; not those that are withheld."""
    _hold_whole(connection, [item for item in items if FLAG not in item.flags])
    many(connection, delete(search_older).where(search_older.c.item_id == bindparam("done")), [{"done": item.id} for item in items])


def texts_of(item: Item, translations: Mapping[str, Translation]) -> Iterator[tuple[str, str]]:
    """(language, words) of all texts of an item, the original first."""
    yield ORIGINAL, searching.of_item(item)
    for language, translation in sorted(translations.items()):
        yield language, searching.of_translation(item, translation)


def _renumber(connection: Connection, pairs: Collection[tuple[Item, Item]]) -> None:
    """Hold items by other dates, those that are held at all."""
    numbers = _numbers(connection, [item.id for _, item in pairs])
    held = [(before, after) for before, after in pairs if (after.id, ORIGINAL) in numbers]
    let_go(connection, [before for before, _ in held])
    _hold_whole(connection, [after for _, after in held])


def _hold_whole(connection: Connection, items: Collection[Item]) -> None:
    """Hold items with all of their texts that are not held yet."""
    ids = [item.id for item in items]
    numbers, translations = _numbers(connection, ids), find_translations(connection, ids)
    places = _places(connection, [item for item in items if (item.id, ORIGINAL) not in numbers])
    rows = []
    for item in items:
        following = max((number for (id, _), number in numbers.items() if id == item.id), default=places.get(item.id, 0) - 1) + 1
        missing = [each for each in texts_of(item, translations.get(item.id, {})) if (item.id, each[0]) not in numbers]
        rows += [Held(item.id, language, following + place, words) for place, (language, words) in enumerate(missing)]
    _hold(connection, rows)


def _place(item: Item) -> tuple[object, ...]:
    """Where an item is found with all of its texts."""
    return item.source, item.also_in, item.tags


def _numbers(connection: Connection, ids: Collection[str]) -> dict[tuple[str, str], int]:
    """The numbers of the texts of these items, by (id, language)."""
    return {(row.item_id, row.language): row.number for chunk in chunks(ids) for row in connection.execute(_NUMBERS, {"ids": chunk})}


def _places(connection: Connection, items: Collection[Item]) -> dict[str, int]:
    """Numbers for items that have none: by their dates and digests, or the next that are free."""
    scale, found, known_until = SCALES[connection.dialect.name], {}, NEVER
    wishes = {item.id: scale.first(microseconds(item.published)) + (_digits(item.id) % (1 << scale.items) << scale.texts) for item in items}
    taken = {number for chunk in chunks(wishes.values()) for number in connection.scalars(_TAKEN, {"numbers": chunk})}
    for id, number in sorted(wishes.items(), key=lambda wish: wish[1]):
        while number in taken:
            number += 1 << scale.texts
            if number >= known_until:
                known_until = number + (LOOK_AHEAD << scale.texts)
                taken.update(connection.scalars(_TAKEN_BETWEEN, {"since": number, "until": known_until}))
        found[id] = number
        taken.add(number)
    return found


def _digits(id: str) -> int:
    return int(identity.digest(id)[:8], 16)


def _replace(connection: Connection, number: int, before: str, after: str) -> None:
    if before != after:
        connection.execute(_LET_GO[connection.dialect.name], {"number": number, "words": before})
        connection.execute(_HOLD[connection.dialect.name], {"number": number, "words": after})


def _hold(connection: Connection, rows: Sequence[Held]) -> None:
    many(connection, insert(search_texts), [{"item_id": row.item_id, "language": row.language, "number": row.number} for row in rows])
    many(connection, _HOLD[connection.dialect.name], [{"number": row.number, "words": row.words} for row in rows])

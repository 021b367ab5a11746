"""Statements that keep the search index: what SQLite's FTS5, or PostgreSQL's text search, holds of every text.

A text's number begins with the minute its item was published in, and goes on with a place among the items of that minute and one among
the item's texts. So in the order of numbers the newest items come first, all texts of one side by side, and no match has to be sorted.
An item whose texts are more than a place has numbers for takes those of the next places, and moves where one of them is taken.
FTS5 keeps no texts here: to take one out of it, it is told what it holds, which is made again from the row that is stored.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select, text, update

from aggregator.core import identity, searching
from aggregator.core.withholding import FLAG
from aggregator.model import Item, Translation
from aggregator.store.columns import Words, microseconds
from aggregator.store.prepared import chunks, execute, execute_many, find
from aggregator.store.search_schema import search_older, search_places
from aggregator.store.statements import many
from aggregator.store.translations import find_translations

NEVER = -(2**62)
LOOK_AHEAD = 64  # places that are looked at together, when a free one is wanted
ORIGINAL = ""  # the language of an item as it was written

_PLACES = select(search_places).where(search_places.c.item_id.in_(bindparam("ids", expanding=True)))
_TAKEN = select(search_places.c.place, search_places.c.languages)
_TAKEN_AT = _TAKEN.where(search_places.c.place.in_(bindparam("places", expanding=True)))
_TAKEN_BETWEEN = _TAKEN.where(search_places.c.place >= bindparam("since"), search_places.c.place < bindparam("until"))
_TAKE = insert(search_places)
_HAS_ONE_MORE = update(search_places).where(search_places.c.place == bindparam("of_place")).values(languages=bindparam("all", type_=Words))
_HOLD = {
    "sqlite": text("INSERT INTO search_index (rowid, words) VALUES (:number, :words)"),
    "postgresql": text("INSERT INTO search_index (number, words) VALUES (:number, to_tsvector('simple', :words))"),
}
_LET_GO = {
    "sqlite": text("INSERT INTO search_index (search_index, rowid, words) VALUES ('delete', :number, :words)"),
    "postgresql": text("DELETE FROM search_index WHERE number = :number"),
}


class Scale(NamedTuple):
    """What a number is made of: a span of so many microseconds, bits for the places in it, and bits for the texts that each has room for.

    `most` texts of an item are held.
    """

    span: int
    items: int
    texts: int
    most: int

    @property
    def step(self) -> int:
        """How many numbers a place has."""
        return 1 << self.texts

    def first(self, moment: int) -> int:
        """The first number of the span that holds a moment, in microseconds."""
        return moment // self.span << self.items + self.texts

    def opens(self, number: int) -> bool:
        """Whether a span begins there."""
        return number % (self.step << self.items) == 0

    def run(self, place: int, texts: int) -> range:
        """The places that so many texts take, the first one given."""
        return range(place, place + texts, self.step)

    def wish(self, item: Item, texts: int) -> int:
        """Where an item stands if it can: any place of its span from which all of its texts are in it."""
        choice = (1 << self.items) - len(self.run(0, texts)) + 1
        return self.first(microseconds(item.published)) + _digits(item.id) % choice * self.step


# FTS5 stores how far numbers lie apart. PostgreSQL does not, and there two may be given out at the same time.
SCALES = {"sqlite": Scale(60_000_000, 4, 2, 32), "postgresql": Scale(1_000_000, 20, 7, 128)}


class Held(NamedTuple):
    """An item in the index: the number of its first text, which is what was written, and the languages of the translations that follow."""

    place: int
    languages: tuple[str, ...] = ()

    @property
    def numbers(self) -> dict[str, int]:
        """The numbers of its texts by language, none for what was written."""
        return {language: self.place + offset for offset, language in enumerate((ORIGINAL, *self.languages))}


def index_items(connection: Connection, changes: Sequence[tuple[Item, Item]]) -> None:
    """Hold stored items, given as (before, after), where they are new or have changed; none while it is withheld."""
    pairs = [(before, after) for before, after in changes if FLAG not in after.flags]
    redated = {after.id for before, after in pairs if before.published != after.published}
    _renumber(connection, [pair for pair in pairs if pair[1].id in redated])
    held = _held(connection, [item.id for _, item in pairs])
    _hold(connection, [(item, [(ORIGINAL, searching.of_item(item))]) for _, item in pairs if item.id not in held])
    changed = {after.id: (before, after) for before, after in pairs if after.id in held.keys() - redated and before != after}
    moved = [id for id, pair in changed.items() if _shelf(pair[0]) != _shelf(pair[1])]
    translations = find_translations(connection, moved)
    for id, pair in changed.items():
        texts, numbers = translations.get(id, {}), held[id].numbers
        for (language, before), (_, after) in zip(*(texts_of(item, texts) for item in pair), strict=True):
            if language in numbers:
                _replace(connection, numbers[language], before, after)


def index_translation(connection: Connection, item: Item, before: Translation | None, after: Translation) -> None:
    """Hold an item's translation, which may take the place of another one. One of an item that waits for its turn comes with it."""
    held, words = _held(connection, [item.id]).get(item.id), searching.of_translation(item, after)
    if held and before and after.language in held.languages:
        _replace(connection, held.numbers[after.language], searching.of_translation(item, before), words)
    elif held:
        _add(connection, item, held, after.language, words)


def let_go(connection: Connection, items: Collection[Item]) -> None:
    """Hold these items no more."""
    ids = [item.id for item in items]
    held, translations = _held(connection, ids), find_translations(connection, ids)
    gone = [
        {"number": held[item.id].numbers[language], "words": words}
        for item in items
        if item.id in held
        for language, words in texts_of(item, translations.get(item.id, {}))
        if language in held[item.id].numbers
    ]
    many(connection, _LET_GO[connection.dialect.name], gone)
    for chunk in chunks(ids):
        connection.execute(delete(search_places).where(search_places.c.item_id.in_(chunk)))


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
    held = _held(connection, [item.id for _, item in pairs])
    changed = [(before, after) for before, after in pairs if after.id in held]
    let_go(connection, [before for before, _ in changed])
    _hold_whole(connection, [after for _, after in changed])


def _hold_whole(connection: Connection, items: Collection[Item]) -> None:
    """Hold items with all of their texts that are not held yet."""
    ids = [item.id for item in items]
    held, translations = _held(connection, ids), find_translations(connection, ids)
    most = SCALES[connection.dialect.name].most
    texts = {item.id: list(texts_of(item, translations.get(item.id, {}))) for item in items}
    _hold(connection, [(item, texts[item.id][:most]) for item in items if item.id not in held])
    for item in (item for item in items if item.id in held):
        for language, words in texts[item.id]:
            now = _held(connection, [item.id])[item.id]
            if language not in now.numbers:
                _add(connection, item, now, language, words)


def _shelf(item: Item) -> tuple[object, ...]:
    """Where an item is found with all of its texts."""
    return item.source, item.also_in, item.tags


def _held(connection: Connection, ids: Collection[str]) -> dict[str, Held]:
    """How these items are held, those that are."""
    return {row.item_id: Held(row.place, row.languages) for row in find(connection, _PLACES, ids)}


def _add(connection: Connection, item: Item, held: Held, language: str, words: str) -> None:
    """Hold one more text of an item."""
    scale, languages = SCALES[connection.dialect.name], (*held.languages, language)
    number = held.place + len(languages)
    if len(languages) >= scale.most:
        return
    if number % scale.step == 0 and (scale.opens(number) or _taken(connection, scale, [number])):
        translations = find_translations(connection, [item.id]).get(item.id, {})
        texts = dict(texts_of(item, translations)) | {language: words}
        let_go(connection, [item])
        _hold(connection, [(item, [(each, texts[each]) for each in (ORIGINAL, *languages)])])
    else:
        connection.execute(_HOLD[connection.dialect.name], {"number": number, "words": words})
        connection.execute(_HAS_ONE_MORE, {"of_place": held.place, "all": languages})


def _hold(connection: Connection, items: Sequence[tuple[Item, Sequence[tuple[str, str]]]]) -> None:
    """Hold items that are not held with these texts, given as (language, words), the original first."""
    places = _places(connection, {item.id: (item, len(texts)) for item, texts in items})
    rows = [
        {"place": places[item.id], "item_id": item.id, "languages": tuple(language for language, _ in texts[1:])} for item, texts in items
    ]
    execute_many(connection, _TAKE, rows)
    numbered = ((places[item.id] + offset, words) for item, texts in items for offset, (_, words) in enumerate(texts))
    execute_many(connection, _HOLD[connection.dialect.name], [{"number": number, "words": words} for number, words in numbered])


def _places(connection: Connection, items: Mapping[str, tuple[Item, int]]) -> dict[str, int]:
    """Places for items with so many texts: by their dates and digests, or the next that are free."""
    scale, found, known_until = SCALES[connection.dialect.name], {}, NEVER
    wishes = {id: scale.run(scale.wish(item, texts), texts) for id, (item, texts) in items.items()}
    taken = _taken(connection, scale, chain.from_iterable(wishes.values()))
    for id, run in sorted(wishes.items(), key=lambda wish: wish[1].start):
        while not taken.isdisjoint(run):
            run = range(run.start + scale.step, run.stop + scale.step, scale.step)
            if run.stop > known_until:
                since, known_until = run.start - scale.most, run.stop + LOOK_AHEAD * scale.step
                taken |= _runs(scale, execute(connection, _TAKEN_BETWEEN, {"since": since, "until": known_until}))
        found[id] = run.start
        taken.update(run)
    return found


def _taken(connection: Connection, scale: Scale, places: Iterable[int]) -> set[int]:
    """Which of these places are taken, maybe by the texts of an item from a place before, and some others that are."""
    asked = {place - back for place in places for back in range(0, scale.most, scale.step)}
    return _runs(scale, find(connection, _TAKEN_AT, asked))


def _runs(scale: Scale, rows: Iterable[Any]) -> set[int]:
    """The places that these rows of search_places take."""
    return {place for row in rows for place in scale.run(row.place, 1 + len(row.languages))}


def _digits(id: str) -> int:
    return int(identity.digest(id)[:8], 16)


def _replace(connection: Connection, number: int, before: str, after: str) -> None:
    if before != after:
        connection.execute(_LET_GO[connection.dialect.name], {"number": number, "words": before})
        connection.execute(_HOLD[connection.dialect.name], {"number": number, "words": after})

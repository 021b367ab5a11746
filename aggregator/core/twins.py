"""Tells entries apart that came under one id in one document: none of them may stand for another.

An id that stood for several texts tells nothing by itself any more. From then on it counts with the address of its entry, where that is
not enough with the entry's date, and then with its title: so it is made of no more than is needed, and depends on the entry alone and on
what is remembered of the source, and not on what else happens to stand in the document. Entries of one text stay one, unless they bring
different pictures or recordings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence, Set
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from aggregator.core import identity, volatile
from aggregator.model import Item, Source

REMEMBERED = 2000  # ids of a source
_AHEAD = timedelta(days=1)  # a date that lies further ahead moves on with the clock

Part = Callable[[Item, datetime], str]


def told_apart(items: Sequence[Item], source: Source, *, repeated: Set[str], now: datetime) -> tuple[list[Item], tuple[str, ...]]:
    """A document's items, each under an id of its own, and the ids in the document that are not enough to tell its entries apart.

    `repeated` are the ids of which that is known already.
    """
    ids = [item.id for item in items]
    if len(set(ids)) == len(ids) and repeated.isdisjoint(ids):
        return list(items), ()
    contents = [_content(item) for item in items]
    found: list[str] = []
    for part in _parts(source):
        ambiguous = _ambiguous(ids, contents, repeated)
        if not ambiguous:
            break
        found += ambiguous
        ids = [identity.apart(id, part(item, now)) if id in ambiguous else id for id, item in zip(ids, items, strict=True)]
    return _of_one_content_are_one(items, contents, ids), tuple(found)


def remembered(before: Iterable[str], found: Iterable[str]) -> tuple[str, ...]:
    """The ids that are known not to be enough, those that were seen last first."""
    return tuple(islice(dict.fromkeys((*found, *before)), REMEMBERED))


def _parts(source: Source) -> Sequence[Part]:
    """What tells entries apart. Who chose the link as what makes an item the same, gets one item of a link; so does who reads a page,
    where one article often stands under several headlines.
    """
    if source.identity == "content":
        return ()
    return (_address, _moment, _words) if source.identity == "guid" and source.kind != "html" else (_address,)


def _ambiguous(ids: Sequence[str], contents: Sequence[Hashable], repeated: Set[str]) -> dict[str, None]:
    of_id: dict[str, set[Hashable]] = defaultdict(set)
    for id, content in zip(ids, contents, strict=True):
        of_id[id].add(content)
    return {id: None for id, different in of_id.items() if len(different) > 1 or id in repeated}


def _of_one_content_are_one(items: Sequence[Item], contents: Sequence[Hashable], ids: Sequence[str]) -> list[Item]:
    """The items with their ids; of several with one content, which came under one id, all have that of the same one."""
    keys = [(item.id, content) for item, content in zip(items, contents, strict=True)]
    least: dict[Hashable, str] = {}
    for key, id in zip(keys, ids, strict=True):
        least[key] = min(id, least.get(key, id))
    return [item if least[key] == item.id else replace(item, id=least[key]) for item, key in zip(items, keys, strict=True)]


def _content(item: Item) -> Hashable:
    """What two entries have to share to be one: their text and what comes with it, in place of a text the pictures, or address and date."""
    return item.digest, frozenset(_without_query(media.url) for media in item.media), _in_place_of_text(item)


def _in_place_of_text(item: Item) -> Hashable:
    if "empty" in item.flags:
        return item.url, _dated(item)
    return "" if item.digest != volatile.text_digest(item.title, "") else identity.digest(item.html)


def _without_query(address: str) -> str:
    """An address without what may be another one for each reader."""
    return address.partition("?")[0]


def _address(item: Item, _: datetime) -> str:
    return identity.address(item.url)


def _moment(item: Item, now: datetime) -> str:
    published = _dated(item)
    return published.isoformat() if published and published < now + _AHEAD else ""


def _words(item: Item, _: datetime) -> str:
    return item.title or item.digest


def _dated(item: Item) -> datetime | None:
    return None if "undated" in item.flags else item.published

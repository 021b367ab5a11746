"""Under which names an item is known, and which stored item an entry is that came under a new one.

A feed changes its ids, its addresses or both, and its articles stay what they were. What an entry came under is remembered, so that it is
found again: its id, its text at its date, and its addresses. An address alone proves nothing, as some sites give one to many items.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from aggregator.core import identity, language, stories
from aggregator.model import Alias, Item, Source

NAME_LENGTH = 24  # hexadecimal digits
MOST_ELSEWHERE = 8  # other sources that are asked for the item of a name
ELSEWHERE_WITHIN = timedelta(hours=12)  # another source may date an article differently
_DAY = timedelta(days=1)
_TAILS = (" | ", " - ", " – ")  # a site's name stands behind


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What one entry may be known under: `exact` ones prove it, `addresses` where date or text agree, `bands` where the story does."""

    exact: tuple[str, ...]
    addresses: tuple[str, ...]
    bands: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """The exact ones first."""
        return self.exact + self.addresses + self.bands


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognized:
    """A document's items under the ids they are stored with, without those that were removed, and the names that nobody knew yet."""

    items: tuple[Item, ...]
    learned: tuple[Alias, ...]
    ids: Mapping[str, str]  # that each of the document's ids stands for, "" for an item that was removed


def names_of(items: Sequence[Item], source: Source, *, now: datetime) -> dict[str, Names]:
    """The names of a document's items, by id; one that several of them have is nobody's. A date that lies ahead of `now` may move."""
    names = {item.id: _names(item, source, now=now) for item in reversed(items)}
    owners = Counter(name for each in names.values() for name in each.all)
    return {
        id: Names(exact=_owned(each.exact, owners), addresses=_owned(each.addresses, owners), bands=_owned(each.bands, owners))
        for id, each in names.items()
    }


def nearest(aliases: Iterable[Alias], source: Source) -> list[Alias]:
    """Of each name the source's own alias, and a few of others: what hundreds share proves little, and all would have to be loaded."""
    others: Counter[str] = Counter()
    found: list[Alias] = []
    for alias in aliases:
        others[alias.name] += alias.source != source.name
        if alias.source == source.name or others[alias.name] <= MOST_ELSEWHERE:
            found.append(alias)
    return found


def recognize(
    items: Sequence[Item],
    names: Mapping[str, Names],
    aliases: Collection[Alias],
    stored: Mapping[str, Item],
    source: Source,
    *,
    beside: Collection[str] = (),
) -> Recognized:
    """What the store knows of one document's items. `stored` are the items of their ids and of the aliases, as far as there are any.

    `beside` are the ids of what else stands in the document: those items are none of these.

    A name whose item is stored no more is that of a removed item, which does not come back. Items of other sources count in profile
    `clean` only: `compat` makes one document for each entry of each source. Their text alone counts where both sources ask for stories.
    """
    known: dict[str, list[Alias]] = {}
    for alias in sorted(aliases, key=lambda alias: alias.source != source.name):
        if alias.source == source.name or alias.name in names or source.profile == "clean":
            known.setdefault(alias.name, []).append(alias)
    taken = {item.id for item in items}.union(beside)
    found: dict[str, Item | None] = {}
    for item in items:
        if item.id not in found:
            found[item.id] = made = _found(item, names[item.id], known, stored, taken)
            taken.add(made.id if made else item.id)
    recognized = tuple(replace(item, id=made.id) for item in items if (made := found[item.id]) is not None)
    ids = {id: made.id if made else "" for id, made in found.items()}
    return Recognized(items=recognized, learned=tuple(_learned(found, names, aliases, source)), ids=ids)


def _found(
    item: Item, names: Names, known: Mapping[str, Sequence[Alias]], stored: Mapping[str, Item], taken: Collection[str]
) -> Item | None:
    """The item under the id it is stored with, or None where that item was removed. One that stands in the document itself is another."""
    if item.id in stored:
        return item
    for alias in (alias for name in names.all for alias in known.get(name, ())):
        elsewhere = alias.source != item.source
        certain = alias.name == item.id or (alias.name in names.exact and not elsewhere)
        there = stored.get(alias.item_id)
        if there is None and certain:
            return None
        if there and there.id not in taken and (certain or _agree(item, there, elsewhere=elsewhere, story=alias.name in names.bands)):
            return replace(item, id=there.id)
    return item


def _agree(item: Item, stored: Item, *, elsewhere: bool, story: bool) -> bool:
    if story:
        return elsewhere and stories.same(item, stored)
    return same(item, stored, elsewhere=elsewhere)


def same(item: Item, stored: Item, *, elsewhere: bool) -> bool:
    """Whether two items of one address are one: of the same text, or of the same moment, a whole day counting only with the same title.

    From another source, a title is enough where no date contradicts it.
    """
    dated = _are_dated(item, stored)
    if item.digest in (stored.digest, stored.fed_digest) and (dated or not elsewhere):
        return True
    if dated and item.published == stored.published:
        return item.title == stored.title or item.published.time() != time.min
    return elsewhere and _is_retold(item, stored)


def _is_retold(item: Item, stored: Item) -> bool:
    """Whether the items of two sources have one title in one language, and dates that may be one article's; without title, close ones."""
    if not (_are_titled_alike(item.title, stored.title) and language.same(item.language, stored.language)):
        return False
    if not _are_dated(item, stored):
        return bool(item.title)
    within = _DAY if item.title and (_is_day(item) or _is_day(stored)) else ELSEWHERE_WITHIN
    return abs(item.published - stored.published) < within


def _are_dated(item: Item, stored: Item) -> bool:
    return "undated" not in (*item.flags, *stored.flags)


def _are_titled_alike(a: str, b: str) -> bool:
    """Whether two titles are equal, or one is the other with a site's name behind it."""
    shorter, longer = sorted((a, b), key=len)
    return shorter == longer or (shorter != "" and any(longer.startswith(shorter + tail) for tail in _TAILS))


def _is_day(item: Item) -> bool:
    """Whether the date may be a whole day: midnight, or without a zone a time that is midnight in one."""
    clock = item.published.time()
    return clock == time.min or ("zoneless" in item.flags and clock.second == 0 and clock.minute % 15 == 0)


def _learned(found: Mapping[str, Item | None], names: Mapping[str, Names], aliases: Iterable[Alias], source: Source) -> Iterator[Alias]:
    """The names that this source has no item for."""
    held = {alias.name for alias in aliases if alias.source == source.name}
    for id, item in found.items():
        for name in names[id].all if item else ():
            if item and name not in held:
                yield Alias(name, source.name, item.id)


def _names(item: Item, source: Source, *, now: datetime) -> Names:
    bands = (_name("story", band) for band in stories.bands(item)) if source.same_story else ()
    return Names(exact=(item.id, *_text(item, source, now=now)), addresses=tuple(_addresses(item)), bands=tuple(bands))


def _text(item: Item, source: Source, *, now: datetime) -> Iterator[str]:
    """A name of its own for each source, unless that asks for stories: else all who print one text would be looked at with each poll."""
    moment = "" if "undated" in item.flags or item.published > now else item.published.isoformat()
    if "empty" not in item.flags or (moment and item.published.time() != time.min):
        yield _name("text", "" if source.same_story else source.name, item.digest, moment)


def _addresses(item: Item) -> Iterator[str]:
    """Where the item says it is, by its link and by its guid; never a site's home."""
    spelled = dict.fromkeys(_spelled(url) for url in (item.url, item.guid))
    return (_name("address", address) for address in spelled if address)


@lru_cache(maxsize=8192)  # at most polls the addresses are those of the last one
def _spelled(url: str) -> str:
    """The address without scheme, `www.`, trackers, fragment and closing slash; empty for none, and for that of a home page."""
    if not url.lower().startswith(("http://", "https://")):
        return ""
    address = identity.spelling(url)
    parts = urlsplit(f"//{address}")
    return address.rstrip("/") if parts.path.strip("/") or parts.query or parts.fragment else ""


def _name(*parts: str) -> str:
    return identity.digest(*parts)[:NAME_LENGTH]


def _owned(names: Iterable[str], owners: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(name for name in names if owners[name] == 1)

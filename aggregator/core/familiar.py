"""What is remembered of a source's entries, so that those which have not changed need not be read again.

`PollState.known` holds words: a digest of the source's settings, two of what surrounds the entries, and one word for each entry: the digest
of its text, the id of the item it became, when that was published. An entry that a rule left out has no id. Not remembered, and so read
again each time, is one that could not be read, whose id is or was that of another one, too, or whose date lies ahead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import fields
from datetime import datetime, timedelta
from operator import attrgetter
from typing import NamedTuple

from aggregator.core import identity
from aggregator.core.derived import derived
from aggregator.model import LONG_AGO, Item, ParsedFeed, PollState, Source

MOST = 2000  # entries of a source; those beyond are read again when its document changes
NOTHING = "-"
# What says how a source is fetched, when, and what becomes of its items, but not how its entries are read.
_ELSEWHERE = frozenset(
    [
        *("every", "min_every", "max_every", "headers", "user_agent", "proxy", "allow_networks"),
        *("folder", "languages", "translate_to", "update_translations"),
    ]
)
_OF_THE_READING = attrgetter(*(field.name for field in fields(Source) if field.name not in _ELSEWHERE))
_SURROUNDINGS = slice(1, 3)
_FIRST_ENTRY = 3
_TICK = timedelta(microseconds=1)


class Entry(NamedTuple):
    """An entry as it was read: the digest of its text, the item's id or "", its date if it has one."""

    digest: str
    item_id: str = ""
    published: datetime | None = None


@derived
def settings(source: Source) -> str:
    """Digest of what the configuration says of how the source's entries are read."""
    return identity.digest(*map(repr, _OF_THE_READING(source)))[:16]


def is_current(source: Source, state: PollState) -> bool:
    """Whether the last document was read with the settings of today, as far as that is remembered."""
    return not state.known or state.known[0] == settings(source)


def told(known: Sequence[str]) -> tuple[str, ...]:
    """What a kind is told of: the digests."""
    return tuple(word.partition(" ")[0] for word in known[1:])


def words(read: Sequence[tuple[str, Item | None]], *, now: datetime) -> tuple[str, ...]:
    """The words for entries that were read: digest of the text or "", and item, None where a rule left it out.

    One without a digest is not to be found again. So are several with one id, of which the first in the document counts, and those that
    had to be told apart: only together they show which of them are one.
    """
    ids = Counter(item.id for _, item in read if item)
    shared = {id for id, count in ids.items() if count > 1 or identity.is_apart(id)}
    return tuple(_word("" if item and item.id in shared else digest, item, now=now) for digest, item in read)


def renamed(words: Sequence[str], ids: Mapping[str, str]) -> tuple[str, ...]:
    """The words with the ids that the items are stored with in the place of those they came under; "" for what is not to be stored."""
    parts = (word.split() for word in words)
    return tuple(f"{digest} {(ids[id] or NOTHING) if id in ids else id} {date}" for digest, id, date in parts)


def unchanged(known: Sequence[str], feed: ParsedFeed) -> tuple[Entry, ...]:
    """The remembered entries that a document still has, in its order."""
    words = {word.partition(" ")[0]: word for word in known[_FIRST_ENTRY:]} if feed.unchanged else {}
    return tuple(_entry(words[digest]) for digest in feed.unchanged)


def is_in_doubt(new: Set[str], old: Set[str], missing: Collection[str]) -> bool:
    """Whether a document has to be read whole: a new entry has the id of an unchanged one, or an unchanged one's item is `missing`."""
    return not new.isdisjoint(old) or not old.isdisjoint(missing)


def after(source: Source, before: Sequence[str], feed: ParsedFeed, entries: Sequence[str], *, delta: bool) -> tuple[str, ...]:
    """The words to remember after a document that had these `entries` besides those that are unchanged.

    A delta adds to what is known, but for what it has in another form; in other surroundings it leaves nothing to go by.
    """
    around, old = before[_SURROUNDINGS], before[_FIRST_ENTRY:]
    if not feed.same and (not feed.context or (delta and feed.context not in around)):
        return tuple(before[:1]) if delta else (settings(source),)
    new = [word for word in entries if not word.startswith(NOTHING)]
    if delta:
        stale = {part for word in entries for part in word.split()[:2]} - {NOTHING}
        return (*before[:_FIRST_ENTRY], *(*new, *(word for word in old if stale.isdisjoint(word.split()[:2])))[:MOST])
    there = frozenset(feed.unchanged)
    kept = [word for word in old if word.partition(" ")[0] in there]
    return (settings(source), *(around if feed.same else (feed.context, feed.around)), *(*new, *kept)[:MOST])


def _word(digest: str, item: Item | None, *, now: datetime) -> str:
    if item is None:
        return f"{digest or NOTHING} {NOTHING} {NOTHING}"
    if not digest or item.published > now:
        return f"{NOTHING} {item.id} {NOTHING}"
    return f"{digest} {item.id} {NOTHING if 'undated' in item.flags else (item.published - LONG_AGO) // _TICK}"


def _entry(word: str) -> Entry:
    digest, item_id, published = word.split()
    return Entry(digest, "" if item_id == NOTHING else item_id, None if published == NOTHING else LONG_AGO + int(published) * _TICK)

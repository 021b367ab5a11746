"""What of a stored item is corrected while its text stays: address, pictures and sound, people, tags, label of language, and its date.

The publisher adds a link, or the configuration says what was not known when the item came: its language, tags, time zone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence, Sized
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from aggregator.core import fulltext, identity, language
from aggregator.model import Item, Media

_STEP = timedelta(minutes=15)  # what offsets between zones are multiples of
_WIDEST = timedelta(hours=26)  # between two zones
_Told = TypeVar("_Told", bound=Sized)


def amended(item: Item, stored: Item, *, redated: Collection[str] = ()) -> Item:
    """The stored item with what its source says of the same text now; the very same object where that is nothing new.

    What an item had and is not said any more stays, but for tags. Where addresses differ in scheme, trackers or, for pictures and sound, in
    their query, nothing has changed: such parts may be others in each answer. `redated` is as for `published`.
    """
    declared, counts_as = _label(item, stored)
    told = replace(
        stored,
        url=_news(item.url, stored.url, by=_address),
        image=_news(item.image, stored.image, by=_bare),
        media=_news(item.media, stored.media, by=_kept),
        authors=_news(item.authors, stored.authors, by=frozenset),
        tags=item.tags if {*item.tags} != {*stored.tags} else stored.tags,
        published=published(item, stored, redated=redated),
        declared=declared,
        language=counts_as,
    )
    if told == stored:
        return stored
    return replace(told, flags=fulltext.flags_of(item, text_of=stored), amended=stored.amended + 1)


def published(item: Item, stored: Item, *, redated: Collection[str] = ()) -> datetime:
    """When an item counts as published that has come before: that never moves, unless it was not known.

    `redated` says which of the flags "undated" and "zoneless" let it. The time an undated item was first seen gives way to an earlier date,
    a time in an unknown zone to the same in another zone.
    """
    flags = {*stored.flags}.intersection(redated)
    if "undated" in item.flags:
        return stored.published
    if "undated" in flags:
        return min(item.published, stored.published)
    offset = item.published - stored.published
    return item.published if "zoneless" in flags and not offset % _STEP and abs(offset) <= _WIDEST else stored.published


def _news(told: _Told, known: _Told, *, by: Callable[[_Told], object]) -> _Told:
    """What is told now, if it is something and differs from what is known."""
    return known if not told or told == known or by(told) == by(known) else told


def _label(item: Item, stored: Item) -> tuple[str, str]:
    """The label of language, and what that comes to; the text of a page was judged by itself."""
    if not item.declared or item.declared == stored.declared:
        return stored.declared, stored.language
    counts_as = language.effective(item.declared, stored.detected) if stored.fed_digest else item.language
    return item.declared, item.language if language.same(counts_as, item.language) else counts_as


def _address(url: str) -> str:
    return identity.spelling(url).rstrip("/")


def _bare(url: str) -> str:
    return _address(url.partition("?")[0])


def _kept(media: Sequence[Media]) -> list[tuple[str, str, str]]:
    """What of media does not change by itself."""
    return [(_bare(one.url), one.type, one.role) for one in media]

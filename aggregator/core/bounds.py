"""What an item can hold at most. What is shortened is flagged "cut"; an item whose address is too long is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from aggregator.model import Item, ParsedFeed

TITLE = 1_000  # characters, like all lengths here
SUMMARY = 10_000
NAME = 300  # an author, a tag, a label, a language
LIST = 100  # authors, tags, media
ADDRESS = 8_192  # also an id of the upstream's
BODY = 2 * 1024 * 1024
COMPLAINTS = 20
CUT, EMPTY = "cut", "empty"


def bounded(item: Item) -> Item:
    """The item within its bounds. Raises ValueError where address or id are over theirs: half of one would be another one.

    So would half of a body be: the item keeps what else it has, and is empty.
    """
    for what, text in (("address", item.url), ("id", item.guid)):
        if len(text) > ADDRESS:
            raise ValueError(f"its {what} has {len(text):,} characters, more than {ADDRESS:,}")
    fits = len(item.html) <= BODY
    within = replace(
        item,
        html=item.html if fits else "",
        flags=item.flags if fits else tuple(dict.fromkeys((*item.flags, EMPTY))),
        title=cut(item.title, TITLE),
        summary=cut(item.summary, SUMMARY),
        authors=_names(item.authors),
        tags=_names(item.tags),
        label=cut(item.label, NAME),
        image=item.image if len(item.image) <= ADDRESS else "",
        media=tuple(replace(media, title=cut(media.title, TITLE)) for media in item.media if len(media.url) <= ADDRESS)[:LIST],
    )
    return item if within == item else replace(within, flags=(*within.flags, CUT))


def bounded_feed(feed: ParsedFeed) -> ParsedFeed:
    """What a document says of itself, within the same bounds; an address that is too long is none."""
    addresses = {name: text for name in ("link", "picture", "hub", "self_url") if len(text := getattr(feed, name)) <= ADDRESS}
    blank = replace(feed, link="", picture="", hub="", self_url="")
    return replace(
        blank,
        title=cut(feed.title, TITLE),
        language=cut(feed.language, NAME),
        complaints=tuple(cut(complaint, NAME) for complaint in feed.complaints[:COMPLAINTS]),
        **addresses,
    )


def cut(text: str, most: int) -> str:
    """The text if it is short enough, else its beginning with an ellipsis."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _names(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(cut(name, NAME) for name in names[:LIST])

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
    return item if _is_within(item) else _shortened(item)


def _is_within(item: Item) -> bool:
    return (
        len(item.html) <= BODY
        and len(item.title) <= TITLE
        and len(item.summary) <= SUMMARY
        and len(item.image) <= ADDRESS
        and max(len(item.authors), len(item.tags), len(item.media)) <= LIST
        and max(map(len, (item.label, *item.authors, *item.tags))) <= NAME
        and all(len(media.title) <= TITLE and len(media.url) <= ADDRESS for media in item.media)
    )


def _shortened(item: Item) -> Item:
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
        image=_address(item.image),
        media=tuple(replace(media, title=cut(media.title, TITLE)) for media in item.media if len(media.url) <= ADDRESS)[:LIST],
    )
    return replace(within, flags=(*within.flags, CUT))


def bounded_feed(feed: ParsedFeed, *, more: bool = False) -> ParsedFeed:
    """What a document says of itself, without its entries, within the same bounds; an address that is too long is none."""
    return replace(
        feed,
        entries=(),
        digests=(),
        more=more,
        title=cut(feed.title, TITLE),
        language=cut(feed.language, NAME),
        complaints=tuple(cut(complaint, NAME) for complaint in feed.complaints[:COMPLAINTS]),
        link=_address(feed.link),
        picture=_address(feed.picture),
        hub=_address(feed.hub),
        self_url=_address(feed.self_url),
    )


def _address(url: str) -> str:
    return url if len(url) <= ADDRESS else ""


def cut(text: str, most: int) -> str:
    """The text if it is short enough, else its beginning with an ellipsis."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _names(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(cut(name, NAME) for name in names[:LIST])

"""Reads a feed's document: all of it, or of one whose entries are known but for a few, those few and what surrounds them."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Any

from aggregator.model import ParsedFeed, Source
from aggregator.sources import feed_context, feed_parsers, feed_split
from aggregator.sources.feed_entry import parsed_feed
from aggregator.sources.feed_split import Split


def read(text: str, source: Source, *, location: str, known: Set[str]) -> ParsedFeed | None:
    """The feed, None where the text is none; without the entries that are `known` where it is certain that they are the same."""
    document = feed_split.split(text, limit=source.max_items)
    around = feed_context.around(document, source, location=location) if document else ""
    news = _news(document, source, location, known, around) if document and known else None
    return news or _whole(text, document, source, location, around)


def _news(document: Split, source: Source, location: str, known: Set[str], around: str) -> ParsedFeed | None:
    """The feed without the entries that are known, or None where the whole document has to be read to be sure of what it holds."""
    if known.isdisjoint(document.digests):
        return None
    if around in known and known >= {*document.digests}:
        return ParsedFeed(entries=(), unchanged=document.digests, more=not document.whole, same=True)
    text, wanted = feed_split.without(document, known)
    parser = feed_parsers.read_strictly(text, location=location, limit=len(wanted) + document.whole)
    if parser is None or len(parser.entries) != len(wanted):
        return None
    context = feed_context.context_of(parser, document, source)
    if not context or context not in known:
        return None
    entries = [entry for entry, is_wanted in zip(parser.entries, wanted, strict=True) if is_wanted]
    return _parsed(
        parser,
        entries,
        location,
        context=context,
        around=around,
        digests=tuple([digest for digest in document.digests if digest not in known]),
        unchanged=tuple([digest for digest in document.digests if digest in known]),
    )


def _whole(text: str, document: Split | None, source: Source, location: str, around: str) -> ParsedFeed | None:
    """The feed with all its entries, None where the text is no feed. Their digests are given where they will be good the next time."""
    parser, fault = feed_parsers.read(text, location=location, limit=source.max_items)
    if not parser.version and not parser.entries:
        return None
    if fault:
        return _parsed(parser, parser.entries, location, complaints=(fault,))
    if document and len(document.digests) == len(parser.entries) and (context := feed_context.context_of(parser, document, source)):
        return _parsed(parser, parser.entries, location, context=context, around=around, digests=document.digests)
    return _parsed(parser, parser.entries, location)


def _parsed(parser: Any, entries: Sequence[Any], location: str, **known: Any) -> ParsedFeed:
    head, found = _plain(parser.feeddata), list(map(_plain, entries))
    return parsed_feed(head, found, version=parser.version, location=location, more=parser.more, **known)


def _plain(found: Any) -> dict[str, Any]:
    """feedparser's dictionaries answer some keys with the value of others: the copy says only what was found."""
    return dict(found)

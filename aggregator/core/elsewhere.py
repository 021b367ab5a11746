"""Where else an article stands: the other sources that brought it, each with the address it has there."""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest

from aggregator.core.identity import canonical_url
from aggregator.core.links import http_url
from aggregator.model import Item


def linked(stored: Item, item: Item) -> Item:
    """A stored item, linked to the source that brings it too."""
    return merged(stored, {item.source: item.url})


def merged(item: Item, others: dict[str, str]) -> Item:
    """The item with addresses by other sources; of each source the first address stays."""
    known = _by_source(item)
    new = {source: url for source, url in others.items() if source not in (item.source, *known)}
    return replace(item, also_in=(*known, *new), also_at=(*known.values(), *new.values())) if new else item


def settled(item: Item, stored: Item) -> Item:
    """The item linked to all sources that it or what is stored is linked to, those of what is stored first."""
    known = _by_source(item) | _by_source(stored)
    return merged(replace(item, source=stored.source, also_in=stored.also_in, also_at=stored.also_at), known)


def links(item: Item) -> dict[str, str]:
    """The addresses of the article in other sources that differ from its own, by source."""
    seen, found = {canonical_url(item.url)}, dict[str, str]()
    for source, url in _by_source(item).items():
        if (address := http_url(url)) and (spelled := canonical_url(address)) not in seen:
            seen.add(spelled)
            found[source] = address
    return found


def _by_source(item: Item) -> dict[str, str]:
    """What was linked before addresses were kept has none."""
    return dict(zip_longest(item.also_in, item.also_at[: len(item.also_in)], fillvalue=""))

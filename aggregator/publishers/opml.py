"""OPML 2.0 lists of our feeds, for readers to subscribe to all of them at once (http://opml.org/spec2.opml)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from itertools import chain, count, groupby
from urllib.parse import quote

from lxml import etree

from aggregator.core.characters import one_line
from aggregator.core.feeding import heading
from aggregator.core.links import http_url
from aggregator.model import Feed, Source
from aggregator.publishers.places import Format, place, start_of_addresses


def opml(
    feeds: Iterable[Feed],
    *,
    title: str,
    base_url: str,
    form: Format = "rss",
    below: str = "/",
    query: Callable[[str], str] = lambda path: "",
) -> bytes:
    """The feeds in one format, a folder for each language. Without a base URL the addresses are relative to what they are `below`.

    `query` is what a feed's address ends in, by its path.

    No two outlines have the same title: rss2email and sfeed name their own files after it.
    """
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = one_line(title) or "Feeds"
    body = etree.SubElement(root, "body")
    taken: set[str] = set()
    start, link = start_of_addresses(base_url, root=f"{below}feeds/"), cache(http_url)  # most feeds lead to the site
    for language, group in groupby(sorted(feeds, key=_order), key=lambda feed: feed.language):
        folder = etree.SubElement(body, "outline", text=one_line(language))
        for feed in group:
            text = _free(heading(feed), feed.name, taken)
            path = place(feed, form)
            places = {"xmlUrl": start + quote(path) + query(path), "htmlUrl": link(feed.link), "language": feed.language}
            told = {name: one_line(value) for name, value in places.items() if value}
            etree.SubElement(folder, "outline", type="rss", text=text, title=text, **told)
    document: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return document


def subscriptions(sources: Iterable[Source], *, title: str) -> bytes:
    """The feeds of sources, to be taken along to another reader; those of other kinds no reader can read. Titles are unique, too."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = one_line(title) or "Feeds"
    body = etree.SubElement(root, "body")
    taken: set[str] = set()
    for source in sorted(sources, key=lambda source: source.name):
        if source.kind == "feed":
            text = _free(one_line(source.title) or source.name, source.name, taken)
            facts = {"xmlUrl": source.url, "category": ",".join(source.tags), "language": source.language}
            named = {name: one_line(value) for name, value in facts.items() if value}
            etree.SubElement(body, "outline", type="rss", text=text, title=text, **named)
    document: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return document


def _order(feed: Feed) -> tuple[str, str, bool]:
    return feed.language, feed.name, feed.variant == "bilingual"


def _free(title: str, name: str, taken: set[str]) -> str:
    """The title, with as much more as it takes to be the only one."""
    named = one_line(f"{title} {name}")
    choices = chain([title, named], (f"{named} {number}" for number in count(2)))
    free = next(choice for choice in choices if choice.casefold() not in taken)
    taken.add(free.casefold())
    return free

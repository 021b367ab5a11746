"""The kind `html`: a page that lists news, read by CSS selectors."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from aggregator.core import markup
from aggregator.core.characters import one_line
from aggregator.core.links import http_url, public_url
from aggregator.errors import ParseError
from aggregator.model import Fetched, ParsedFeed, RawItem, Source
from aggregator.sources import date_format, dating
from aggregator.sources.address import join
from aggregator.sources.diagnosis import refusal, root, unasked
from aggregator.sources.encoding import decode
from aggregator.sources.fields import lack, media_at, name_problem, told
from aggregator.sources.pagelinks import DEEPEST, base_of, linked_feeds
from aggregator.sources.selecting import is_selector, outermost

_ATTRIBUTE = re.compile(r"^(?P<selector>.*?)\s*@(?P<attribute>[A-Za-z_][\w:.-]*)$", re.DOTALL)
# Where a field's value stands when no attribute is named; else it is what can be read in the element.
_ATTRIBUTES = {
    "link": ("href",),
    "image": ("data-src", "data-original", "src", "srcset", "content"),
    "media": ("src", "href", "content"),
    "published": ("datetime", "content"),
    "updated": ("datetime", "content"),
}
_WITHOUT_TEXT = ("link", "image", "media")
_MARKUP = ("html", "summary")
_NEXT = "link[rel~=next], a[rel~=next]"
_SHORTEST_LIST = 3  # entries that make something repeated look like news
_LINKS_LOOKED_AT = 2000
_AROUND = ("li", "article", "tr", "dd", "section", "div")


class Place(NamedTuple):
    """Where a value stands in an entry: elements by a selector ("" is the entry itself), and an attribute of theirs, or ""."""

    selector: str
    attribute: str


class HtmlKind:
    """Reads pages by configuration.

    `items` is the CSS selector of an entry; an element within another one is part of it. `fields` maps our names to selectors within an
    entry, `h2 a@href` for an attribute, `@data-id` for one of the entry itself. Of several elements the first that says something counts,
    all of them for author and tags. Dates are read from `datetime`, by `date_format`, or as they stand there. `next` is the selector of
    the link to the page with older entries, by default a link that says so with `rel`.
    """

    def problems(self, source: Source) -> Sequence[tuple[str, str]]:
        """What is wrong with `items`, `fields`, `date_format` and `next`, as (key, message) pairs."""
        items, fields = source.options.get("items", ""), source.options.get("fields", {})
        found = [("items", said)] if (said := _items_problem(items)) else []
        found += date_format.problems(source)
        if (onward := source.options.get("next")) is not None and (said := _next_problem(onward)):
            found.append(("next", said))
        if not isinstance(fields, Mapping) or not fields:
            return [*found, ("fields", 'must be a table of selectors, like { title = "h2", link = "h2 a", published = "time" }')]
        found += [(f"fields.{name}", said) for name, written in fields.items() if (said := _field_problem(name, written))]
        return found + lack(fields)

    def parse(self, source: Source, fetched: Fetched, *, known: Set[str] = frozenset()) -> ParsedFeed:
        """The entries of one page, at most `source.max_items`. Raises ParseError where it is no page, or has none."""
        text, complaint = decode(fetched.body, content_type=fetched.headers.get("content-type", ""), language=source.language)
        if root(text) not in ("", "html") or "<" not in text or text.lstrip().startswith(("{", "[")):
            raise refusal(text, fetched, wanted="a page")
        if markup.depth(text) > DEEPEST:
            raise ParseError(f"{public_url(fetched.url)}: the page is nested more than {DEEPEST} deep", advice="Look at it in a browser.")
        page = LexborHTMLParser(text)
        selector = str(source.options.get("items") or "html")
        matched = page.css(selector)
        if not matched:
            raise _nothing(page, text, fetched, selector=selector)
        elements = list(islice(outermost(matched), source.max_items + 1))
        feed = _feed(page, elements[: source.max_items], source=source, fetched=fetched, complaint=complaint)
        return replace(feed, more=len(elements) > source.max_items)


def _items_problem(items: object) -> str:
    if not isinstance(items, str) or not items.strip():
        return 'must be the CSS selector of an entry, like "article" or "ul.news > li"'
    return _selector_problem(items)


def _next_problem(selector: object) -> str:
    if not isinstance(selector, str) or not selector.strip():
        return 'must be the CSS selector of a link, like ".pager a.older"'
    return _selector_problem(_place(selector).selector)


def _field_problem(name: str, written: object) -> str:
    if said := name_problem(name):
        return said
    if not isinstance(written, str) or not written.strip():
        return 'must be a CSS selector, as text, like "h2 a" or "h2 a@href"'
    return _selector_problem(_place(written).selector)


def _selector_problem(selector: str) -> str:
    return "" if is_selector(selector or "p") else "is no CSS selector; write one such as h2 > a.title, for an attribute h2 a@href"


def _place(written: str) -> Place:
    named = _ATTRIBUTE.match(written.strip())
    return Place(named["selector"], named["attribute"].lower()) if named else Place(written.strip(), "")


def _feed(page: LexborHTMLParser, elements: Sequence[LexborNode], *, source: Source, fetched: Fetched, complaint: str) -> ParsedFeed:
    places = {name: _place(written) for name, written in source.options.get("fields", {}).items()}
    url = public_url(fetched.url)
    base = source.link_base or base_of(page, url)
    entries = [_item(element, places, source=source, base=base) for element in elements]
    empty = [f"entry {n} has neither title, link nor text" for n, entry in enumerate(entries, 1) if not _says_something(entry)]
    if empty and len(empty) == len(entries):
        advice = "Look at the page's source and correct the selectors in fields; they are looked for within an entry."
        raise ParseError(f"{url}: none of the {len(entries)} entries has a title, a link or a text", advice=advice)
    title, html = page.css_first("title"), page.css_first("html")
    return ParsedFeed(
        entries=tuple(filter(_says_something, entries)),
        title=one_line(title.text()) if title else "",
        link=source.link_base or url,
        language=(html.attributes.get("lang") or "").strip() if html else "",
        next_page=_next(page, source, base=base),
        complaints=(*([complaint] if complaint else []), *told(empty, rest="say nothing")),
    )


def _next(page: LexborHTMLParser, source: Source, *, base: str) -> str:
    """Where the entries before these are, or ""."""
    root = page.root
    written = _values(root, "link", _place(source.options.get("next") or _NEXT)) if root else []
    return http_url(join(base, written[0])) if written else ""


def _says_something(entry: RawItem) -> bool:
    return bool(entry.title or entry.link or entry.html or entry.text or entry.summary)


def _item(element: LexborNode, places: Mapping[str, Place], *, source: Source, base: str) -> RawItem:
    values = {name: _values(element, name, place) for name, place in places.items()}
    first = {name: next(iter(found), "") for name, found in values.items()}
    link = places.get("link")
    title = first.get("title") or (_first_text(element, link) if link else "")
    return RawItem(
        guid=first.get("id", ""),
        link=join(base, first.get("link", "")),
        title=" ".join(title.split()),
        title_is_text=True,
        html=first.get("html", ""),
        text=first.get("text", ""),
        summary=first.get("summary", ""),
        published=dating.date_of(first.get("published"), source),
        updated=dating.date_of(first.get("updated"), source),
        language=first.get("language", ""),
        authors=tuple(dict.fromkeys(map(one_line, values.get("author", ())))),
        image=join(base, first.get("image", "")),
        media=media_at([join(base, address) for address in values.get("media", ())]),
        tags=tuple(dict.fromkeys(map(one_line, values.get("tags", ())))),
        label=first.get("source", ""),
        kind=first.get("kind", ""),
        base=base,
    )


def _values(element: LexborNode, name: str, place: Place) -> list[str]:
    """What the elements at a place say for a field, empty ones left out."""
    return list(filter(None, (_value(found, name, place.attribute) for found in _elements(element, place))))


def _elements(element: LexborNode, place: Place) -> list[LexborNode]:
    return element.css(place.selector) if place.selector else [element]


def _first_text(element: LexborNode, place: Place) -> str:
    return next(filter(None, map(_text, _elements(element, place))), "")


def _value(element: LexborNode, name: str, attribute: str) -> str:
    if attribute:
        return (element.attributes.get(attribute) or "").strip()
    for usual in _ATTRIBUTES.get(name, ()):
        value = (element.attributes.get(usual) or "").strip()
        if value and not value.startswith("data:"):
            return value.split()[0].rstrip(",") if usual == "srcset" else value
    if name in _WITHOUT_TEXT:
        return ""
    return (element.inner_html or "").strip() if name in _MARKUP else _text(element)


def _text(element: LexborNode) -> str:
    return markup.visible_text(element.inner_html or "")


def _nothing(page: LexborHTMLParser, text: str, fetched: Fetched, *, selector: str) -> ParseError:
    """The error for a page that has no entry: what repeats on it, and which feeds it links to."""
    error = refusal(text, fetched, wanted="a page with news")
    if error.kind in ("bot_wall", "empty"):
        return error
    url = public_url(fetched.url)
    repeated = [f"{name} ({count})" for name, count in _repeated(page).most_common(3) if count >= _SHORTEST_LIST]
    feeds = [link.url for link in linked_feeds(page, url)]
    advice = "The page may have been rebuilt: look at its source and set items to the selector of an entry."
    advice += f" These elements with a link repeat on it: {', '.join(repeated)}." if repeated else ""
    advice += f' It links to these feeds; set one of them as url, with kind = "feed": {" ".join(feeds)}' if feeds else ""
    return ParseError(f"{url}: “{selector}” matches nothing on the page", advice=unasked(advice, fetched))


def _repeated(page: LexborHTMLParser) -> Counter[str]:
    """How often the nearest elements around links stand on the page, as selectors."""
    found: Counter[str] = Counter()
    for link in page.css("a[href]")[:_LINKS_LOOKED_AT]:
        above = link.parent
        while above is not None and above.tag not in _AROUND:
            above = above.parent
        if above is not None and above.tag:
            name = (above.attributes.get("class") or "").split()
            found[f"{above.tag}.{name[0]}" if name else above.tag] += 1
    return found

"""Atom 1.0: the rules of RFC 4287 (its RELAX NG and what its text adds), of RFC 5005, and what validators warn of."""

from __future__ import annotations

from collections.abc import Iterable

from tests.validation import rules
from tests.validation.rules import ATOM, HISTORY, ITUNES, MEDIA, TRANSLATION, Element, Problems

_FEED = rules.names("author category contributor generator icon id link logo rights subtitle title updated entry")
_ENTRY = rules.names("author category content contributor id link published rights source summary title updated")
_SOURCE = _FEED - {"entry"}
_ONCE = ("id", "title", "updated")
_AT_MOST_ONCE = ("generator", "icon", "logo", "rights", "subtitle", "content", "published", "source", "summary")
_EXTENSIONS = {
    HISTORY: frozenset({"archive"}),
    MEDIA: frozenset({"content", "thumbnail"}),
    ITUNES: frozenset({"duration", "image", "author"}),
    TRANSLATION: frozenset({"provenance"}),
}


def problems(data: bytes) -> list[str]:
    """Everything that is wrong with an Atom document."""
    return list(_problems(rules.parsed(data)))


def _problems(feed: Element) -> Problems:
    if feed.tag != f"{{{ATOM}}}feed":
        yield f"the root is {feed.tag}"
        return
    yield from _container(feed, _FEED, "feed")
    for logo in feed.iterfind(f"{{{ATOM}}}logo"):
        yield from rules.uri(logo.text, "logo")
    yield from rules.language(feed.get(rules.XML_LANG), "xml:lang of the feed")
    entries = feed.findall(f"{{{ATOM}}}entry")
    yield from rules.unique((_text(entry, "id") for entry in entries), "entry id")
    yield from rules.unique((_text(entry, "updated") for entry in entries), "entry updated")
    if len(feed.findall(f"{{{ATOM}}}link[@rel='self']")) != 1:
        yield "feed has not one self link"
    if feed.find(f"{{{ATOM}}}author") is None and any(entry.find(f"{{{ATOM}}}author") is None for entry in entries):
        yield "feed has no author, nor has every entry"
    if entries and max(_text(entry, "updated") for entry in entries) != _text(feed, "updated"):
        yield "feed is not updated when its newest entry was"
    for entry in entries:
        yield from _entry(entry)


def _entry(entry: Element) -> Problems:
    yield from _container(entry, _ENTRY, "entry")
    yield from rules.language(entry.get(rules.XML_LANG), "xml:lang of an entry")
    yield from rules.shared(entry)
    content, summary = entry.find(f"{{{ATOM}}}content"), entry.find(f"{{{ATOM}}}summary")
    if content is None and entry.find(f"{{{ATOM}}}link[@rel='alternate']") is None:
        yield "entry has neither content nor an alternate link"
    if content is not None:
        yield from _construct(content, "content")
    if summary is not None:
        yield from _construct(summary, "summary")
    if (published := _text(entry, "published")) and published[:19] > _text(entry, "updated")[:19]:
        yield "entry is updated before it was published"
    for source in entry.findall(f"{{{ATOM}}}source"):
        yield from _container(source, _SOURCE, "source")


def _container(element: Element, allowed: Iterable[str], what: str) -> Problems:
    names = [rules.name_of(child.tag) for child in element]
    own = [name.localname for name in names if name.namespace == ATOM]
    yield from (f"{what} has an element {name!r}" for name in set(own) - set(allowed))
    yield from (f"{what} has an element without a namespace: {name.localname}" for name in names if not name.namespace)
    yield from (f"{what} has {own.count(name)} {name}" for name in _ONCE if own.count(name) != 1)
    yield from (f"{what} has more than one {name}" for name in _AT_MOST_ONCE if own.count(name) > 1)
    yield from rules.extensions(element, _EXTENSIONS)
    yield from rules.uri(_text(element, "id"), f"id of {what}", web=False)
    yield from _construct(element.find(f"{{{ATOM}}}title"), f"title of {what}")
    for date in ("updated", "published"):
        if (found := element.find(f"{{{ATOM}}}{date}")) is not None:
            yield from rules.rfc3339(found.text, f"{date} of {what}")
    for person in [*element.iterfind(f"{{{ATOM}}}author"), *element.iterfind(f"{{{ATOM}}}contributor")]:
        yield from rules.plain(_text(person, "name"), f"name of a person of {what}")
    for category in element.iterfind(f"{{{ATOM}}}category"):
        yield from rules.plain(category.get("term"), f"term of {what}")
    yield from _links(element.findall(f"{{{ATOM}}}link"), what)


def _links(links: list[Element], what: str) -> Problems:
    alternates = [link for link in links if link.get("rel", "alternate") == "alternate"]
    yield from rules.unique([(link.get("type"), link.get("hreflang")) for link in alternates], f"alternate link of {what}")
    yield from rules.unique([tuple(sorted(link.attrib.items())) for link in links], f"link of {what}")
    for link in links:
        yield from rules.uri(link.get("href"), f"href of {what}")
        if link.get("rel", "alternate") not in rules.RELATIONS:
            yield f"{what} has an unregistered relation {link.get('rel')!r}"
        if link.get("type") is not None or link.get("rel") == "enclosure":
            yield from rules.media_type(link.get("type"), f"type of a link of {what}")
        if link.get("hreflang") is not None:
            yield from rules.language(link.get("hreflang"), f"hreflang of {what}")
        if link.get("length") is not None:
            yield from rules.number(link.get("length"), f"length of a link of {what}")


def _construct(element: Element, what: str) -> Problems:
    """A text construct (section 3.1): plain titles, content as escaped HTML."""
    if element is None:
        return
    kind = element.get("type", "text")
    if kind not in ("text", "html") or len(element):
        yield f"{what} has type {kind!r} or children"
    elif kind == "html":
        yield from rules.shown_html(element.text or "", what)
    else:
        yield from rules.plain(element.text, what)


def _text(element: Element, name: str) -> str:
    return element.findtext(f"{{{ATOM}}}{name}") or ""

"""RSS 2.0: the specification, the RSS Advisory Board's Best Practices Profile, and what validators warn of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from tests.validation import rules
from tests.validation.rules import ATOM, CONTENT, DC, HISTORY, ITUNES, MEDIA, TRANSLATION, Element, Problems

_CHANNEL = rules.names(
    "title link description language copyright managingEditor webMaster pubDate lastBuildDate category "
    "generator docs cloud ttl image rating textInput skipHours skipDays item"
)
_ITEM = rules.names("title link description author category comments enclosure guid pubDate source")
_MANY = frozenset({"item", "category"})  # the profile: one enclosure, as many readers see only one
_IN_CHANNEL = {ATOM: frozenset({"link"}), HISTORY: frozenset({"archive"}), ITUNES: frozenset({"author", "image"})}
_IN_ITEM = {
    ATOM: frozenset({"link"}),
    CONTENT: frozenset({"encoded"}),
    DC: frozenset({"creator"}),
    ITUNES: frozenset({"duration", "image", "author", "season", "episode", "episodeType", "explicit"}),
    MEDIA: frozenset({"content", "thumbnail"}),
    TRANSLATION: frozenset({"provenance"}),
}


def problems(data: bytes) -> list[str]:
    """Everything that is wrong with an RSS document."""
    return list(_problems(rules.parsed(data)))


def _problems(root: Element) -> Problems:
    if root.tag != "rss" or root.get("version") != "2.0" or [child.tag for child in root] != ["channel"]:
        yield "not one channel of RSS 2.0"
        return
    channel = root[0]
    yield from _container(channel, _CHANNEL, _IN_CHANNEL, "channel")
    yield from (f"channel has no {name}" for name in ("title", "link", "description") if not channel.findtext(name))
    yield from rules.plain(channel.findtext("title"), "title of the channel")
    yield from rules.uri(channel.findtext("link"), "link of the channel")
    yield from rules.language(channel.findtext("language"), "language")
    yield from _date(channel.findtext("lastBuildDate"), "lastBuildDate")
    yield from _image(channel)
    if len(channel.findall(f"{{{ATOM}}}link[@rel='self']")) != 1:
        yield "channel has not one atom:link to itself"
    yield from _atom_links(channel, "channel")
    items = channel.findall("item")
    yield from rules.unique((item.findtext("guid") for item in items), "guid")
    for item in items:
        yield from _item(item)


def _image(channel: Element) -> Problems:
    """The channel's picture, and its title and link, which are the channel's own."""
    for image in channel.iterfind("image"):
        yield from rules.uri(image.findtext("url"), "url of the image")
        yield from (
            f"{name} of the image is not the channel's" for name in ("title", "link") if image.findtext(name) != channel.findtext(name)
        )


def _item(item: Element) -> Problems:
    yield from _container(item, _ITEM, _IN_ITEM, "item")
    yield from rules.plain(item.findtext("title"), "title of an item")
    yield from rules.language(item.get(rules.XML_LANG), "xml:lang of an item")
    yield from rules.shared(item)
    yield from _atom_links(item, "item")
    if (link := item.findtext("link")) is not None:
        yield from rules.uri(link, "link of an item")
    yield from _date(item.findtext("pubDate"), "pubDate")
    guid = item.find("guid")
    if guid is None or guid.get("isPermaLink") != "false":
        yield "guid is not there, or may be taken for a link"
    else:
        yield from rules.plain(guid.text, "guid")
    description, encoded = item.findtext("description"), item.findtext(f"{{{CONTENT}}}encoded")
    if encoded is not None:
        yield from rules.shown_html(encoded, "content:encoded")
    if description is not None:
        yield from rules.shown_html(description, "description")
    yield from _parts(item)


def _parts(item: Element) -> Problems:
    for category in item.iterfind("category"):
        yield from rules.plain(category.text, "category")
    creators = item.findall(f"{{{DC}}}creator")
    if not creators and item.find("author") is None:
        yield "item has no author"
    for creator in creators:
        yield from rules.plain(creator.text, "dc:creator")
    for enclosure in item.iterfind("enclosure"):
        yield from rules.uri(enclosure.get("url"), "url of an enclosure")
        yield from rules.number(enclosure.get("length"), "length of an enclosure")
        yield from rules.media_type(enclosure.get("type"), "type of an enclosure")
    for source in item.iterfind("source"):
        yield from rules.uri(source.get("url"), "url of a source")
        yield from rules.plain(source.text, "name of a source")


def _container(element: Element, allowed: Iterable[str], elsewhere: dict[str, frozenset[str]], what: str) -> Problems:
    names = [rules.name_of(child.tag) for child in element]
    own = [name.localname for name in names if not name.namespace]
    yield from (f"{what} has an element {name!r}" for name in set(own) - set(allowed))
    yield from (f"{what} has more than one {name}" for name in set(own) - _MANY if own.count(name) > 1)
    yield from (f"{what} has an element of {name.namespace}" for name in names if name.namespace and name.namespace not in elsewhere)
    yield from rules.extensions(element, elsewhere)
    if len(element.findall(f"{{{CONTENT}}}encoded")) > 1:
        yield f"{what} has more than one content:encoded"


def _atom_links(element: Element, what: str) -> Problems:
    for link in element.iterfind(f"{{{ATOM}}}link"):
        yield from rules.uri(link.get("href"), f"atom:link of {what}")
        if link.get("rel") not in rules.RELATIONS:
            yield f"{what} has an unregistered relation {link.get('rel')!r}"
        if link.get("rel") == "self":
            yield from rules.media_type(link.get("type"), f"type of the self link of {what}")


def _date(value: str | None, what: str) -> Problems:
    try:
        moment = parsedate_to_datetime(value or "")
    except ValueError:
        yield f"{what} is no RFC 822 date: {value!r}"
        return
    if moment.tzinfo is None or moment < datetime(1970, 1, 1, tzinfo=UTC) or not (value or "")[:3].isalpha():
        yield f"{what} is implausible: {value!r}"

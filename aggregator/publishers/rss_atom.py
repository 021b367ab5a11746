"""RSS 2.0 and Atom 1.0 (RFC 4287): feedgen writes the formats' own elements, a pass with lxml adds what it has none for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from typing import Any

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator
from lxml import etree

from aggregator.model import Media
from aggregator.publishers.channel import TRANSLATION_NAMESPACE, Channel, Entry
from aggregator.publishers.places import MEDIA_TYPES, Format

PREFIXES: dict[str | None, str] = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "fh": "http://purl.org/syndication/history/1.0",
    "media": "http://search.yahoo.com/mrss/",
    "translation": TRANSLATION_NAMESPACE,
}
_EXPLICIT = {True: "true", False: "false", None: ""}
_ATOM = "http://www.w3.org/2005/Atom"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)

Element = Any  # lxml has no type information


def rss(channel: Channel) -> bytes:
    """The feed as RSS 2.0."""
    generator = _generator(channel, "rss")
    for entry in channel.entries:
        generator.add_entry(_rss_entry(entry), order="append")
    root = etree.fromstring(generator.rss_str(), _PARSER)
    _add_links(channel, "rss", before=root[0].find("docs"))
    if channel.picture:  # podcast players look for this one
        root[0].find("docs").addprevious(etree.Element(f"{{{PREFIXES['itunes']}}}image", href=channel.picture))
    return _finished(root, root.iter("item"), channel, _add_to_item, {"atom": _ATOM})


def atom(channel: Channel) -> bytes:
    """The feed as Atom 1.0."""
    generator = _generator(channel, "atom")
    for entry in channel.entries:
        generator.add_entry(_atom_entry(entry), order="append")
    root = etree.fromstring(generator.atom_str(), _PARSER)
    link = root.find(f"{{{_ATOM}}}link[@rel='alternate']")
    _add_links(channel, "atom", before=root.find(f"{{{_ATOM}}}generator") if link is None else link)
    return _finished(root, root.iter(f"{{{_ATOM}}}entry"), channel, _add_to_entry, {None: _ATOM})


def _generator(channel: Channel, form: Format) -> FeedGenerator:
    generator = FeedGenerator()
    generator.id(channel.id)
    generator.title(channel.title)
    generator.description(channel.title)
    generator.author({"name": channel.author})
    generator.language(channel.language)
    generator.updated(channel.updated)
    generator.generator("aggregator")
    if form in channel.addresses:
        generator.link(href=channel.addresses[form], rel="self", type=MEDIA_TYPES[form])
    if channel.link or form == "rss":  # RSS can't be without; the id is a URI at least
        generator.link(href=channel.link or channel.id, rel="alternate")  # the last link is the one feedgen takes for RSS
    if channel.picture:  # Atom's logo as well
        generator.image(url=channel.picture, title=channel.title, link=channel.link or channel.id)
    return generator


def _entry(entry: Entry) -> FeedEntry:
    written = FeedEntry()
    written.guid(entry.id, permalink=False)
    written.title(entry.title)
    written.content(entry.content, type="html")
    written.published(entry.published)
    written.updated(entry.updated)
    written.author([{"name": name} for name in entry.authors])
    written.category([{"term": tag} for tag in entry.tags])
    return written


def _rss_entry(entry: Entry) -> FeedEntry:
    written = _entry(entry)
    if entry.url:
        written.link(href=entry.url, rel="alternate")
    if entry.summary:
        written.description(escape(entry.summary, quote=False), isSummary=True)  # readers take a description for HTML
    if entry.origin.url:
        written.source(url=entry.origin.url, title=entry.origin.title)
    for media in _enclosures(entry)[:1]:  # RSS has room for one
        written.enclosure(url=media.url, length=media.length, type=media.type)
    return written


def _atom_entry(entry: Entry) -> FeedEntry:
    written = _entry(entry)
    if entry.summary:
        written.summary(entry.summary, type="text")
    return written


def _enclosures(entry: Entry) -> list[Media]:
    return [media for media in entry.media if media.role == "enclosure"]


def _add_links(channel: Channel, form: Format, *, before: Element) -> None:
    """The same feed in other languages (RFC 4287 section 4.2.7), its archives (RFC 5005 section 4), its hub (WebSub section 4)."""
    for language, addresses in channel.siblings.items():
        if form in addresses:
            before.addprevious(_link("alternate", addresses[form], type=MEDIA_TYPES[form], hreflang=language))
    for rel, others in (("prev-archive", channel.previous), ("current", channel.current)):
        if form in others:
            before.addprevious(_link(rel, others[form], type=MEDIA_TYPES[form]))
    if channel.hub:
        before.addprevious(_link("hub", channel.hub))
    if channel.current:
        before.addprevious(etree.Element(f"{{{PREFIXES['fh']}}}archive"))


def _add_to_item(item: Element, entry: Entry) -> None:
    for name in entry.authors:  # feedgen's RSS has no author without an e-mail address
        _add(item, "dc", "creator", text=name)
    if entry.url and entry.provenance:
        item.append(_link("via", entry.url, hreflang=entry.provenance.language))
    item.extend(_related(entry))
    shown = {media.url for media in _enclosures(entry)[:1]}
    _add_media(item, entry, [media for media in entry.media if media.url not in shown])
    _add_podcast(item, entry)
    _add_translation(item, entry)


def _add_to_entry(element: Element, entry: Entry) -> None:
    element.extend(_entry_links(entry))
    source = etree.SubElement(element, f"{{{_ATOM}}}source")
    etree.SubElement(source, f"{{{_ATOM}}}id").text = entry.origin.id
    etree.SubElement(source, f"{{{_ATOM}}}title").text = entry.origin.title
    etree.SubElement(source, f"{{{_ATOM}}}updated").text = entry.origin.updated.isoformat()
    if entry.origin.url:
        etree.SubElement(source, f"{{{_ATOM}}}link", href=entry.origin.url)
    _add_media(element, entry, [media for media in entry.media if media.role != "enclosure"])
    _add_translation(element, entry)


def _entry_links(entry: Entry) -> Iterator[Element]:
    """An entry's links, written here because feedgen 1.0 drops all their attributes but the address."""
    for media in _enclosures(entry):
        sizes = {"length": str(media.length)} if media.length else {}
        yield _link("enclosure", media.url, type=media.type, **({"title": media.title} if media.title else {}), **sizes)
    language = entry.provenance.language if entry.provenance else entry.language
    if entry.url and entry.provenance:
        yield _link("via", entry.url, hreflang=language)
    if entry.url:
        yield _link("alternate", entry.url, hreflang=language)
    yield from _related(entry)


def _related(entry: Entry) -> Iterator[Element]:
    """The same article in other sources (RFC 4287 section 4.2.7.2)."""
    return (_link("related", url, title=source) for source, url in entry.also_in.items())


def _link(rel: str, href: str, **attributes: str) -> Element:
    return etree.Element(f"{{{_ATOM}}}link", rel=rel, href=href, **attributes)


def _add_media(element: Element, entry: Entry, rest: list[Media]) -> None:
    """Media RSS for pictures and for what the format itself has no room for (https://www.rssboard.org/media-rss)."""
    for media in rest:
        sizes = {"fileSize": media.length, "width": media.width, "height": media.height, "duration": media.duration}
        _add(element, "media", "content", url=media.url, type=media.type, **{name: str(size) for name, size in sizes.items() if size})
    if entry.image:
        _add(element, "media", "thumbnail", url=entry.image)


def _add_podcast(item: Element, entry: Entry) -> None:
    """What podcast players look for beside the enclosure (https://help.apple.com/itc/podcasts_connect/#/itcb54353390)."""
    if seconds := max((media.duration for media in entry.media), default=0):
        _add(item, "itunes", "duration", text=str(seconds))
    for played in _enclosures(entry)[:1]:
        _add(item, "itunes", "author", text=", ".join(entry.authors))
        if entry.image:
            _add(item, "itunes", "image", href=entry.image)
        said = {
            "season": played.season,
            "episode": played.episode,
            "episodeType": played.episode_type,
            "explicit": _EXPLICIT[played.explicit],
        }
        for name, value in said.items():
            if value:
                _add(item, "itunes", name, text=str(value))


def _add_translation(element: Element, entry: Entry) -> None:
    if made := entry.provenance:
        values = {"from": made.language, "verified": str(made.verified).lower(), "untranslated": str(made.untranslated)}
        values |= {"flags": " ".join(made.flags)} if made.flags else {}
        values |= {"outdated": "true"} if made.outdated else {}
        _add(element, "translation", "provenance", engine=made.engine, date=made.date, **values)


def _add(parent: Element, prefix: str, name: str, *, text: str | None = None, **attributes: str) -> None:
    etree.SubElement(parent, f"{{{PREFIXES[prefix]}}}{name}", **attributes).text = text


def _finished(
    root: Element,
    elements: Iterator[Element],
    channel: Channel,
    add: Callable[[Element, Entry], None],
    own: dict[str | None, str],
) -> bytes:
    for element, entry in zip(list(elements), channel.entries, strict=True):
        element.set(_XML_LANG, entry.language)
        add(element, entry)
    etree.cleanup_namespaces(root, top_nsmap={**PREFIXES, **own})
    root.addprevious(etree.PI("xml-stylesheet", f'type="text/css" href="{channel.style}"'))
    document: bytes = etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return document

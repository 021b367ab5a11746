"""What the formats' rules have in common: addresses, languages, dates, media types, HTML that a reader shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlsplit

from lxml import etree
from lxml import html as lxml_html

ATOM = "http://www.w3.org/2005/Atom"
HISTORY = "http://purl.org/syndication/history/1.0"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
MEDIA = "http://search.yahoo.com/mrss/"
TRANSLATION = "urn:x-aggregator:translation"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def names(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


RELATIONS = names("self alternate via enclosure related hub current prev-archive next-archive")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+")  # RFC 3986, ASCII only
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+")
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]")
_RUNS = names("script style iframe frame object embed applet form input button base meta link svg math")
_ADDRESSES = ("href", "src", "cite", "poster", "action", "formaction", "data", "background")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime.now(UTC) + timedelta(days=1)

Problems = Iterator[str]
Element = Any


def parsed(data: bytes) -> Element:
    """The root element of a document without entities of its own."""
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))


def uri(value: str | None, what: str, *, web: bool = True) -> Problems:
    """An absolute URI in ASCII; http or https unless it is an id."""
    if not value or not _URI.fullmatch(value):
        yield f"{what} is no absolute URI: {value!r}"
    elif web and not _is_of_the_web(value):
        yield f"{what} is no web address: {value!r}"


@lru_cache(10_000)  # an address stands in a feed several times, and in each format
def _is_of_the_web(value: str) -> bool:
    parts = urlsplit(value)
    return parts.scheme in ("http", "https") and bool(parts.hostname)


@cache
def name_of(tag: str) -> etree.QName:
    """Namespace and name of an element."""
    return etree.QName(tag)


def language(value: str | None, what: str) -> Problems:
    """A BCP 47 tag, as far as its form goes."""
    if not value or not _LANGUAGE.fullmatch(value):
        yield f"{what} is no language tag: {value!r}"


def media_type(value: str | None, what: str) -> Problems:
    """A type and a subtype."""
    if not value or not _MEDIA_TYPE.fullmatch(value):
        yield f"{what} is no media type: {value!r}"


def number(value: str | None, what: str) -> Problems:
    """Digits and nothing else."""
    if value is None or not re.fullmatch("[0-9]+", value):
        yield f"{what} is no whole number: {value!r}"


def rfc3339(value: str | None, what: str) -> Problems:
    """A date with time and zone, after 1970 and not later than tomorrow."""
    if not value or not _RFC3339.fullmatch(value):
        yield f"{what} is no RFC 3339 date: {value!r}"
        return
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        yield f"{what} is an impossible date: {value!r}"
        return
    if not _EPOCH <= moment <= _LATEST:
        yield f"{what} is implausible: {value!r}"


def plain(value: str | None, what: str) -> Problems:
    """Text that is there, on one line, without anything that can't be seen."""
    if not value or not value.strip():
        yield f"{what} is empty"
    elif value != value.strip() or "\n" in value or "\t" in value:
        yield f"{what} has white space around or in it: {value!r}"
    yield from seen(value or "", what)


def seen(value: str, what: str) -> Problems:
    """Nothing that can't be seen, or that turns around what follows."""
    if found := _UNSEEN.search(value):
        yield f"{what} holds U+{ord(found[0]):04X}"


def shown_html(value: str, what: str) -> Problems:
    """HTML as a reader shows it: nothing that runs, no address that is relative."""
    yield from seen(value, what)
    if not value.strip():
        yield f"{what} is empty"
        return
    for element in lxml_html.fragment_fromstring(value, create_parent="div").iter():
        if not isinstance(element.tag, str) or element.tag in _RUNS:
            yield f"{what} has {element.tag!r}"
        else:
            yield from _attributes(element, what)


def _attributes(element: Element, what: str) -> Problems:
    for name, value in element.attrib.items():
        if name.startswith("on") or name in ("style", "srcdoc"):
            yield f"{what}: <{element.tag} {name}> runs"
        elif name in _ADDRESSES and urlsplit(value).scheme not in ("http", "https", "mailto", "tel", "ftp"):
            yield f"{what}: <{element.tag} {name}={value[:60]!r}> is relative or runs"


def unique(values: Iterable[object], what: str) -> Problems:
    """No two alike."""
    found: set[object] = set()
    for value in values:
        if value in found:
            yield f"{what} stands twice: {value!r}"
        found.add(value)


def extensions(element: Element, allowed: dict[str, frozenset[str]]) -> Problems:
    """The elements of other namespaces are known ones."""
    for child in element:
        name = name_of(child.tag)
        if name.namespace in allowed and name.localname not in allowed[name.namespace]:
            yield f"{name.localname} is not in {name.namespace}, or not there"


def shared(element: Element) -> Problems:
    """The extensions that RSS items and Atom entries have in common."""
    for medium in [*element.iterfind(f"{{{MEDIA}}}content"), *element.iterfind(f"{{{MEDIA}}}thumbnail")]:
        yield from uri(medium.get("url"), "media url")
        for name in ("fileSize", "width", "height", "duration"):
            if medium.get(name) is not None:
                yield from number(medium.get(name), f"media {name}")
    yield from _podcast(element)
    for made in element.iterfind(f"{{{TRANSLATION}}}provenance"):
        yield from plain(made.get("engine"), "engine")
        yield from rfc3339(made.get("date"), "date of translation")
        yield from language(made.get("from"), "language translated from")
        if made.get("verified") not in ("true", "false"):
            yield "verified is neither true nor false"


def _podcast(element: Element) -> Problems:
    for name in ("duration", "season", "episode"):
        for found in element.iterfind(f"{{{ITUNES}}}{name}"):
            yield from number(found.text, f"itunes:{name}")
    for kind in element.iterfind(f"{{{ITUNES}}}episodeType"):
        if kind.text not in ("full", "trailer", "bonus"):
            yield "itunes:episodeType is none of the three"
    for explicit in element.iterfind(f"{{{ITUNES}}}explicit"):
        if explicit.text not in ("true", "false"):
            yield "itunes:explicit is neither true nor false"

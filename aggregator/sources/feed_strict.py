"""feedparser's parser for well-formed documents, with every entry read on its own, and fed by expat without SAX's objects in between.

What it does at every element is done here in fewer steps where that comes to the same: an element without attributes has no base, no
language and no namespaces to look for, and names come back again and again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.sax import expatreader

from feedparser.api import StrictFeedParser

from aggregator.sources.feed_mending import FAULTS, Manner, Mended, settled

ENCODING = "utf8"  # any name but "utf-8": by that one feedparser knows that it may guess again
ENTRIES = ("item", "entry")
# What a parser collects; its other attributes are where it stands.
_COLLECTED = ("entries", "feeddata", "property_depth_map", "starts", "level", "tags")
_OUTSIDE = -1
# What a feed says of itself and nobody reads: simple elements of RSS and Atom.
_UNREAD_IN_RSS = ("category", "copyright", "description", "docs", "generator", "lastbuilddate", "pubdate", "rating")
_UNREAD_IN_ATOM = ("icon", "info", "modified", "rights", "subtitle", "tagline", "updated")
_NEVER_PLAIN = ("feed", "rss", "math", "svg")  # an element that tells a feed's language, or one that gets a declaration
_IN_TEXTINPUT = ("title", "link", "description", "name")
_IN_IMAGE = ("title", "link", "description", "url", "href", "width", "height")
_EMBEDDED = {"math": "http://www.w3.org/1998/Math/MathML", "svg": "http://www.w3.org/2000/svg"}
_USERLAND = "backend.userland.com/rss"  # whatever follows


class EntryInside(Exception):
    """There is an entry in an element that nobody reads."""


class Strict(Mended, StrictFeedParser):  # type: ignore[misc]
    """For well-formed XML. `starts` holds for each entry where the parser stood before it; there it stands again after it."""

    def __init__(self) -> None:
        super().__init__("", None, ENCODING)
        self.contentparams = Manner()
        self.unread = frozenset((*_UNREAD_IN_RSS, *_UNREAD_IN_ATOM))
        self.starts: list[Mapping[str, Any]] = []
        self.start: Mapping[str, Any] = {}  # of the entry that is being read
        self.level = 0
        self.level_of_entry = _OUTSIDE
        self.skipped = 0  # levels of an element that nobody reads
        self.tags: dict[str, str] = {}  # feedparser's names by expat's, while no namespace is added

    @staticmethod
    def decode_entities(element: str, data: str) -> str:
        """A text is whole: there is nothing to decode in it."""
        return settled(data)

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins; names are expat's: namespace, local name and prefix. Passes over what nobody reads."""
        if self.skipped or self._is_unread(name):
            self.skipped += 1
            self.decls: dict[str, str] = {}
            if _parts(name)[1].lower() in ENTRIES:
                raise EntryInside
            return
        tag = self.tags.get(name) or self._tag(name)
        is_plain = not (attributes or self.decls or self.incontent or tag.endswith(_NEVER_PLAIN))
        found = [] if is_plain else self._attributes(name, attributes)
        self._remember(tag)
        self.level += 1
        if is_plain:
            self._begin_plain(tag)
        else:
            self.unknown_starttag(tag, found)

    def end(self, name: str) -> None:
        """An element ends."""
        if self.skipped:
            self.skipped -= 1
            return
        self.unknown_endtag(self.tags.get(name) or self._tag(name))
        self.level -= 1
        if self.level == self.level_of_entry:
            collected = {name: vars(self)[name] for name in _COLLECTED}
            if self.namespaces_in_use != self.start["namespaces_in_use"]:
                collected["tags"] = {}
            self.__dict__ = {**_copied(self.start), **collected}

    def track_namespace(self, prefix: str | None, uri: str) -> None:
        """Another namespace may give elements other names."""
        super().track_namespace(prefix, uri)
        self.tags = {}

    def _is_unread(self, name: str) -> bool:
        if self.level_of_entry != _OUTSIDE or self.elementstack or not self.level:
            return False
        namespace, local = _parts(name)
        return local.lower() in self.unread and (not namespace or self.namespaces.get(namespace) == "")

    def _tag(self, name: str) -> str:
        """feedparser's name of an element: that of a namespace that it knows, or the document's prefix, and the local name."""
        namespace, local = _parts(name)
        prefix = self._matchnamespaces.get(namespace.lower())
        if prefix is None and namespace:
            prefix = next((known for known, uri in self.namespaces_in_use.items() if known and uri == _without_version(namespace)), "")
        tag = self.tags[name] = (f"{prefix}:{local}" if prefix else local).lower()
        return tag

    def _attributes(self, name: str, attributes: Mapping[str, str]) -> list[tuple[str, str]]:
        """Attributes by feedparser's names, those in a namespace also by the document's; with the declarations that they need."""
        found, self.decls = self.decls, {}
        namespace, local = _parts(name)
        if namespace and _EMBEDDED.get(local.lower()) == namespace:
            found["xmlns"] = namespace
        for written, value in attributes.items():
            found[self._attribute(written)] = value
        for written, value in attributes.items():
            found[":".join(reversed(written.split()[1:])).lower() if " " in written else written.lower()] = value
        return list(found.items())

    def _attribute(self, written: str) -> str:
        namespace, local = _parts(written)
        known = self._matchnamespaces.get(namespace.lower(), "")
        return (f"{known}:{local}" if known else local).lower()

    def _remember(self, tag: str) -> None:
        """Where it stands, if an entry begins."""
        if self.level_of_entry == _OUTSIDE and tag.rpartition(":")[2] in ENTRIES:
            standing = {name: value for name, value in vars(self).items() if name not in _COLLECTED}
            self.start, self.level_of_entry = _copied(standing), self.level

    def _begin_plain(self, tag: str) -> None:
        """What feedparser does at the beginning of an element without attributes, outside of markup."""
        self.depth += 1
        self.basestack.append(self.baseuri)
        self.langstack.append(self.lang)
        prefix, _, suffix = tag.partition(":") if ":" in tag else ("", "", tag)
        prefix = self.namespacemap.get(prefix, prefix)
        if not prefix and tag not in _IN_TEXTINPUT:
            self.intextinput = 0
        if not prefix and tag not in _IN_IMAGE:
            self.inimage = 0
        name = f"{prefix}_{suffix}" if prefix else suffix
        begin = getattr(self, f"_start_{name}", None)
        try:
            begin({}) if begin else self.push(name, 1)
        except AttributeError:
            self.push(name, 1)
        except FAULTS:
            pass

    def _start_item(self, attributes: dict[str, str]) -> None:
        super()._start_item(attributes)
        self.starts.append(self.start)


class Expat(expatreader.ExpatParser):
    """Hands elements over as expat has them, and text in one piece instead of a call for every line, which costs a third more."""

    def reset(self) -> None:
        """Begin a document."""
        super().reset()
        self._parser.buffer_text = True  # type: ignore[attr-defined]

    def start_element_ns(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        self._cont_handler.begin(name, attributes)  # type: ignore[attr-defined]

    def end_element_ns(self, name: str) -> None:
        """An element ends."""
        self._cont_handler.end(name)  # type: ignore[attr-defined]

    def character_data(self, text: str) -> None:
        """Text, or a part of it."""
        self._cont_handler.handle_data(text)  # type: ignore[attr-defined]


def _parts(name: str) -> tuple[str, str]:
    """The namespace, or empty, and the local name."""
    if " " not in name:
        return "", name
    parts = name.split()
    if len(parts) > 3:
        raise ValueError("a namespace with spaces in it")
    return parts[0], parts[1]


def _without_version(namespace: str) -> str:
    return f"http://{_USERLAND}" if _USERLAND in namespace.lower() else namespace


def _copied(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.copy() if isinstance(value, (dict, list)) else value for name, value in attributes.items()}

"""feedparser's parser for well-formed documents, with every entry read on its own, and fed by expat without SAX's objects in between.

What it does at every element is done here in fewer steps where that comes to the same: an element without attributes has no base, no
language and no namespaces to look for, and names come back again and again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple
from xml.sax import expatreader

from feedparser.api import StrictFeedParser

from aggregator.sources.feed_mending import C1, FAULTS, Manner, Mended, settled

ENCODING = "utf8"  # any name but "utf-8": by that one feedparser knows that it may guess again
ENTRIES = ("item", "entry")
# What a parser collects; its other attributes are where it stands.
_COLLECTED = frozenset({"entries", "feeddata", "property_depth_map", "starts", "level", "tags"})
_NAMESPACES = ("namespaces_in_use", "namespacemap")  # what names of elements depend on
_OUTSIDE = -1
# What a feed says of itself and nobody reads: simple elements of RSS and Atom.
_UNREAD_IN_RSS = ("category", "copyright", "description", "docs", "generator", "lastbuilddate", "pubdate", "rating")
_UNREAD_IN_ATOM = ("icon", "info", "modified", "rights", "subtitle", "tagline", "updated")
_NEVER_PLAIN = ("feed", "rss", "math", "svg")  # an element that tells a feed's language, or one that gets a declaration
_IN_TEXTINPUT = ("title", "link", "description", "name")
_IN_IMAGE = ("title", "link", "description", "url", "href", "width", "height")
_KEPT_ELSEWHERE = ("category", "tags", "itunes_keywords")  # by the methods of these elements
_EMBEDDED = {"math": "http://www.w3.org/1998/Math/MathML", "svg": "http://www.w3.org/2000/svg"}
_USERLAND = "backend.userland.com/rss"  # whatever follows


class EntryInside(Exception):
    """There is an entry in an element that nobody reads."""


class _Element(NamedTuple):
    """What feedparser makes of an element: its tag with the prefix, its name in feedparser's methods, and those of them that it has."""

    tag: str
    name: str
    begin: Callable[[Any, dict[str, str]], object] | None
    end: Callable[[Any], object] | None
    may_be_plain: bool
    is_entry: bool
    leaves_textinput: bool
    leaves_image: bool


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
        self.tags: dict[str, _Element] = {}  # by expat's names, while no namespace is added

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
        element = self.tags.get(name) or self._element(name)
        is_plain = not (attributes or self.decls or self.incontent) and element.may_be_plain
        found = [] if is_plain else self._attributes(name, attributes)
        if element.is_entry and self.level_of_entry == _OUTSIDE:
            self._remember()
        self.level += 1
        if is_plain:
            self._begin_plain(element)
        else:
            self.unknown_starttag(element.tag, found)

    def end(self, name: str) -> None:
        """An element ends."""
        if self.skipped:
            self.skipped -= 1
            return
        element = self.tags.get(name) or self._element(name)
        if self.svgOK:
            self.unknown_endtag(element.tag)
        else:
            self._end(element)
        self.level -= 1
        if self.level == self.level_of_entry:
            collected = {name: vars(self)[name] for name in _COLLECTED}
            if any(vars(self)[name] != self.start[name] for name in _NAMESPACES):
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

    def pop(self, element: str, strip_whitespace: int = 1) -> Any:
        """The text of an element, which is kept where it belongs. What feedparser does, without what few elements of entries need."""
        if not (self.elementstack and self.elementstack[-1][0] == element):
            return None
        _, is_wanted, pieces = self.elementstack[-1]
        text = "".join(pieces).strip()
        if not (strip_whitespace and self._is_simple(element, text)):
            return super().pop(element, strip_whitespace)
        self.elementstack.pop()
        if not is_wanted:
            return text
        if text and element in self.can_be_relative_uri:
            text = self.resolve_uri(text)
        manner = self.contentparams
        if manner.get("type") == "text/plain" and not self.version.startswith("atom") and self.looks_like_html(text):
            manner["type"] = "text/html"
        manner.pop("base64", None)
        if element not in _KEPT_ELSEWHERE and not (element == "title" and -1 < self.title_depth <= self.depth):
            self._keep(element, text)
        return text

    def _is_simple(self, element: str, text: str) -> bool:
        """Whether it stands in an entry, and nothing in it is to be decoded or unwrapped."""
        manner = self.contentparams
        return (
            bool(self.inentry and not self.insource)
            and element != "content"
            and not (element == "link" and "&" in text)
            and not (manner.get("base64") or "mode" in manner or manner.get("type") == "application/xhtml+xml")
            and (text.isascii() or not C1.search(text))
        )

    def _keep(self, element: str, text: str) -> None:
        """Put a text into its entry; the outermost of several counts, and a link also names the last address."""
        entry = self.entries[-1]
        if element == "link":
            if not self.inimage:
                entry[element] = text
                if text:
                    entry["links"][-1]["href"] = text
            return
        key = "summary" if element == "description" else element
        depths = self.property_depth_map.setdefault(entry, {})
        if key not in depths or self.depth <= depths[key]:
            depths[key] = self.depth
            entry[key] = text
        if self.incontent:
            entry[f"{key}_detail"] = {**self.contentparams, "value": text}

    def _element(self, name: str) -> _Element:
        tag = self._tag(name)
        prefix, _, suffix = tag.partition(":") if ":" in tag else ("", "", tag)
        prefix = self.namespacemap.get(prefix, prefix)
        found = self.tags[name] = _element(tag, prefix, suffix)
        return found

    def _tag(self, name: str) -> str:
        """feedparser's name of an element: that of a namespace that it knows, or the document's prefix, and the local name."""
        namespace, local = _parts(name)
        prefix = self._matchnamespaces.get(namespace.lower())
        if prefix is None and namespace:
            prefix = next((known for known, uri in self.namespaces_in_use.items() if known and uri == _without_version(namespace)), "")
        return (f"{prefix}:{local}" if prefix else local).lower()

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

    def _remember(self) -> None:
        """Where it stands when an entry begins."""
        standing = {name: value for name, value in vars(self).items() if name not in _COLLECTED}
        self.start, self.level_of_entry = _copied(standing), self.level

    def _begin_plain(self, element: _Element) -> None:
        """What feedparser does at the beginning of an element without attributes, outside of markup."""
        self.depth += 1
        self.basestack.append(self.baseuri)
        self.langstack.append(self.lang)
        if element.leaves_textinput:
            self.intextinput = 0
        if element.leaves_image:
            self.inimage = 0
        try:
            element.begin(self, {}) if element.begin else self.push(element.name, 1)
        except AttributeError:
            self.push(element.name, 1)
        except FAULTS:
            pass

    def _end(self, element: _Element) -> None:
        """What feedparser does at the end of an element outside of pictures in SVG; where it stumbles, it leaves the rest undone."""
        try:
            try:
                element.end(self) if element.end else self.pop(element.name)
            except AttributeError:
                self.pop(element.name)
            if self.incontent and not self._end_markup(element.tag):
                return
        except FAULTS:
            return
        del self.basestack[-1:], self.langstack[-1:]  # there is nothing in them after an element that could not begin
        if self.basestack and self.basestack[-1]:
            self.baseuri = self.basestack[-1]
        if self.langstack:
            self.lang = self.langstack[-1]
        self.depth -= 1

    def _end_markup(self, tag: str) -> bool:
        """Whether an end tag within a text is one of it: not that of the element which feedparser takes for a frame."""
        if not self.contentparams.get("type", "xml").endswith("xml"):
            if tag in ("xhtml:div", "div"):
                return False
            self.contentparams["type"] = "application/xhtml+xml"
        if self.contentparams.get("type") == "application/xhtml+xml":
            self.handle_data(f"</{tag.rpartition(':')[2]}>", escape=0)
        return True

    def _start_item(self, attributes: dict[str, str]) -> None:
        super()._start_item(attributes)
        self.starts.append(self.start)


@lru_cache(maxsize=1024)
def _element(tag: str, prefix: str, suffix: str) -> _Element:
    name = f"{prefix}_{suffix}" if prefix else suffix
    return _Element(
        tag=tag,
        name=name,
        begin=getattr(Strict, f"_start_{name}", None),
        end=getattr(Strict, f"_end_{name}", None),
        may_be_plain=not tag.endswith(_NEVER_PLAIN),
        is_entry=tag.rpartition(":")[2] in ENTRIES,
        leaves_textinput=not prefix and tag not in _IN_TEXTINPUT,
        leaves_image=not prefix and tag not in _IN_IMAGE,
    )


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

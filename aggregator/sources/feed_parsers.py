"""feedparser's two parsers, driven directly, with every entry read on its own.

They guess again at text that is already decoded ("CAFÉ\\xa0:" becomes "CAFɠ:") unless told that it is in no encoding they know. In a
well-formed document nothing that an entry leaves behind in the parser reaches the next one: the same entry gives the same result whatever
stands before it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.sax import SAXException, expatreader, handler

from feedparser.api import LooseFeedParser, StrictFeedParser
from feedparser.sanitizer import replace_doctype

from aggregator.sources.feed_mending import FAULTS, Enough, Mended, settled

_ENCODING = "utf8"  # any name but "utf-8": by that one feedparser knows that it may guess again
_DECLARATION = re.compile(r"<\?xml[^>]*\?>")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # XML 1.0 section 2.2
_ENTRIES = ("item", "entry")
_COLLECTED = ("entries", "feeddata", "property_depth_map", "starts", "level")  # by a parser; its other attributes are where it stands
_OUTSIDE = -1
_WELL_KNOWN = ("rss", "atom")  # prefixes that need no declaration to be understood
# What a feed says of itself and nobody reads: simple elements of RSS and Atom.
_UNREAD_IN_RSS = ("category", "copyright", "description", "docs", "generator", "lastbuilddate", "pubdate", "rating")
_UNREAD_IN_ATOM = ("icon", "info", "logo", "modified", "rights", "subtitle", "tagline", "updated")


def read(text: str, *, location: str, limit: int) -> tuple[Any, str]:
    """A parser that has read the first `limit` entries of a document, strictly if it can be, and what was wrong with it."""
    data, version, entities = _prepared(text)
    strict, fault = _strictly(data, version, location=location, limit=limit)
    if not fault:
        return strict, ""
    loose = _Loose("", None, _ENCODING, entities)
    loose.limit, loose.location = limit, location
    loose.namespacemap.update(dict.fromkeys(_WELL_KNOWN, ""))
    fault = _feed(loose, data.decode()) or fault
    loose.version = version or loose.version
    return loose, fault


def read_strictly(text: str, *, location: str, limit: int) -> Any | None:
    """The same for well-formed documents alone; None for any other."""
    data, version, _ = _prepared(text)
    parser, fault = _strictly(data, version, location=location, limit=limit)
    return None if fault else parser


class _EntryInside(Exception):
    """There is an entry in an element that nobody reads."""


class _Strict(Mended, StrictFeedParser):  # type: ignore[misc]
    """For well-formed XML. `starts` holds for each entry where the parser stood before it; there it stands again after it."""

    def __init__(self) -> None:
        super().__init__("", None, _ENCODING)
        self.unread = frozenset((*_UNREAD_IN_RSS, *_UNREAD_IN_ATOM))
        self.starts: list[Mapping[str, Any]] = []
        self.start: Mapping[str, Any] = {}  # of the entry that is being read
        self.level = 0
        self.level_of_entry = _OUTSIDE
        self.skipped = 0  # levels of an element that nobody reads

    @staticmethod
    def decode_entities(element: str, data: str) -> str:
        """A text is whole: there is nothing to decode in it."""
        return settled(data)

    def startElementNS(self, name: tuple[str | None, str], qname: str | None, attributes: Any) -> None:
        """Passes over what nobody reads."""
        if self.skipped or self._is_unread(*name):
            self.skipped += 1
            self.decls: dict[str, str] = {}
            if name[1].lower() in _ENTRIES:
                raise _EntryInside
        else:
            super().startElementNS(name, qname, attributes)

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:
        """Passes over what nobody reads."""
        if self.skipped:
            self.skipped -= 1
        else:
            super().endElementNS(name, qname)

    def _is_unread(self, namespace: str | None, name: str) -> bool:
        return (
            self.level_of_entry == _OUTSIDE
            and not self.elementstack
            and self.level > 0
            and name.lower() in self.unread
            and (namespace is None or self.namespaces.get(namespace) == "")
        )

    def unknown_starttag(self, tag: str, attributes: list[tuple[str, str]]) -> None:
        """Remembers where it stands."""
        if self.level_of_entry == _OUTSIDE and tag.rpartition(":")[2] in _ENTRIES:
            standing = {name: value for name, value in vars(self).items() if name not in _COLLECTED}
            self.start, self.level_of_entry = _copied(standing), self.level
        self.level += 1
        super().unknown_starttag(tag, attributes)

    def unknown_endtag(self, tag: str) -> None:
        """Goes back to where it stood."""
        super().unknown_endtag(tag)
        self.level -= 1
        if self.level == self.level_of_entry:
            collected = {name: vars(self)[name] for name in _COLLECTED}
            self.__dict__ = {**_copied(self.start), **collected}

    def _start_item(self, attributes: dict[str, str]) -> None:
        super()._start_item(attributes)
        self.starts.append(self.start)


def _copied(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.copy() if isinstance(value, (dict, list)) else value for name, value in attributes.items()}


class _Loose(Mended, LooseFeedParser):  # type: ignore[misc]
    """For everything else."""

    def handle_charref(self, ref: str) -> None:
        """A reference to a character that does not exist stays as it is written."""
        try:
            super().handle_charref(ref)
        except (ValueError, OverflowError):
            self.handle_data(f"&#{ref};")


class _Expat(expatreader.ExpatParser):
    """Text in one piece instead of a call for every line, which costs a third more."""

    def reset(self) -> None:
        super().reset()
        self._parser.buffer_text = True  # type: ignore[attr-defined]


def _prepared(text: str) -> tuple[bytes, str | None, dict[str, str]]:
    """The document for both parsers, the version that its document type tells, and the entities that are safe to use."""
    text = _NOT_XML.sub("", _DECLARATION.sub("", text, count=1) if text.startswith("<?xml") else text)
    data = _escape_backslashes(text).encode("utf-8", "replace")
    version, data, entities = replace_doctype(b"<?xml version='1.0' encoding='utf-8'?>" + data)
    return data, version, entities


def _strictly(data: bytes, version: str | None, *, location: str, limit: int) -> tuple[_Strict, str]:
    parser = _strict_parser(location, limit)
    try:
        fault = _read_strictly(parser, data)
    except _EntryInside:
        parser = _strict_parser(location, limit)
        parser.unread = frozenset()
        fault = _read_strictly(parser, data)
    parser.version = version or parser.version
    return parser, fault


def _strict_parser(location: str, limit: int) -> _Strict:
    parser = _Strict()
    parser.location, parser.limit = location, limit
    return parser


def _escape_backslashes(text: str) -> str:
    """feedparser uses the document type's entities as the template of a substitution."""
    start = re.search(r"<\w", text)
    head = text[: start.start()] if start else text
    return head.replace("\\", "\\\\") + text[len(head) :] if "\\" in head else text


def _read_strictly(parser: Any, data: bytes) -> str:
    reader = _Expat()
    reader.setFeature(handler.feature_namespaces, True)
    reader.setFeature(handler.feature_external_ges, False)
    reader.setContentHandler(parser)
    reader.setErrorHandler(parser)
    try:
        reader.feed(data)
        reader.close()
    except Enough:
        return ""
    except (SAXException, *FAULTS) as error:
        return _complaint(error)
    return ""


def _feed(parser: Any, text: str) -> str:
    """What was read before a fault stays read."""
    try:
        parser.feed(text)
    except Enough:
        return ""
    except FAULTS as error:
        parser.more = True
        return f"reading stopped after {len(parser.entries)} entries: {_complaint(error)}"
    return ""


def _complaint(error: Exception) -> str:
    place = f" in line {error.getLineNumber()}" if hasattr(error, "getLineNumber") else ""
    reason = error.getMessage() if isinstance(error, SAXException) else f"{type(error).__name__} in the parser"
    return f"not well-formed{place}: {' '.join(reason.split())[:120]}"

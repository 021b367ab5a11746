"""feedparser's two parsers, driven directly, with every entry read on its own.

They guess again at text that is already decoded ("CAFÉ\\xa0:" becomes "CAFɠ:") unless told that it is in no encoding they know. In a
well-formed document nothing that an entry leaves behind in the parser reaches the next one: the same entry gives the same result whatever
stands before it.
"""

from __future__ import annotations

import re
from typing import Any
from xml.sax import SAXException, handler

from feedparser.api import LooseFeedParser
from feedparser.sanitizer import replace_doctype

from aggregator.sources.feed_mending import FAULTS, Enough, Mended
from aggregator.sources.feed_strict import ENCODING, EntryInside, Expat, Strict

_DECLARATION = re.compile(r"<\?xml[^>]*\?>")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # XML 1.0 section 2.2
_WELL_KNOWN = ("rss", "atom")  # prefixes that need no declaration to be understood


def read(text: str, *, location: str, limit: int) -> tuple[Any, str]:
    """A parser that has read the first `limit` entries of a document, strictly if it can be, and what was wrong with it."""
    data, version, entities = _prepared(text)
    strict, fault = _strictly(data, version, location=location, limit=limit)
    if not fault:
        return strict, ""
    loose = _Loose("", None, ENCODING, entities)
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


class _Loose(Mended, LooseFeedParser):  # type: ignore[misc]
    """For everything else."""

    def handle_charref(self, ref: str) -> None:
        """A reference to a character that does not exist stays as it is written."""
        try:
            super().handle_charref(ref)
        except (ValueError, OverflowError):
            self.handle_data(f"&#{ref};")


def _prepared(text: str) -> tuple[bytes, str | None, dict[str, str]]:
    """The document for both parsers, the version that its document type tells, and the entities that are safe to use."""
    text = _NOT_XML.sub("", _DECLARATION.sub("", text, count=1) if text.startswith("<?xml") else text)
    data = _escape_backslashes(text).encode("utf-8", "replace")
    version, data, entities = replace_doctype(b"<?xml version='1.0' encoding='utf-8'?>" + data)
    return data, version, entities


def _strictly(data: bytes, version: str | None, *, location: str, limit: int) -> tuple[Strict, str]:
    parser = _strict_parser(location, limit)
    try:
        fault = _read_strictly(parser, data)
    except EntryInside:
        parser = _strict_parser(location, limit)
        parser.unread = frozenset()
        fault = _read_strictly(parser, data)
    parser.version = version or parser.version
    return parser, fault


def _strict_parser(location: str, limit: int) -> Strict:
    parser = Strict()
    parser.location, parser.limit = location, limit
    return parser


def _escape_backslashes(text: str) -> str:
    """feedparser uses the document type's entities as the template of a substitution."""
    start = re.search(r"<\w", text)
    head = text[: start.start()] if start else text
    return head.replace("\\", "\\\\") + text[len(head) :] if "\\" in head else text


def _read_strictly(parser: Any, data: bytes) -> str:
    reader = Expat()
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

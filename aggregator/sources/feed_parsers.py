"""feedparser's two parsers, driven directly.

feedparser reads what no other library reads, with some faults of its own that are mended here: it takes captions and podcast texts for
the description (https://github.com/kurtmckee/feedparser/issues/53, /324), guesses again at text that is already decoded ("CAFÉ\xa0:"
becomes "CAFɠ:"), keeps one of several skipped hours, and lets some malformed input raise (/599). That needs its two parsers and
not its `parse`, which also reads files and fetches what it takes for addresses.
"""

from __future__ import annotations

import io
import re
from contextlib import suppress
from typing import Any
from xml.sax import SAXException, expatreader, handler, xmlreader

from feedparser.api import LooseFeedParser, StrictFeedParser
from feedparser.sanitizer import replace_doctype

_ENCODING = "utf8"  # any name but "utf-8": by that one feedparser knows that it may guess again
_DECLARATION = re.compile(r"<\?xml[^>]*\?>")
_EMAIL = re.compile(r"[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # XML 1.0 section 2.2
# What feedparser lets through on malformed input (its issue 599).
_FAULTS = (AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


class _Enough(Exception):
    """As many entries as are wanted have been read."""


class _Mended:
    """What both parsers do differently from feedparser's own."""

    limit = 0
    more = False  # there is more in the document than was read
    resolve_relative_uris = sanitize_html = False  # two slow passes over all markup; ours is cleaned once, when it is normalized
    can_be_relative_uri = StrictFeedParser.can_be_relative_uri - {"id", "link"}  # an id is a name; links wait for their base

    def unknown_starttag(self, tag: str, attributes: list[tuple[str, str]]) -> None:
        """Where feedparser stumbles over an element, that costs this element."""
        with suppress(*_FAULTS):
            super().unknown_starttag(tag, attributes)  # type: ignore[misc]

    def unknown_endtag(self, tag: str) -> None:
        """An end without a beginning is the commonest thing it stumbles over."""
        with suppress(*_FAULTS):
            super().unknown_endtag(tag)  # type: ignore[misc]

    def _start_item(self: Any, attributes: dict[str, str]) -> None:
        if len(self.entries) >= self.limit:
            self.more = True
            raise _Enough
        super()._start_item(attributes)  # type: ignore[misc]

    _start_entry = _start_item

    def _end_author(self: Any) -> None:
        """RSS has an address with the name in brackets; feedparser knows only addresses in top-level domains of four letters."""
        written = (self.pop("author") or "").strip()
        self.inauthor = 0
        people = self._get_context().get("authors")
        if written and people and not people[-1]:
            email = _EMAIL.search(written)
            people[-1].update(name=_EMAIL.sub("", written).strip(" <>()[]\"'"), email=email[0] if email else "")

    def _start_media_description(self: Any, attributes: dict[str, str]) -> None:
        self.push_content("media_description", attributes, "text/plain", 1)

    def _end_media_description(self: Any) -> None:
        self.pop_content("media_description")

    def _start_itunes_summary(self: Any, attributes: dict[str, str]) -> None:
        self.push_content("itunes_summary", attributes, "text/plain", 1)

    def _end_itunes_summary(self: Any) -> None:
        self.pop_content("itunes_summary")

    def _start_hour(self: Any, attributes: dict[str, str]) -> None:
        self.push("hour", 0)

    def _end_hour(self: Any) -> None:
        self.feeddata.setdefault("skip_hours", []).append(self.pop("hour") or "")

    def _start_day(self: Any, attributes: dict[str, str]) -> None:
        self.push("day", 0)

    def _end_day(self: Any) -> None:
        self.feeddata.setdefault("skip_days", []).append(self.pop("day") or "")

    def _end_image(self: Any) -> None:
        """Some feeds write an entry's picture as bare text: `<image>https://...</image>`."""
        url = self.pop("image")
        self.inimage = 0
        if self.inentry and url:
            self.entries[-1].setdefault("image", {"href": url})


class _Strict(_Mended, StrictFeedParser):  # type: ignore[misc]
    """For well-formed XML."""


class _Loose(_Mended, LooseFeedParser):  # type: ignore[misc]
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


def read(text: str, *, location: str, limit: int) -> tuple[Any, str]:
    """A parser that has read at most `limit` entries of the document, strictly if it can be, and what was wrong with it."""
    text = _NOT_XML.sub("", _DECLARATION.sub("", text, count=1) if text.startswith("<?xml") else text)
    data = _escape_backslashes(text).encode("utf-8", "replace")
    version, data, entities = replace_doctype(b"<?xml version='1.0' encoding='utf-8'?>" + data)
    strict = _Strict(location, None, _ENCODING)
    strict.limit = limit
    fault = _read_strictly(strict, data)
    if not fault:
        strict.version = version or strict.version
        return strict, ""
    loose = _Loose(location, None, _ENCODING, entities)
    loose.limit = limit
    fault = _read_loosely(loose, data.decode()) or fault
    loose.version = version or loose.version
    return loose, fault


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
    document = xmlreader.InputSource()
    document.setByteStream(io.BytesIO(data))
    try:
        reader.parse(document)
    except _Enough:
        return ""
    except (SAXException, *_FAULTS) as error:
        return _complaint(error)
    return ""


def _read_loosely(parser: Any, text: str) -> str:
    """What was read before a fault stays read."""
    try:
        parser.feed(text)
    except _Enough:
        return ""
    except _FAULTS as error:
        parser.more = True
        return f"reading stopped after {len(parser.entries)} entries: {_complaint(error)}"
    return ""


def _complaint(error: Exception) -> str:
    place = f" in line {error.getLineNumber()}" if hasattr(error, "getLineNumber") else ""
    reason = error.getMessage() if isinstance(error, SAXException) else f"{type(error).__name__} in the parser"
    return f"not well-formed{place}: {' '.join(reason.split())[:120]}"

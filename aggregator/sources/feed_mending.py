"""What feedparser's two parsers do differently here: mended where they read wrongly, or where they are slow for nothing.

They take captions and podcast texts for the description (https://github.com/kurtmckee/feedparser/issues/53, /324), keep one of several
skipped hours, and let some malformed input raise (/599).
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from feedparser.api import StrictFeedParser

from aggregator.sources.address import join

# What feedparser lets through on malformed input (its issue 599).
FAULTS = (AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
_EMAIL = re.compile(r"[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+")
C1 = re.compile("[\x80-\x9f]")
_BASES = ("xml:base", "base")


class Enough(Exception):
    """As many entries as are wanted have been read."""


class _Settled(str):
    """Text without control characters that might stand for others: feedparser looks each character up, a tenth of its time."""

    __slots__ = ()

    def translate(self, table: object) -> str:
        """The text, as it is."""
        return str(self)


class Manner(dict[str, Any]):
    """How a text was written (its type, language, base).

    feedparser's own dictionaries try other names for each key, and it makes a deep copy for each text, though there is nothing deep.
    """

    def __deepcopy__(self, memo: object) -> dict[str, Any]:
        return dict(self)


class Mended:
    """What both parsers do differently from feedparser's own."""

    limit = 0
    more = False  # there is more in the document than was read
    location = ""
    resolve_relative_uris = sanitize_html = False  # two slow passes over all markup; ours is cleaned once, when it is normalized
    can_be_relative_uri = StrictFeedParser.can_be_relative_uri - {"id", "link"}  # an id is a name; links wait for their base

    def unknown_starttag(self: Any, tag: str, attributes: list[tuple[str, str]]) -> None:
        """Where feedparser stumbles over an element, that costs this element.

        An empty base stands for the document's location: feedparser joins the base to itself at every element, a fifth of its time.
        """
        if not self.baseuri and any(name in _BASES for name, _ in attributes):
            attributes = [(name, _base(self.location, value) if name in _BASES else value) for name, value in attributes]
        with suppress(*FAULTS):
            super().unknown_starttag(tag, attributes)  # type: ignore[misc]

    def push_content(self: Any, tag: str, attributes: dict[str, str], kind: str, expecting_text: int) -> None:
        """A text begins."""
        self.incontent += 1
        self.lang = self.lang and self.lang.replace("_", "-")
        self.contentparams = Manner(type=self.map_content_type(attributes.get("type", kind)), language=self.lang, base=self.baseuri)
        self.contentparams["base64"] = self._is_base64(attributes, self.contentparams)
        self.push(tag, expecting_text)

    @staticmethod
    def looks_like_html(text: str) -> bool:
        """Whether a text that is said to be plain is none."""
        return ("</" in text or "&" in text) and bool(StrictFeedParser.looks_like_html(text))

    def resolve_uri(self: Any, uri: str) -> Any:
        """An address as an attribute gives it."""
        base, self.baseuri = self.baseuri, self.baseuri or self.location
        try:
            return super().resolve_uri(uri)  # type: ignore[misc]
        finally:
            self.baseuri = base

    def unknown_endtag(self, tag: str) -> None:
        """An end without a beginning is the commonest thing it stumbles over."""
        try:  # noqa: SIM105 - suppress() takes long for what is done at every element
            super().unknown_endtag(tag)  # type: ignore[misc]
        except FAULTS:
            pass

    def _start_item(self: Any, attributes: dict[str, str]) -> None:
        if len(self.entries) >= self.limit:
            self.more = True
            raise Enough
        super()._start_item(attributes)  # type: ignore[misc]

    def _start_entry(self, attributes: dict[str, str]) -> None:
        self._start_item(attributes)

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

    def _end_published(self: Any) -> None:
        """Its date as it is written; feedparser tries nine ways to read it."""
        self.pop("published")

    def _end_updated(self: Any) -> None:
        self.pop("updated")

    def _end_created(self: Any) -> None:
        self.pop("created")

    _end_issued = _end_pubdate = _end_published
    _end_modified = _end_lastbuilddate = _end_updated

    def _end_media_description(self: Any) -> None:
        self.pop_content("media_description")

    def _start_itunes_summary(self: Any, attributes: dict[str, str]) -> None:
        self.push_content("itunes_summary", attributes, "text/plain", 1)

    def _end_itunes_summary(self: Any) -> None:
        self.pop_content("itunes_summary")

    def _end_itunes_explicit(self: Any) -> None:
        """Its word, as it came; feedparser knows two of those in use."""
        self.pop("itunes_explicit")

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


def settled(text: str) -> str:
    """The text, marked where feedparser need not look for such characters in it."""
    return text if C1.search(text) else _Settled(text)


def _base(location: str, written: str) -> str:
    base = join(location, written)
    return base if base.startswith(("http://", "https://")) else ""

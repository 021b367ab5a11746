"""Pages as Markdown documents for a Hugo site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from aggregator.core import frontmatter
from aggregator.model import Document, Feed, Page


class MarkdownPublisher:
    """One document for each page, none for feeds. Dates are written in `zone`, the site's."""

    def __init__(self, *, zone: ZoneInfo) -> None:
        self._zone = zone

    def page(self, page: Page) -> Sequence[Document]:
        """The document of a page.

        An original in the reference format never replaces a file, so that a site that has it keeps every byte; any other document may, but
        not one whose closing link leads to another item; see `Document.key`.
        """
        path = frontmatter.path(page, zone=self._zone)
        data = frontmatter.render(page, zone=self._zone).encode(errors="replace")
        key = frontmatter.key_line(page, zone=self._zone).encode()
        document = Document(root="content", path=path, data=data, owner=_owner(page), key=key)
        if _stays(page):
            return [replace(document, keep=True)]
        return [replace(document, alternative=frontmatter.alternative_path(page, zone=self._zone))]

    def feed(self, feed: Feed) -> Sequence[Document]:
        """Nothing: a site makes its own lists."""
        return ()


def _stays(page: Page) -> bool:
    return page.source.keeps_originals and page.translation is None


def _owner(page: Page) -> bytes:
    """The end of every document of this item, in any language: the address in its closing link. The label may change."""
    _, middle, address = frontmatter.closing_line(page).rpartition("](")
    return f"{middle}{address}\n".encode(errors="replace")

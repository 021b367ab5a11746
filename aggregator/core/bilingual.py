"""The HTML of a translated page: each part that is not in the page's language says so, and the original may stand beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aggregator.core import remembered
from aggregator.core.slugs import language_name
from aggregator.model import Page

# Reads the cleaner's own output, where `<` opens tags only, every value stands in double quotes and everything but these is closed.
_TAG = re.compile(r'<(?P<end>/?)(?P<name>[a-z0-9]+)(?:\s[\w-]+="[^"]*")*>')
_VOID = frozenset({"br", "hr", "img", "source"})


def both(page: Page) -> str:
    """Clean HTML: each block's translation, then its original, where both have as many blocks; else one whole text after the other.

    An original page is its own HTML. Every half names its language; a block that stayed untranslated stands there once, in the original's.
    """
    if page.translation is None:
        return page.html
    original = remembered.to_html(page.original_body)
    return "\n".join(part for halves in _halves(page.html, original) for part in _told(page, *halves))


def alone(page: Page) -> str:
    """Clean HTML of the translation: a block that stayed untranslated names its language."""
    if page.translation is None or not page.translation.untranslated:
        return page.html
    halves = list(_halves(page.html, remembered.to_html(page.original_body)))
    if not any(_is_untranslated(*pair) for pair in halves):
        return page.html
    return "\n".join(_in(page.item.language, half) if _is_untranslated(half, original) else half for half, original in halves)


def _halves(html: str, original: str) -> Iterator[tuple[str, str]]:
    halves = list(blocks(html)), list(blocks(original))
    if len(halves[0]) != len(halves[1]):
        return iter([(html, original)])
    return zip(*halves, strict=True)


def _told(page: Page, half: str, original: str) -> Iterator[str]:
    if not _is_untranslated(half, original):
        yield _in(page.language, half)
    yield _in(page.item.language, original)


def _is_untranslated(half: str, original: str) -> bool:
    """Whether a block with words in it is the original's own; code is the same in every language."""
    return half == original and not half.startswith("<pre") and any(map(str.isalpha, _TAG.sub("", half)))


def _in(language: str, html: str) -> str:
    return f'<div lang="{language_name(language)}">{html}</div>'


def blocks(html: str) -> Iterator[str]:
    """The top-level blocks of clean HTML, in order; nothing but white space is left out."""
    depth = start = 0
    for tag in _TAG.finditer(html):
        if tag["name"] not in _VOID:
            depth += -1 if tag["end"] else 1
        if depth == 0:
            yield html[start : tag.end()].strip()
            start = tag.end()
    if rest := html[start:].strip():
        yield rest

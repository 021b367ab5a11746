"""A translated page with its original beside it, for readers who want to see both."""

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

    An original page is its own HTML. Every half names its language.
    """
    if page.translation is None:
        return page.html
    original = remembered.to_html(page.original_body)
    halves = list(blocks(page.html)), list(blocks(original))
    if len(halves[0]) != len(halves[1]):
        halves = [page.html], [original]
    languages = (language_name(page.language), language_name(page.item.language))
    pairs = zip(*halves, strict=True)
    return "\n".join(f'<div lang="{language}">{half}</div>' for pair in pairs for language, half in zip(languages, pair, strict=True))


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

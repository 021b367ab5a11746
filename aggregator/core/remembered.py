"""Markup that was lately converted: an item stands in several feeds, and in the same ones again when the next item comes."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from aggregator.core import markup
from aggregator.model import Profile

_MANY = 96
_LONG = 16_384  # characters; longer texts are few, and would take too much memory


def to_html(markdown: str) -> str:
    """As `markup.to_html`."""
    return _remembered(_to_html, markdown)


def to_markdown(html: str, profile: Profile) -> str:
    """As `markup.to_markdown`."""
    return _remembered(_to_markdown, html, profile)


def clean(html: str, base: str) -> str:
    """As `markup.clean`."""
    return _remembered(_clean, html, base)


def _remembered(convert: Callable[..., str], text: str, *more: str) -> str:
    return convert(text, *more) if len(text) < _LONG else convert.__wrapped__(text, *more)  # type: ignore[attr-defined]


@lru_cache(_MANY)
def _to_html(markdown: str) -> str:
    return markup.to_html(markdown)


@lru_cache(_MANY)
def _to_markdown(html: str, profile: Profile) -> str:
    return markup.to_markdown(html, profile)


@lru_cache(_MANY)
def _clean(html: str, base: str) -> str:
    return markup.clean(html, base)

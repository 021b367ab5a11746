"""Markup, as the rest of the program sees it: one cleaner, HTML to Markdown by profile and back, summaries.

Each name is loaded by its first use: to cleaners and converters it takes 15 ms, and a round in which nothing is new needs none of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from aggregator.model import Profile

if TYPE_CHECKING:
    from aggregator.core.compat import compat_html, compat_summary
    from aggregator.core.markdown import to_html
    from aggregator.core.sanitize import clean, depth, is_pixel, picture_address, plain_to_html, visible_text
    from aggregator.core.summary import clean_summary

__all__ = [
    "clean", "clean_summary", "compat_html", "compat_summary", "depth", "is_pixel", "picture_address", "plain_to_html", "to_html",
    "to_markdown", "visible_text",
]  # fmt: skip

_PLACES = dict.fromkeys(("clean", "depth", "is_pixel", "picture_address", "plain_to_html", "visible_text"), "sanitize") | {
    "clean_summary": "summary", "compat_html": "compat", "compat_summary": "compat", "to_html": "markdown",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """A name of another module, from now on one of this module (PEP 562)."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f"aggregator.core.{_PLACES[name]}"), name)
    return found


def to_markdown(html: str, profile: Profile) -> str:
    """The body of a document: in `compat` exactly what the reference made of it, in `clean` Markdown in which text stays text."""
    if profile == "compat":
        from aggregator.core.compat import compat_markdown

        return compat_markdown(html)
    from aggregator.core import markdown

    return markdown.to_markdown(html)

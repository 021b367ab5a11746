"""Markup, as the rest of the program sees it: one cleaner, HTML to Markdown by profile and back, summaries."""

from __future__ import annotations

from aggregator.core import markdown
from aggregator.core.compat import compat_html, compat_markdown, compat_summary
from aggregator.core.markdown import to_html
from aggregator.core.sanitize import clean, depth, is_pixel, picture_address, plain_to_html, visible_text
from aggregator.core.summary import clean_summary
from aggregator.model import Profile

__all__ = [
    "clean", "clean_summary", "compat_html", "compat_summary", "depth", "is_pixel", "picture_address", "plain_to_html", "to_html",
    "to_markdown", "visible_text",
]  # fmt: skip


def to_markdown(html: str, profile: Profile) -> str:
    """The body of a document: in `compat` exactly what the reference made of it, in `clean` Markdown in which text stays text."""
    return compat_markdown(html) if profile == "compat" else markdown.to_markdown(html)

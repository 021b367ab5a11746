"""Summaries that are the beginning of their own text: which are, and what takes their place in a translation."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from aggregator.core import bounds, codes, markup, remembered, summary
from aggregator.model import Item, Profile, Segment


def is_beginning(item: Item, profile: Profile) -> bool:
    """Whether an item's summary was made of its text, so that it says nothing else."""
    return bool(item.summary) and item.summary == bounds.cut(_beginning(item.html, item.language, profile), bounds.SUMMARY)


def of_translation(body: str, language: str, profile: Profile) -> str:
    """The beginning of a translated body, which is Markdown, cut by the rule that the item's own was cut by.

    In the reference format every language without spaces is cut like Chinese: it knows of no other, and its rule for words would take all.
    """
    html = remembered.to_html(body)
    if profile == "compat":
        return _beginning(html.replace("&nbsp;", "\u00a0"), "zh" if summary.is_spaceless(language) else language, profile)
    return _beginning(html, language, profile)


def reach(beginning: str, body: Sequence[Segment]) -> int:
    """How many of a body's segments, at most, hold its beginning."""
    ends = accumulate(len(codes.bare(segment.text)) for segment in body)
    return min(1 + sum(end < len(beginning) for end in ends), len(body))


def _beginning(html: str, language: str, profile: Profile) -> str:
    if profile == "compat":
        return markup.compat_summary(html, language)
    return markup.clean_summary(markup.visible_text(html), language)

"""A title as one line of text, whatever it came as."""

from __future__ import annotations

import re

from aggregator.core.characters import decoded, one_line

# What may stand in a title as markup. Anything else between angle brackets is what the title is about.
_TITLE_TAG = re.compile(
    r"<!--(?:(?!<!--).)*?-->|</?(?:a|abbr|b|big|br|cite|code|div|em|font|h[1-6]|i|img|ins|kbd|mark|p|q|s|small|span|strike|strong|sub|sup|tt|u|wbr)(?:\s[^<>]*)?/?>",
    re.IGNORECASE | re.DOTALL,
)
_UNSEEN = re.compile(r"<(script|style)\b[^<>]*>(?:(?!<\1\b).)*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_APART = re.compile(r"<(?:/?(?:p|div|h[1-6])|br)\b", re.IGNORECASE)


def clean_title(title: str, *, is_text: bool) -> str:
    """A title as one line of text. Unless it is text already, tags are dropped, scripts and styles with what they
    hold, and entities decoded, twice if they were encoded twice.
    """
    if is_text:
        return one_line(title)
    title = _TITLE_TAG.sub(lambda tag: " " if _APART.match(tag[0]) else "", _UNSEEN.sub("", title))
    return one_line(decoded(decoded(title)))

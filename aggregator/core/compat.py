"""Profile `compat`: the rules of the reference document format that concern text, exact to the byte, faults included."""

from __future__ import annotations

import re

_TAG = re.compile(r"<[^>]*>")
_SHORT_CJK, _CUT_CJK, _CUT_WORDS = 80, 50, 50


def compat_summary(html: str, language: str) -> str:
    """Rule R2 a to e: tags deleted without a space in their place, entities left, cut at 50 characters or words. R3 is not applied."""
    text = _TAG.sub("", html.strip())
    if "zh" in language:
        return text if len(text) < _SHORT_CJK else text[:_CUT_CJK] + "..."
    words = text.split()
    return text if len(words) < _CUT_WORDS else " ".join(words[:_CUT_WORDS]) + "..."


def compat_html(text: str) -> str:
    """How the reference turns a plain-text body into a description."""
    return "<div>" + text.replace("\n", "<br />") + "</div>"


def compat_markdown(html: str) -> str:
    """Rule R4: markdownify 0.14.1 with its defaults, stripped."""
    from markdownify import markdownify  # with BeautifulSoup behind it 0.3 s to import, for this profile only

    spaces = "" if "<" in html else " " * 256  # BeautifulSoup warns of short texts that look like a file's name or an address
    return str(markdownify(html + spaces)).strip()

"""Titles and summaries of feeds by template: texts with placeholders in braces."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

ORIGINAL = "original"
SHARED = (ORIGINAL, "source", "language")
"""Placeholders besides the text itself: the original's text, the name of its source, the tag of its language."""

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Templates:
    """What titles and summaries are made of, in feeds and in their bilingual variants."""

    title: str = "{title}"
    summary: str = "{summary}"
    bilingual_title: str = "{title} / {original}"
    bilingual_summary: str = "{summary} / {original}"

    def of(self, name: str, *, bilingual: bool) -> str:
        """The template of "title" or "summary" in a variant."""
        template: str = getattr(self, f"bilingual_{name}" if bilingual else name)
        return template


PLAIN = Templates()


def placeholders(template: str) -> list[str]:
    """The names that a template has in braces, in order."""
    return PLACEHOLDER.findall(template)


def filled(template: str, name: str, values: Mapping[str, str]) -> str:
    """The template with its placeholders replaced by `values`, in which the text itself is under `name`.

    Nothing is made of an empty text, and no text stands twice: where the original is the same, a template that holds both is not used.
    """
    text = values[name]
    if not text or (values[ORIGINAL] in ("", text) and ORIGINAL in placeholders(template)):
        return text
    return PLACEHOLDER.sub(lambda match: values[match[1]], template)

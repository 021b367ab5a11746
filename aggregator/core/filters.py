"""Which items a source's `include` and `exclude` leave out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import get_args

from aggregator.core import markup
from aggregator.model import FilterField, Item, Source

_TYPED = str.maketrans("\u00a0\u202f\u3000", "   ")  # what people type in a pattern


def reason(item: Item, source: Source) -> str:
    """Why the item is left out, or "". It has to match all that `include` names, and nothing that `exclude` names."""
    if not (source.include or source.exclude):
        return ""
    texts = _texts(item)
    if missed := next((field for field, found in _matches(source.include, texts) if not found), None):
        return f"nothing that `{_key('include', missed)}` asks for"
    excluded = next((field for field, found in _matches(source.exclude, texts) if found), None)
    return f"`{_key('exclude', excluded)}` matches" if excluded else ""


def _matches(patterns: Mapping[FilterField, str], texts: Mapping[FilterField, tuple[str, ...]]) -> Iterator[tuple[FilterField, bool]]:
    return ((field, any(map(_pattern(expression).search, texts[field]))) for field, expression in patterns.items())


def _texts(item: Item) -> dict[FilterField, tuple[str, ...]]:
    """What the fields of a filter look at. Who has no author or tag has an empty one, so that a pattern can ask for that."""
    title, text = item.title.translate(_TYPED), markup.visible_text(item.html).translate(_TYPED)
    values = ((title, text, item.url), (title,), (text,), (item.url,), item.authors or ("",), item.tags or ("",), (item.language,))
    return dict(zip(get_args(FilterField), values, strict=True))


def _key(setting: str, field: FilterField) -> str:
    return setting if field == "anywhere" else f"{setting}.{field}"


@lru_cache(maxsize=256)
def _pattern(expression: str) -> re.Pattern[str]:
    return re.compile(expression)

"""Which items a source's `include` and `exclude` leave out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import get_args

from aggregator.core import markup
from aggregator.model import FilterField, Item, Source

OF_TEXT: tuple[FilterField, ...] = ("text", "anywhere")  # what looks at an item's text
_TYPED = str.maketrans("\u00a0\u202f\u3000", "   ")  # what people type in a pattern


def reason(item: Item, source: Source) -> str:
    """Why the item is left out, or "". It has to match all that `include` names, and nothing that `exclude` names."""
    if not (source.include or source.exclude):
        return ""
    return _reason(_texts(item), include=source.include, exclude=source.exclude)


def early_reason(item: Item, source: Source) -> str:
    """The same for an item whose own page will be read: what that may bring is no reason yet, and no text tells nothing."""
    if not _will_be_read(item, source):
        return reason(item, source)
    sure = {field: pattern for field, pattern in source.include.items() if field not in OF_TEXT}
    texts = _texts(item)
    told = {field: tuple(filter(None, texts[field])) if field in OF_TEXT else texts[field] for field in texts}
    return _reason(told, include=sure, exclude=source.exclude)


def is_open(item: Item, source: Source) -> bool:
    """Whether the text of the item's own page decides."""
    if early_reason(item, source) or not _will_be_read(item, source):
        return False
    return any(field in source.exclude for field in OF_TEXT) or reason(item, source) != ""


def _will_be_read(item: Item, source: Source) -> bool:
    return bool(source.full_text and item.url)


def _reason(texts: Mapping[FilterField, tuple[str, ...]], *, include: Mapping[FilterField, str], exclude: Mapping[FilterField, str]) -> str:
    if missed := next((field for field, found in _matches(include, texts) if not found), None):
        return f"nothing that `{_key('include', missed)}` asks for"
    excluded = next((field for field, found in _matches(exclude, texts) if found), None)
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

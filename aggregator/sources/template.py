"""Texts with places to be filled from an entry: `https://news.example/{section.slug}/{id}`."""

from __future__ import annotations

import re
from collections.abc import Callable

_PLACE = re.compile(r"\{([^{}]+)\}")


def is_template(written: str) -> bool:
    """Whether a field's value is to be filled, not looked up."""
    return "{" in written or "}" in written


def problem(written: str) -> str:
    """What is wrong with a template, or ""."""
    left = _PLACE.sub("", written)
    if "{" in left or "}" in left:
        return "has a brace without its partner or with nothing in it; write {path} where a value goes"
    return ""


def filled(template: str, value: Callable[[str], str], *, whole: bool) -> str:
    """The template with the value of each place; "" where all values, or with `whole` any of them, are missing."""
    values = {place: value(place) for place in _PLACE.findall(template)}
    enough = all(values.values()) if whole else any(values.values())
    return _PLACE.sub(lambda place: values[place[1]], template) if enough else ""

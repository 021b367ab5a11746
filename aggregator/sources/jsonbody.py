"""JSON bodies: read them, follow a dotted path in them, and take any value in them as text."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from aggregator.core.links import public_url
from aggregator.errors import ParseError
from aggregator.model import Fetched
from aggregator.sources.diagnosis import refusal
from aggregator.sources.encoding import decode

_SURROGATE = re.compile("[\ud800-\udfff]")
_STAR = re.compile(r"(?:^|\.)\*(?:\.|$)")


def load(fetched: Fetched, *, wanted: str) -> Any:
    """The value of a JSON body. Raises ParseError that says what came instead of what is `wanted`."""
    text, _ = decode(fetched.body, content_type=fetched.headers.get("content-type", ""))
    text = text.lstrip("\ufeff")
    if not text.strip().startswith(("{", "[")):
        raise refusal(text, fetched, wanted=wanted)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ParseError(
            f"{public_url(fetched.url)} answered with broken JSON: {_reason(error)}",
            advice="Look at the address in a browser; if it is cut off in the middle, raise fetch.max_bytes.",
        ) from error


def _reason(error: Exception) -> str:
    """What is wrong with it, without a word of the text."""
    return str(error) if isinstance(error, json.JSONDecodeError) else "it is nested too deeply or holds an endless number"


def dig(value: Any, path: str) -> Any:
    """What stands at a dotted path, `a.b.0.c`, or None. A key that itself holds dots is found too; an empty path is the value."""
    if not path:
        return value
    if isinstance(value, Mapping):
        if path in value:
            return value[path]
        key, _, rest = path.partition(".")
        return dig(value[key], rest) if rest and key in value else None
    index, _, rest = path.partition(".")
    if isinstance(value, list) and index.isdecimal() and int(index) < len(value):
        return dig(value[int(index)], rest)
    return None


def find(value: Any, path: str) -> list[Any]:
    """Everything that stands at a dotted path in which `*` is every key or place: `sections.*.articles`. Nulls are left out."""
    star = _STAR.search(path)
    if not star:
        found = dig(value, path)
        return [] if found is None else [found]
    place = dig(value, path[: star.start()])
    inside = place.values() if isinstance(place, Mapping) else place if isinstance(place, list) else ()
    return [found for one in inside for found in find(one, path[star.end() :])]


def has_star(path: str) -> bool:
    """Whether a path may lead to several places."""
    return _STAR.search(path) is not None


def text(value: Any) -> str:
    """Any value as text: numbers in figures, of a list its first, nothing for null and objects."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return text(value[0]) if value else ""
    return ""


def texts(value: Any) -> tuple[str, ...]:
    """A value or a list of them as texts, empty and repeated ones left out."""
    values = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(filter(None, (text(one).strip() for one in values))))


def number(value: Any) -> int:
    """A count as it came, in figures or as a string of them; 0 for anything else."""
    figures = text(value).partition(".")[0]
    return int(figures) if figures.isdecimal() and len(figures) < 16 else 0

"""JSON bodies: read them, follow a dotted path in them, and take any value in them as text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from aggregator.core.links import public_url
from aggregator.errors import ParseError
from aggregator.model import Fetched
from aggregator.sources import jsontext
from aggregator.sources.diagnosis import refusal
from aggregator.sources.encoding import decode

_SURROGATE = re.compile("[\ud800-\udfff]")
_STAR = re.compile(r"(?:^|\.)\*(?:\.|$)")


_NAMES = {
    dict: "an object",
    jsontext.Torn: "cut off",
    list: "a list",
    str: "a text",
    bool: "true or false",
    int: "a number",
    float: "a number",
}


class Loaded(NamedTuple):
    """A body's value as far as it can be read, and what was wrong with it; where it breaks off, what to raise if it has no entries."""

    value: Any
    complaints: tuple[str, ...] = ()
    fault: ParseError | None = None

    @property
    def torn(self) -> bool:
        """Whether the body breaks off before its end."""
        return self.fault is not None


def load(fetched: Fetched, *, wanted: str) -> Loaded:
    """The value of a JSON body. Raises ParseError that says what came instead of what is `wanted`."""
    text, complaint = decode(fetched.body, content_type=fetched.headers.get("content-type", ""))
    text = text.lstrip("\ufeff")
    if not text.strip().startswith(("{", "[")):
        raise refusal(text, fetched, wanted=wanted)
    found = jsontext.read(text)
    how = "read up to there" if found.torn else "read all the same"
    complaints = (complaint, f"the JSON is broken, but was {how}: {found.fault}" if found.fault else "")
    return Loaded(found.value, tuple(filter(None, complaints)), _broken(fetched, found.fault) if found.torn else None)


def _broken(fetched: Fetched, fault: str) -> ParseError:
    return ParseError(
        f"{public_url(fetched.url)} answered with broken JSON: {fault}",
        advice="Look at the address in a browser; if it is cut off in the middle, raise fetch.max_bytes.",
    )


def is_entry(value: Any) -> bool:
    """Whether a member of a list can be an entry: a whole object."""
    return isinstance(value, dict) and not isinstance(value, jsontext.Torn)


def odd(entries: Sequence[Any]) -> list[str]:
    """A complaint for each member of a list that is no entry."""
    return [f"entry {n} is {name(entry)}, not an object" for n, entry in enumerate(entries, 1) if not is_entry(entry)]


def name(value: Any) -> str:
    """What sort of value it is, in words."""
    return _NAMES.get(type(value), "null")


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

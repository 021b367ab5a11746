"""The kind `json`: a list of entries somewhere in a JSON document, by a path to the list and a map of fields."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from aggregator.core.links import public_url
from aggregator.errors import ParseError
from aggregator.model import Fetched, ParsedFeed, RawItem, Source
from aggregator.sources.address import join
from aggregator.sources.jsonbody import dig, load, text, texts

FIELDS = ("id", "title", "html", "text", "link", "published", "image", "author", "language", "source", "kind", "summary")
LIST_ITEMS = "data"
LIST_FIELDS: Mapping[str, str] = {
    "id": "id",
    "title": "title",
    "html": "description",
    "link": "link",
    "published": "pub_date",
    "source": "source",
    "kind": "kind",
    "language": "language",
    "image": "image",
    "author": "author",
}
_MILLISECONDS = 100_000_000_000  # as seconds this would be the year 5138


class JsonKind:
    """Reads JSON by configuration.

    `items` is the dotted path to the list of entries, "" where the document is the list. `fields` maps our names to dotted paths in an
    entry. Without either, the shape is `{"data": [{"id", "title", "description", "link", "pub_date", ...}]}`.
    """

    def problems(self, source: Source) -> Sequence[tuple[str, str]]:
        """What is wrong with `items` and `fields`, as (key, message) pairs."""
        items, fields = source.options.get("items", ""), source.options.get("fields", LIST_FIELDS)
        found = []
        if not isinstance(items, str):
            found.append(("items", 'must be a dotted path to the list of entries, like "data.news", or "" for the document itself'))
        if not isinstance(fields, Mapping):
            return [*found, ("fields", 'must be a table, like { title = "headline", link = "url" }')]
        for name, path in fields.items():
            if name not in FIELDS:
                found.append((f"fields.{name}", f"is not a field{_did_you_mean(name)}; known: {', '.join(FIELDS)}"))
            elif not isinstance(path, str) or not path:
                found.append((f"fields.{name}", "must be a dotted path within an entry, as text"))
        if not {"title", "html", "text", "link"} & set(fields):
            found.append(("fields", "names neither title, html, text nor link: nothing would be left of an entry"))
        return found

    def parse(self, source: Source, fetched: Fetched) -> ParsedFeed:
        """The entries of one document, at most `source.max_items`. Raises ParseError where the body or the path is wrong."""
        (path, fields), url = _shape(source), public_url(fetched.url)
        found = _entries(load(fetched, wanted="JSON"), path=path, url=url)
        entries = found[: source.max_items]
        return ParsedFeed(
            entries=tuple(_item(entry, fields, source=source, url=url) for entry in entries if isinstance(entry, dict)),
            link=source.link_base,
            more=len(found) > len(entries),
            complaints=_complaints(entries),
        )


def _complaints(entries: Sequence[Any]) -> tuple[str, ...]:
    return tuple(f"entry {n} is {_name(entry)}, not an object" for n, entry in enumerate(entries, 1) if not isinstance(entry, dict))


def _shape(source: Source) -> tuple[str, Mapping[str, str]]:
    fields = source.options.get("fields")
    return source.options.get("items", "" if fields else LIST_ITEMS), fields or LIST_FIELDS


def _entries(document: Any, *, path: str, url: str) -> list[Any]:
    found = dig(document, path)
    if isinstance(found, list):
        return found
    where = f"“{path}”" if path else "the document"
    came = "nothing" if found is None else _name(found)
    raise ParseError(f"{url}: {where} should be the list of entries, but is {came}", kind="not_a_feed", advice=_advice(document, path))


def _advice(document: Any, path: str) -> str:
    """Names what is there, as deep as the path could be followed, and lists first: one of them is what is looked for."""
    steps = path.split(".") if path else []
    depth = next((n for n in range(len(steps), 0, -1) if isinstance(dig(document, ".".join(steps[:n])), dict)), 0)
    place = dig(document, ".".join(steps[:depth]))
    if not isinstance(place, Mapping) or not place:
        return 'If the document itself is the list, set items = "".'
    keys = sorted(place, key=lambda key: not isinstance(place[key], list))[:12]
    inside = f"“{'.'.join(steps[:depth])}”" if depth else "The document"
    return f"{inside} has the keys: {', '.join(f'{key} ({_name(place[key])})' for key in keys)}. Set items to the path of the list."


def _name(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), "null")


def _item(entry: Mapping[str, Any], fields: Mapping[str, str], *, source: Source, url: str) -> RawItem:
    values = {name: dig(entry, path) for name, path in fields.items()}
    base = source.link_base or url
    return RawItem(
        guid=text(values.get("id")),
        link=join(base, text(values.get("link"))),
        title=text(values.get("title")),
        html=text(values.get("html")),
        text=text(values.get("text")),
        summary=text(values.get("summary")),
        published=_date(values.get("published")),
        language=text(values.get("language")),
        authors=texts(values.get("author")),
        image=join(base, text(values.get("image"))),
        label=text(values.get("source")),
        kind=text(values.get("kind")),
        base=base,
    )


def _date(value: Any) -> str | datetime | None:
    """A date as it came; a number counts seconds or milliseconds since 1970."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return text(value) or None
    try:
        return datetime.fromtimestamp(value / 1000 if abs(value) >= _MILLISECONDS else value, UTC)
    except (ValueError, OverflowError, OSError):
        return str(value)


def _did_you_mean(name: str, known: Iterable[str] = FIELDS) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""

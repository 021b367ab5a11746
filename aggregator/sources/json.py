"""The kind `json`: lists of entries somewhere in a JSON document, by paths to the lists and a map of fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Any
from urllib.parse import quote

from aggregator.core.links import public_url
from aggregator.errors import ParseError
from aggregator.model import Fetched, ParsedFeed, RawItem, Source
from aggregator.sources import date_format, dating, template
from aggregator.sources.address import join
from aggregator.sources.fields import lack, media_at, name_problem, told
from aggregator.sources.jsonbody import Loaded, dig, find, has_star, is_entry, load, name, odd, text, texts

ADDRESSES = ("link", "image", "media")
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
_KEPT_IN_ADDRESSES = "/:@!$'()*+,;=~%"  # everything a path may hold, so that a value can be part of one but begin no query


class JsonKind:
    """Reads JSON by configuration.

    `items` is the dotted path to the list of entries, "" where the document is the list; several paths, and `*` for every key or place in
    one, make one list. `fields` maps our names to dotted paths in an entry, or to templates: texts with `{path}` in them. Without either,
    the shape is `{"data": [{"id", "title", "description", "link", "pub_date", ...}]}`. `date_format` is strptime's.
    """

    def problems(self, source: Source) -> Sequence[tuple[str, str]]:
        """What is wrong with `items`, `fields` and `date_format`, as (key, message) pairs."""
        found = _items_problems(source.options.get("items", "")) + date_format.problems(source)
        fields = source.options.get("fields", LIST_FIELDS)
        if not isinstance(fields, Mapping):
            return [*found, ("fields", 'must be a table, like { title = "headline", link = "url" }')]
        found += [(f"fields.{name}", said) for name, path in fields.items() if (said := _field_problem(name, path))]
        return found + lack(fields)

    def parse(self, source: Source, fetched: Fetched, *, known: Set[str] = frozenset()) -> ParsedFeed:
        """The entries of one document, at most `source.max_items`. Raises ParseError where the body or the path is wrong."""
        (paths, fields), url = _shape(source), public_url(fetched.url)
        loaded = load(fetched, wanted="JSON")
        found, missing = _entries(loaded, paths=paths, url=url)
        entries = found[: source.max_items]
        wrong = odd(entries)
        return ParsedFeed(
            entries=tuple(_item(entry, fields, source=source, url=url) for entry in entries if is_entry(entry)),
            link=source.link_base,
            more=len(found) > len(entries) or loaded.torn,
            complaints=(*loaded.complaints, *missing, *told(wrong, rest="are no objects")),
            broken=len(wrong),
        )


def _items_problems(items: Any) -> list[tuple[str, str]]:
    paths = items if isinstance(items, list | tuple) else [items]
    if paths and all(isinstance(path, str) for path in paths):
        return []
    return [
        ("items", 'must be a dotted path to the list of entries, like "data.news", "" for the document itself, or a list of such paths')
    ]


def _field_problem(name: str, path: Any) -> str:
    if said := name_problem(name):
        return said
    if not isinstance(path, str) or not path:
        return "must be a dotted path within an entry, as text"
    return template.problem(path)


def _shape(source: Source) -> tuple[Sequence[str], Mapping[str, str]]:
    fields = source.options.get("fields")
    items = source.options.get("items", "" if fields else LIST_ITEMS)
    return [items] if isinstance(items, str) else items, fields or LIST_FIELDS


def _entries(loaded: Loaded, *, paths: Sequence[str], url: str) -> tuple[list[Any], list[str]]:
    """The entries of all lists in the order of the paths, and what is missing. Raises ParseError where there is no list at all."""
    lists = [_list_at(loaded.value, path) for path in paths]
    if loaded.fault and not any(is_entry(entry) for found in lists for entry in found or ()):
        raise loaded.fault
    if all(found is None for found in lists):
        raise _no_list(loaded.value, paths[0], url)
    missing = [f"there is no list at “{path}”" for path, found in zip(paths, lists, strict=True) if found is None]
    return [entry for found in lists for entry in found or ()], missing


def _list_at(document: Any, path: str) -> list[Any] | None:
    """The list at a path, or None. Where a `*` leads to lists, these are put together; what else it leads to is an entry each."""
    if not has_star(path):
        found = dig(document, path)
        return found if isinstance(found, list) else None
    places = find(document, path)
    if not places:
        return None
    return [entry for place in places for entry in (place if isinstance(place, list) else [place])]


def _no_list(document: Any, path: str, url: str) -> ParseError:
    found = None if has_star(path) else dig(document, path)
    where = f"“{path}”" if path else "the document"
    came = "nothing" if found is None else name(found)
    return ParseError(f"{url}: {where} should be the list of entries, but is {came}", kind="not_a_feed", advice=_advice(document, path))


def _advice(document: Any, path: str) -> str:
    """Names what is there, as deep as the path could be followed, and lists first: one of them is what is looked for."""
    steps = path.split(".") if path else []
    depth = next((n for n in range(len(steps), 0, -1) if isinstance(dig(document, ".".join(steps[:n])), dict)), 0)
    place = dig(document, ".".join(steps[:depth]))
    if not isinstance(place, Mapping) or not place:
        return 'If the document itself is the list, set items = "".'
    keys = sorted(place, key=lambda key: not isinstance(place[key], list))[:12]
    inside = f"“{'.'.join(steps[:depth])}”" if depth else "The document"
    return f"{inside} has the keys: {', '.join(f'{key} ({name(place[key])})' for key in keys)}. Set items to the path of the list."


def _item(entry: Mapping[str, Any], fields: Mapping[str, str], *, source: Source, url: str) -> RawItem:
    values = {name: _value(entry, name, written) for name, written in fields.items()}
    base = source.link_base or url
    return RawItem(
        guid=text(values.get("id")),
        link=join(base, text(values.get("link"))),
        title=text(values.get("title")),
        html=text(values.get("html")),
        text=text(values.get("text")),
        summary=text(values.get("summary")),
        published=dating.date_of(values.get("published"), source),
        updated=dating.date_of(values.get("updated"), source),
        language=text(values.get("language")),
        authors=texts(values.get("author")),
        image=join(base, text(values.get("image"))),
        media=media_at([join(base, address) for address in texts(values.get("media"))]),
        tags=texts(values.get("tags")),
        label=text(values.get("source")),
        kind=text(values.get("kind")),
        base=base,
    )


def _value(entry: Mapping[str, Any], name: str, written: str) -> Any:
    """What a field is: looked up, or filled into its template; an address that lacks a part is none."""
    if not template.is_template(written):
        return _looked_up(entry, written)
    in_address = name in ADDRESSES

    def part(path: str) -> str:
        found = text(_looked_up(entry, path)).strip()
        return quote(found, safe=_KEPT_IN_ADDRESSES) if in_address else found

    return template.filled(written, part, whole=in_address)


def _looked_up(entry: Mapping[str, Any], path: str) -> Any:
    return find(entry, path) if has_star(path) else dig(entry, path)

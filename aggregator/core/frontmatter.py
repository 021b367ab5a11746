"""A page as a Hugo document, front matter and Markdown, exact to the byte in profile `compat`; its path; and the way back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import md5
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from aggregator.core import elsewhere, hugo, identity, slugs
from aggregator.core.attachments import attachments
from aggregator.core.characters import one_line, printable
from aggregator.core.escape import escape, escape_lines
from aggregator.core.links import http_url
from aggregator.core.notes import is_outdated, notes
from aggregator.errors import ParseError
from aggregator.model import Page

try:
    from yaml import CSafeLoader as _SafeLoader
except ImportError:  # PyYAML built without libyaml
    from yaml import SafeLoader as _SafeLoader  # type: ignore[assignment]

KEY = "translationKey"
MAX_DEPTH = 8  # of nested values; ours have two, and libyaml's composer overflows the C stack at some ten thousand
_YAML_REFUSES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")  # or folds: NEL, line and paragraph separator
_NOT_IN_YAML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")  # YAML 1.2 section 5.1: a reader may refuse the document
_GAPS = str.maketrans("\n\r\t", "   ")
_LABEL_SPECIALS = re.compile(r"([\\\[\]<>`*!{]|&(?=#?[0-9A-Za-z]{1,32};))")

_FIXED: Mapping[str, Any] = {
    "lead": "",
    "comments": False,
    "authorbox": False,
    "pager": True,
    "toc": False,
    "mathjax": False,
    "sidebar": "right",
    "widgets": ["search", "recent", "taglist"],
}


class _Loader(_SafeLoader):
    """Reads what looks like a date as text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in _SafeLoader.yaml_implicit_resolvers.items()
}


def render(page: Page, *, zone: ZoneInfo) -> str:
    """The document of a page; `zone` is the site's, in which dates are written."""
    metadata = _reference_metadata(page, zone) if _is_reference(page) else _clean_metadata(page, zone)
    return assemble(metadata, _body(page))


def assemble(metadata: Mapping[str, Any], body: str) -> str:
    """Front matter in the order given and the body, closing line included, as one document. `menu` marks the reference format."""
    quoted = _reference_quoted if "menu" in metadata else _quoted
    lines = [line for key, value in metadata.items() for line in _lines(key, value, quoted)]
    return "\n".join(["---", *lines, "---", "", body, ""])


def parse(document: str) -> tuple[dict[str, Any], str]:
    """Front matter and body, closing line included, of a document in either profile: `assemble` makes the same bytes of them again.

    Raises ParseError where there is no front matter that can be read.
    """
    head, end, body = document.removeprefix("---\n").partition("\n---\n")
    if not end or not document.startswith("---\n"):
        raise ParseError("no front matter between two lines of ---", advice="restore the file or delete it and publish again")
    return _loaded(head), body.removeprefix("\n").removesuffix("\n")


def path(page: Page, *, zone: ZoneInfo) -> str:
    """Where the document stands under the content root: `<language>/news/<folder>/<name>.md` (rule R1 of the reference format).

    An item whose id others had, too, has its short id in the name.
    """
    if identity.is_apart(page.item.id):
        return alternative_path(page, zone=zone)
    language = slugs.language_name(page.language)
    if _is_reference(page):
        return _in_folder(page, slugs.reference_name(_reference_stem(page, zone), language, item_id=page.item.id))
    return _in_folder(page, f"{_name(page)}.{language.lower()}")


def alternative_path(page: Page, *, zone: ZoneInfo) -> str:
    """Where the document stands instead when another item has its path: the same name with the item's short id."""
    language = slugs.language_name(page.language)
    if _is_reference(page):
        return _in_folder(page, slugs.distinct_name(_reference_stem(page, zone), language, item_id=page.item.id))
    return _in_folder(page, f"{_marked_name(page)}.{language.lower()}")


def key_line(page: Page, *, zone: ZoneInfo) -> str:
    """The line of the front matter, with its ends, by which a document that was written is known as this item's, whatever its address.

    The reference format has no key in it: there it is the date, which an item keeps; empty where it has none.
    """
    if not _is_reference(page):
        return f"\n{KEY}: {_quoted(page.item.id)}\n"
    date = _reference_date(page, zone)
    return f"\ndate: {_reference_quoted(date)}\n" if date else ""


def closing_line(page: Page) -> str:
    """The link to the original under every document: as it came in the reference format, else with Markdown's specials escaped."""
    label, url = _label(page), page.item.url
    if _is_reference(page):
        return hugo.buildable(f"[{label}]({url})")
    return _link(label, http_url(url))


def _link(label: str, url: str) -> str:
    label, url = _LABEL_SPECIALS.sub(r"\\\1", one_line(label)), url.replace("(", "%28").replace(")", "%29")
    return f"[{label}]({url})" if url else label


def _is_reference(page: Page) -> bool:
    return page.source.profile == "compat"


def _label(page: Page) -> str:
    return page.item.label or page.source.name


def _reference_metadata(page: Page, zone: ZoneInfo) -> dict[str, Any]:
    alone = page.translation is None and not page.source.update_translations
    return {
        "title": page.title,
        "date": _reference_date(page, zone),
        "summary": page.summary,
        "categories": [_fit(_label(page))],
        "lang": [_fit(page.language)],
        "translations": [_fit(page.language)] if alone else list(map(_fit, _languages(page))),
        "tags": [_fit(_label(page))],
        "menu": "",
        "thumbnail": page.item.image,
        **_FIXED,
    }


def _clean_metadata(page: Page, zone: ZoneInfo) -> dict[str, Any]:
    item, url, attached = page.item, http_url(page.item.url), list(attachments(page.item))
    return {
        "title": page.title,
        "date": item.published.astimezone(zone).isoformat(timespec="seconds"),
        "summary": escape_lines(escape(one_line(page.summary))),  # Hugo reads a summary in front matter as Markdown
        "categories": list(_terms([_label(page)])),
        "lang": [page.language],
        "translations": _languages(page),
        "tags": list(_terms([_label(page), *item.tags])),
        "thumbnail": http_url(item.image),
        **_FIXED,
        "slug": _slug(page),
        KEY: item.id,
        "canonical": url and identity.canonical_url(url),
        "original_lang": item.language,
        **({"also_in": list(also.values())} if (also := elsewhere.links(item)) else {}),
        **({"enclosures": [url for _, url in attached]} if attached else {"empty": True} if "empty" in item.flags else {}),
        **_provenance(page, zone),
    }


def _terms(texts: Iterable[str]) -> dict[str, None]:
    """The texts that can be terms of a taxonomy, in order, each in a form that can."""
    return dict.fromkeys(term for text in texts if (term := slugs.term(one_line(text))))


def _fit(text: str) -> str:
    """A term of the reference format as it is, unless a site could not be built with it."""
    return text if not text or slugs.is_term(text) else slugs.term(text) or "und"


def _slug(page: Page) -> str:
    """The document's name in URLs: the file's, with the item's short id where other sources may write into the same folder."""
    shared = page.source.folder not in ("", page.source.name)
    return _marked_name(page) if shared or identity.is_apart(page.item.id) else _name(page)


def _name(page: Page) -> str:
    """From the guid, where there is a link to tell by whose file it is; else from the item's id alone."""
    return slugs.item_name(page.item.guid if http_url(page.item.url) else "", page.item.id)


def _marked_name(page: Page) -> str:
    name, mark = _name(page), slugs.short(page.item.id)
    return name if name.endswith(mark) else f"{name}-{mark}"


def _provenance(page: Page, zone: ZoneInfo) -> dict[str, Any]:
    if page.translation is None:
        return {}
    made = page.translation
    told: dict[str, Any] = {
        "engine": made.engine,
        "date": made.made_at.astimezone(zone).isoformat(timespec="seconds"),
        "verified": made.verified,
        "untranslated": made.untranslated,
        "flags": list(made.flags),
        "outdated": is_outdated(page),
    }
    return {"translation": {key: value for key, value in told.items() if value or key == "verified"}}


def _languages(page: Page) -> list[str]:
    return sorted({*page.languages, page.language})


def _reference_date(page: Page, zone: ZoneInfo) -> str:
    """Rule R7; empty where the source gave none (rule R3), so that no byte depends on when it was polled."""
    dated = page.item.dated or page.item.published
    return "" if "undated" in page.item.flags else f"{dated.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def _reference_stem(page: Page, zone: ZoneInfo) -> str:
    item = page.item
    named_by = (item.title + _reference_date(page, zone)).encode(errors="surrogatepass")
    return item.guid or md5(named_by, usedforsecurity=False).hexdigest()


def _in_folder(page: Page, name: str) -> str:
    folder = slugs.folder_name(page.source.folder or page.source.name, default=page.source.name)
    return f"{slugs.language_name(page.language)}/news/{folder}/{name}.md"


def _body(page: Page) -> str:
    if _is_reference(page) and page.translation is None:
        return f"{hugo.buildable(page.body)}\n\n{closing_line(page)}"
    text = hugo.harmless(printable(page.body)).strip("\n")
    return "\n\n".join(part for part in (*(f"*{note}*" for note in notes(page)), text, _attached(page), closing_line(page)) if part)


def _attached(page: Page) -> str:
    """Links to what belongs to the item and does not stand in its text."""
    links = () if _is_reference(page) else attachments(page.item)
    return "\n".join(f"- {_link(label, url)}" for label, url in links if url not in page.body)


def _lines(key: str, value: Any, quoted: Callable[[str], str]) -> Iterator[str]:
    match value:
        case str():
            yield f"{key}: {quoted(value)}"
        case Mapping():
            yield f"{key}:"
            yield from (f"  {line}" for name, inner in value.items() for line in _lines(name, inner, quoted))
        case [_, *_]:
            yield f"{key}:"
            yield from (f"  - {quoted(str(entry))}" for entry in value)
        case _:
            yield f"{key}: {json.dumps(value, default=str)}"


def _quoted(text: str) -> str:
    return json.dumps(one_line(text), ensure_ascii=False)


def _reference_quoted(text: str) -> str:
    """Rule R3 of the reference format, and an escape for what no YAML may hold."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').translate(_GAPS).strip()
    return f'"{_NOT_IN_YAML.sub(_escape_of, escaped)}"'


def _escape_of(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _loaded(head: str) -> dict[str, Any]:
    text = _YAML_REFUSES.sub(_escape_of, head)
    try:
        _check_shape(text)
        metadata = _Loader(text).get_single_data()
    except (yaml.YAMLError, ValueError) as error:
        raise ParseError(f"the front matter is not YAML: {error}", advice="restore the file or delete it and publish again") from error
    if not isinstance(metadata, dict):
        raise ParseError("the front matter is not a mapping", advice="restore the file or delete it and publish again")
    return metadata


def _check_shape(text: str) -> None:
    """Refuse what no document of ours has and what a loader could choke on: deep nesting and aliases."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH or isinstance(event, yaml.AliasEvent):
            raise ValueError("nested too deeply, or with aliases")

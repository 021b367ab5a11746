"""The way back from a published document of profile `clean` to what it was made of, as far as it tells.

What a document does not hold is gone: the markup that Markdown has no words for, authors, sizes and titles of enclosures, other sources
of the same article, how often it was edited. The id, the address, the date, the language, the texts and their provenance are all there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from aggregator.core import frontmatter, language, markup, volatile
from aggregator.core.markdown import to_html
from aggregator.errors import ParseError
from aggregator.model import Item, Media, Translation

_ADVICE = "it is left as it is; what its source still lists comes back with the next poll"


class Reread(NamedTuple):
    """A document: the item's id, the language, and the item or its translation, the other one None."""

    id: str
    language: str
    item: Item | None = None
    translation: Translation | None = None


def reread(document: str, *, name: str, source: str) -> Reread:
    """What a document was made of. `name` is its file's without language and ending. Raises ParseError where it is none of ours."""
    told, text = frontmatter.parse(document)
    try:
        return _reread(told, text, name=name, source=source)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise ParseError(f"its front matter lacks or garbles {error}", advice=_ADVICE) from error


def matched(translation: Translation, item: Item) -> Translation:
    """A translation as that of an item's present text, unless it said that it was outdated."""
    return replace(translation, of_digest=item.digest) if translation.of_digest else translation


def _reread(told: Mapping[str, Any], text: str, *, name: str, source: str) -> Reread:
    id, tag, original = str(told[frontmatter.KEY]), str(told["lang"][0]), str(told["original_lang"])
    made = told.get("translation")
    body, url = _body(text, told, is_made=made is not None), str(told["canonical"])
    title, summary = str(told["title"]), markup.visible_text(to_html(str(told["summary"])))
    if made is None and tag == original:
        return Reread(id, tag, item=_item(told, id=id, title=title, summary=summary, body=body, url=url, name=name, source=source))
    if made is None:
        raise ValueError("translation")
    return Reread(id, tag, translation=_translation(made, id=id, language=tag, title=title, summary=summary, body=body))


def _item(told: Mapping[str, Any], *, id: str, title: str, summary: str, body: str, url: str, name: str, source: str) -> Item:
    html, tag = to_html(body, url), str(told["original_lang"])
    text = markup.visible_text(html)
    label, *tags = map(str, told["tags"])
    return Item(
        id=id, source=source, guid=name, url=url, title=title, html=html, summary=summary, published=_moment(told["date"]), language=tag,
        declared=tag, detected=language.evidence(f"{title}\n{text}"), image=str(told["thumbnail"]),
        media=tuple(Media(url=str(each)) for each in told.get("enclosures", ())), tags=tuple(tags), label=label,
        digest=volatile.text_digest(title, text), flags=("empty",) if told.get("empty") else (),
    )  # fmt: skip


def _translation(made: Mapping[str, Any], *, id: str, language: str, title: str, summary: str, body: str) -> Translation:
    return Translation(
        item_id=id, language=language, title=title, summary=summary, body=body, engine=str(made.get("engine", "")),
        of_digest="" if made.get("outdated") else "present", made_at=_moment(made["date"]), verified=bool(made["verified"]),
        untranslated=int(made.get("untranslated", 0)), flags=tuple(map(str, made.get("flags", ()))),
    )  # fmt: skip


def _body(text: str, told: Mapping[str, Any], *, is_made: bool) -> str:
    """The text between the notes above it and what is attached and linked below it."""
    parts = text.split("\n\n")[:-1]
    if parts and _is_list_of(told.get("enclosures", ()), parts[-1]):
        parts.pop()
    notes = (is_made and made_notes(told)) or 0
    return "\n\n".join(parts[notes:])


def made_notes(told: Mapping[str, Any]) -> int:
    """How many notes stand above the text of a translation."""
    made = told["translation"]
    return bool(made.get("untranslated")) + bool(made.get("outdated"))


def _is_list_of(urls: Iterable[Any], part: str) -> bool:
    lines = part.splitlines()
    return bool(lines) and all(line.startswith("- ") and any(str(url) in line for url in urls) for line in lines)


def _moment(text: Any) -> datetime:
    moment = datetime.fromisoformat(str(text))
    if moment.tzinfo is None:
        raise ValueError("date")
    return moment.astimezone(UTC)

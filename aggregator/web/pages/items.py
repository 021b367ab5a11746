"""`/items`: what is stored, newest first, by words and by what is known of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException

from aggregator.core import feeding
from aggregator.core.language import shelf
from aggregator.model import Item, Query, Translation
from aggregator.web.pages.view import Ask, Parameter, View
from aggregator.wiring import House

SHOWN = 30
FLAGS = (
    "numbers", "names", "length", "ending", "repetition", "same", "glossary", "markup", "untranslated",
    "empty", "undated", "zoneless", "entities", "wrapped", "relative", "images",
)  # fmt: skip
_LAST = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What an item is called in one language, and how it begins."""

    title: str
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One item; `texts` are in all of its languages, `language` is that of the original, `source_language` as configured."""

    id: str
    source: str
    source_title: str
    source_language: str
    language: str
    published: datetime
    url: str
    texts: dict[str, Text]
    tags: tuple[str, ...]
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A page of items. `after` is where the next one begins, empty for the last one; the other values repeat what was asked for.

    `language` is the one that texts asked for stand under (`en` for en-us where the site has that), `languages` all that there are.
    `unindexed` items are from before there was a search index, and can't be found yet.
    """

    items: tuple[Found, ...]
    after: str
    unindexed: int
    q: str
    source: str
    language: str
    tag: str
    day: str
    flag: str
    sources: dict[str, str]
    languages: tuple[str, ...]
    flags: tuple[str, ...]


def gather(house: House, ask: Ask) -> Items:
    """The items that match."""
    languages = _languages(house)
    query = query_of(house, ask, languages)
    hits = house.store.find(query, after=ask.number("after", _LAST), limit=SHOWN)
    items, translations = house.store.items(hits.ids), house.store.translations(hits.ids)
    sources = house.pipeline.sources
    titles = house.titles({*sources, *(item.source for item in items.values())})
    return Items(
        items=tuple(_found(house, items[id], translations.get(id, {}), titles) for id in hits.ids if id in items),
        after="" if hits.after is None else str(hits.after),
        unindexed=house.store.unindexed(),
        q=ask.text("q"),
        source=ask.text("source"),
        language=query.language,
        tag=ask.text("tag"),
        day=ask.text("day"),
        flag=ask.text("flag"),
        sources={name: titles[name] for name in sorted(sources)},
        languages=languages,
        flags=FLAGS,
    )


def query_of(house: House, ask: Ask, languages: Sequence[str]) -> Query:
    """What is looked for; a day is one of the site's time zone, a language one of those that there are."""
    since, until = _day(ask.text("day"), ZoneInfo(house.settings.site.timezone))
    return Query(
        text=ask.text("q"),
        source=ask.text("source"),
        tag=ask.text("tag"),
        language=shelf(ask.text("language"), languages),
        flag=ask.text("flag"),
        since=since,
        until=until,
    )


def _languages(house: House) -> tuple[str, ...]:
    """Those of the site, then all others that any text is in."""
    return tuple(dict.fromkeys([*house.settings.site.languages, *house.store.languages_of_feed(feeding.ALL)]))


def _day(text: str, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    if not text:
        return None, None
    try:
        day = date.fromisoformat(text)
        following = day + timedelta(days=1)
        return datetime.combine(day, time(), zone), datetime.combine(following, time(), zone)
    except (ValueError, OverflowError) as error:
        raise HTTPException(400, "day has to be a date such as 2026-01-31.") from error


def _found(house: House, item: Item, translations: Mapping[str, Translation], titles: Mapping[str, str]) -> Found:
    texts = {tag: Text(title=made.title, summary=made.summary) for tag, made in sorted(translations.items())}
    flags = dict.fromkeys([*item.flags, *(flag for made in translations.values() for flag in made.flags)])
    return Found(
        id=item.id,
        source=item.source,
        source_title=titles[item.source],
        source_language=feeding.source_of(item, house.pipeline.sources).language,
        language=item.language,
        published=item.published,
        url=item.url,
        texts={item.language: Text(title=item.title, summary=item.summary)} | texts,
        tags=item.tags,
        flags=tuple(flags),
    )


VIEW = View(
    path="/items",
    twin="/items.json",
    template="items.html",
    about="Items by words, source, language, tag, day and flag, newest first.",
    data=Items,
    gather=gather,
    parameters=(
        Parameter("q", 'Words that all have to stand in one of its texts; "in quotation marks" in this order; word* for what begins so.'),
        Parameter("source", "The name of a source."),
        Parameter("language", "The language of the text that matches."),
        Parameter("tag", "A tag."),
        Parameter("day", "A day in the time zone of the site.", schema={"type": "string", "format": "date"}),
        Parameter("flag", "What is doubtful about an item or a translation."),
        Parameter("after", "Where the page begins, as the one before said.", schema={"type": "string", "pattern": "^-?[0-9]+$"}),
    ),
)

"""`/items/<id>`: an item and its translations, paragraph by paragraph, and what is known of how they came about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from aggregator.core import beside, budget, elsewhere, feeding, withholding
from aggregator.core.beside import Row
from aggregator.core.budget import MILLION
from aggregator.model import Item, Media, Page, Translation
from aggregator.web.pages.openapi import Told
from aggregator.web.pages.rendering import HEADERS
from aggregator.web.pages.segments import SegmentShown, segments
from aggregator.web.pages.view import Ask, Parameter, View, asked
from aggregator.wiring import House

LANGUAGE = Parameter("language", "One of its languages; default: the original's.")
SEGMENTS = Parameter("segments", "A language whose segments are to be told as well; default: none.")
ID = Parameter("id", "The item's id.", "path")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """How a translation came about. `cost` is what its engines take for all of its text, None where no price is configured.

    `outdated` says that the item was edited since; `provenance` how many segments came from where, by which step.
    """

    language: str
    engine: str
    made_at: datetime
    verified: bool
    untranslated: int
    flags: tuple[str, ...]
    provenance: tuple[str, ...]
    outdated: bool
    cost: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An item with all its texts. `rows` stand side by side; `revision` is how often it was edited, the last time at `updated`.

    `also_at` are its addresses in those of the other sources where it has another one. `segments` are those of the translation into
    `segments_in`, where they were asked for.
    """

    id: str
    title: str
    source: str
    source_title: str
    source_language: str
    also_in: tuple[str, ...]
    also_at: dict[str, str]
    url: str
    guid: str
    language: str
    declared: str
    detected: str
    published: datetime
    updated: datetime | None
    revision: int
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    flags: tuple[str, ...]
    media: tuple[Media, ...]
    translations: tuple[Made, ...]
    waiting: tuple[str, ...]
    rows: tuple[Row, ...]
    segments_in: str
    segments: tuple[SegmentShown, ...]
    currency: str


def gather(house: House, ask: Ask) -> Shown:
    """The item, or 404."""
    item = find(house, ask)
    translations = house.store.translations([item.id]).get(item.id, {})
    made = {tag: each for tag, each in translations.items() if tag != item.language}
    pages = [feeding.page_of(item, tag, made, house.pipeline.sources) for tag in (item.language, *made)]
    wanted = feeding.source_of(item, house.pipeline.sources).translate_to
    language = ask.text("segments")
    if language and language not in made:
        raise HTTPException(404)
    return Shown(
        id=item.id,
        title=item.title,
        source=item.source,
        source_title=house.titles([item.source])[item.source],
        source_language=feeding.source_of(item, house.pipeline.sources).language,
        also_in=item.also_in,
        also_at=elsewhere.links(item),
        url=item.url,
        guid=item.guid,
        language=item.language,
        declared=item.declared,
        detected=item.detected,
        published=item.published,
        updated=item.updated,
        revision=item.revision,
        authors=item.authors,
        tags=item.tags,
        flags=item.flags,
        media=item.media,
        translations=tuple(_made(house, item, each) for each in made.values()),
        waiting=tuple(tag for tag in wanted if tag != item.language and tag not in made),
        rows=tuple(beside.rows(pages[0], pages[1:])),
        segments_in=language,
        segments=segments(house, item, language) if language else (),
        currency=house.settings.budget.currency,
    )


def find(house: House, ask: Ask) -> Item:
    """The item that a path names, or 404: as well for one that is shown nowhere until its own page was read."""
    item = house.store.items([ask.path["id"]]).get(ask.path["id"])
    if item is None or withholding.FLAG in item.flags:
        raise HTTPException(404)
    return item


def markdown(house: House, request: Request) -> Response:
    """The document of an item in one language, as it is published."""
    (document,) = house.documents.page(_page(house, asked(request)))
    return Response(document.data, media_type="text/markdown; charset=utf-8", headers=HEADERS)


def raw(house: House, request: Request) -> Response:
    """The text of an item as it is stored, which nothing is to render."""
    item = find(house, asked(request))
    return Response(item.html, media_type="text/plain; charset=utf-8", headers=HEADERS)


def _page(house: House, ask: Ask) -> Page:
    item = find(house, ask)
    language = ask.text("language") or item.language
    translations: Mapping[str, Translation] = house.store.translations([item.id]).get(item.id, {})
    if language not in (item.language, *translations):
        raise HTTPException(404)
    return feeding.page_of(item, language, translations, house.pipeline.sources)


def _made(house: House, item: Item, made: Translation) -> Made:
    return Made(
        language=made.language,
        engine=made.engine,
        made_at=made.made_at,
        verified=made.verified,
        untranslated=made.untranslated,
        flags=made.flags,
        provenance=made.provenance,
        outdated=made.of_digest != item.digest,
        cost=_cost(house, item, made),
    )


def _cost(house: House, item: Item, made: Translation) -> float | None:
    known = house.settings.spending_rules.prices
    prices = [price for name in made.engine.split("+") if (price := known.get(name)) and (price.character or price.request)]
    characters = len(item.title) + len(item.summary) + len(feeding.page_of(item, item.language, {}, house.pipeline.sources).body)
    return sum(budget.cost(price, characters=characters, requests=1) for price in prices) / MILLION if prices else None


VIEW = View(
    path="/items/{id}",
    twin="/items/{id}.json",
    template="item.html",
    about="An item with its translations, paragraph by paragraph.",
    data=Shown,
    gather=gather,
    parameters=(ID, SEGMENTS),
)
TEXTS = (
    Told(
        path="/items/{id}.md",
        about="An item's document in one of its languages, as it is published.",
        media_type="text/markdown",
        parameters=(ID, LANGUAGE),
        also={"404": "There is no such item, or not in this language."},
    ),
    Told(
        path="/items/{id}.txt",
        about="The text of an item as it is stored.",
        media_type="text/plain",
        parameters=(ID,),
        also={"404": "There is no such item."},
    ),
)

"""`/`: every feed there is, a row for each source and a column for each language."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from aggregator.core import feeding, slugs
from aggregator.model import Feed
from aggregator.publishers.places import place
from aggregator.web.pages.view import Ask, Parameter, View
from aggregator.wiring import House

ROWS = 100  # of one page
Kind = Literal["all", "source", "tag"]
_RANK: dict[Kind, int] = {"all": 0, "source": 1, "tag": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A feed in one language: how many items it has, the date of the newest, and its address in each format.

    `bilingual` are the addresses of its bilingual variant, none where there is no such.
    """

    language: str
    items: int
    newest: datetime
    page: str
    feeds: dict[str, str]
    bilingual: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The feeds of one name, in the languages that have any item. `language` is that of a source, where it is configured."""

    name: str
    title: str
    language: str
    kind: Kind
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Feeds by name: everything first, then sources, then tags. `after` names where the next page begins, empty for the last one.

    `opml_of` and `bilingual_opml_of` are lists for readers by language: of its feeds, and of their bilingual variants.
    """

    title: str
    query: str
    languages: tuple[str, ...]
    formats: tuple[str, ...]
    rows: tuple[Row, ...]
    total: int
    after: str
    opml: str
    opml_of: dict[str, str]
    bilingual_opml_of: dict[str, str]


def gather(house: House, ask: Ask) -> Catalogue:
    """The catalogue, or the part of it whose names or titles hold a text."""
    settings, listed, query = house.settings, house.listed(), ask.text("q")
    named = dict.fromkeys([feeding.ALL, *(source.name for source in settings.sources), *(feed.name for feed in listed)])
    titles = house.titles(named)
    ordered = [name for name in sorted(named, key=_order) if query.lower() in f"{name}\n{titles[name]}".lower()]
    after = ask.text("after")
    rest = [name for name in ordered if not after or _order(name) > _order(after)]
    sizes = house.store.feed_sizes(rest[:ROWS])
    languages = tuple(sorted({feed.language for feed in listed}, key=lambda tag: _place(tag, settings.site.languages)))
    feeds = {(feed.name, feed.language, feed.variant): feed for feed in listed}
    bilingual = {feed.language for feed in listed if feed.variant == "bilingual"}
    rows = tuple(
        Row(
            name=name,
            title=titles[name],
            language=source.language if (source := house.pipeline.sources.get(name)) else "",
            kind=kind_of(name),
            cells=tuple(
                _cell(house, feed, feeds.get((name, tag, "bilingual")), *sizes[name, tag])
                for tag in languages
                if (feed := feeds.get((name, tag, "translation"))) and (name, tag) in sizes
            ),
        )
        for name in rest[:ROWS]
    )
    return Catalogue(
        title=settings.site.title,
        query=query,
        languages=languages,
        formats=tuple(settings.feeds.formats),
        rows=rows,
        total=len(ordered),
        after=rest[ROWS - 1] if len(rest) > ROWS else "",
        opml="/opml.xml",
        opml_of={tag: f"/opml/{tag}.xml" for tag in languages},
        bilingual_opml_of={tag: f"/opml/{tag}.bilingual.xml" for tag in languages if tag in bilingual},
    )


def kind_of(name: str) -> Kind:
    """What a feed of this name is of."""
    return "all" if name == feeding.ALL else "tag" if name.startswith(feeding.TAG) else "source"


def page_of(name: str, language: str) -> str:
    """The path of a feed's page."""
    return f"/feeds/{slugs.feed_path(name, language, variant='translation', extension='').removesuffix('.')}"


def addresses(house: House, feed: Feed) -> dict[str, str]:
    """The address of a feed in each format, with its token where it needs one."""
    return {form: house.local_address(place(feed, form)) for form in house.settings.feeds.formats}


def _cell(house: House, feed: Feed, bilingual: Feed | None, items: int, newest: datetime) -> Cell:
    return Cell(
        language=feed.language,
        items=items,
        newest=newest,
        page=page_of(feed.name, feed.language),
        feeds=addresses(house, feed),
        bilingual=addresses(house, bilingual) if bilingual else {},
    )


def _order(name: str) -> tuple[int, str]:
    return _RANK[kind_of(name)], name


def _place(tag: str, configured: Collection[str]) -> tuple[int, str]:
    """The site's own languages first, as they are configured."""
    return (list(configured).index(tag) if tag in configured else len(configured)), tag


VIEW = View(
    path="/",
    twin="/index.json",
    template="catalogue.html",
    about="Every feed there is, by source and language.",
    data=Catalogue,
    gather=gather,
    parameters=(Parameter("q", "A part of the name or title."), Parameter("after", "The name of the row before the first one.")),
)

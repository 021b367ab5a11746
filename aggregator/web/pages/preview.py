"""`/feeds/<language>/<name>`: a feed for people, with the ways to subscribe to it. Its twin is the feed itself, as JSON Feed."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from aggregator.model import Page
from aggregator.web.pages.catalogue import addresses, page_of
from aggregator.web.pages.openapi import Told
from aggregator.web.pages.rendering import Pages
from aggregator.web.pages.view import Parameter
from aggregator.wiring import House

SHOWN = 20
MEDIA_TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}
_PARTS = (
    Parameter("limit", "So many entries at most.", schema={"type": "integer", "minimum": 1}),
    Parameter("q", "Words that all have to stand in an entry."),
    Parameter("since", "Only entries from this date or time on."),
    Parameter("mode", "`bilingual` for the variant with the original beside the translation.", schema={"enum": ["bilingual"]}),
    Parameter("token", "The feed's own token, where feeds have such."),
)
_LANGUAGE = Parameter("language", "The language of the feed, as in its address.", "path")
_REFUSED = {
    "400": "A parameter makes no sense.",
    "403": "The feed's token is missing.",
    "404": "There is no such feed.",
    "410": "The feed's source was removed.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The newest pages of a feed, its addresses by format, those of its bilingual variant, and its pages in other languages."""

    name: str
    title: str
    language: str
    pages: tuple[Page, ...]
    feeds: dict[str, str]
    bilingual: dict[str, str]
    siblings: dict[str, str]


def gather(house: House, language: str, path: str) -> Preview:
    """The feed whose page stands at a path, or 404."""
    names = [name for name, tag in house.feed_names() if tag == language and page_of(name, tag) == path]
    feeds = [feed for feed in house.listed(names[:1]) if feed.language == language]
    if not feeds:
        raise HTTPException(404)
    store, (feed, *others) = house.store, feeds
    return Preview(
        name=feed.name,
        title=feed.title,
        language=language,
        pages=tuple(house.pipeline.pages(store.newest(feed=feed.name, language=language, limit=SHOWN), language)),
        feeds=addresses(house, feed),
        bilingual=addresses(house, others[0]) if others else {},
        siblings={tag: page_of(feed.name, tag) for tag in store.languages_of_feed(feed.name) if tag != language},
    )


def answer(pages: Pages, request: Request) -> Response:
    """The page."""
    house = pages.house()
    data = gather(house, request.path_params["language"], request.url.path)
    return pages.render(request, "preview.html", data=data, media_types=MEDIA_TYPES)


TWINS = tuple(
    Told(
        path=path,
        about=f"{about} as JSON Feed 1.1, where that is one of the configured formats.",
        media_type="application/feed+json",
        parameters=(_LANGUAGE, Parameter("name", name, "path"), *_PARTS),
        also=_REFUSED,
    )
    for path, about, name in (
        ("/feeds/{language}/{name}.json", "A feed", "The name of a source, or `all`."),
        ("/feeds/{language}/tag/{name}.json", "The feed of a tag", "The tag, as in the feed's address."),
    )
)

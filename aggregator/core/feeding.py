"""Which feeds an item stands in, and what a feed is called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from aggregator.core import pages
from aggregator.model import Feed, Item, Page, Source, Translation

ALL = "all"
TAG = "tag/"


def title_of(name: str, sources: Mapping[str, Source], *, site_title: str) -> str:
    """What a reader's list of subscriptions shows for a feed."""
    if name == ALL:
        return site_title
    if name.startswith(TAG):
        return f"{site_title}: {name.removeprefix(TAG)}"
    source = sources.get(name)
    return (source.title if source else "") or name


def link_of(name: str, sources: Mapping[str, Source], *, site_link: str) -> str:
    """The page a feed belongs to: the source's own for a source, the site for the rest."""
    source = sources.get(name)
    return (source.link_base if source else "") or site_link


def source_of(item: Item, sources: Mapping[str, Source]) -> Source:
    """The item's source; one that left the configuration keeps its name and folder."""
    return sources.get(item.source) or Source(name=item.source, url="", folder=item.source)


def page_of(item: Item, language: str, translations: Mapping[str, Translation], sources: Mapping[str, Source]) -> Page:
    """An item in one of the languages it exists in."""
    source = source_of(item, sources)
    languages = tuple(sorted({item.language, *translations}))
    if language == item.language:
        return pages.original(item, source, languages=languages)
    return pages.translated(item, source, translations[language], languages=languages)


def variants_of(feed: Feed, sources: Mapping[str, Source], *, bilingual: bool) -> Iterable[Feed]:
    """The feed itself, and where anything in it is a translation its bilingual variant.

    An archive has one wherever its language is translated into: those before and after it lead to each other in the same variant.
    """
    yield feed
    if bilingual and (any(page.translation for page in feed.pages) or (feed.archive and _is_target(feed.language, sources))):
        yield replace(feed, variant="bilingual")


def _is_target(language: str, sources: Mapping[str, Source]) -> bool:
    return any(language in source.translate_to and language != source.language for source in sources.values())

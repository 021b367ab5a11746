"""Which feeds an item stands in, in which language, and what a feed is called."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from aggregator.core import pages
from aggregator.core.characters import one_line
from aggregator.core.language import shelf
from aggregator.core.slugs import feed_stem, language_name
from aggregator.model import Feed, Item, Masthead, Page, Source, Translation

ALL = "all"
TAG = "tag/"


_UNKNOWN = Masthead()


def title_of(name: str, sources: Mapping[str, Source], mastheads: Mapping[str, Masthead], *, site_title: str) -> str:
    """What a feed is called in every language: a source's as the configuration says, else as the source calls itself, else by its name."""
    if name == ALL:
        return site_title
    if name.startswith(TAG):
        return f"{site_title}: {name.removeprefix(TAG)}"
    source = sources.get(name)
    return (source.title if source else "") or mastheads.get(name, _UNKNOWN).title or name


def is_kept(name: str, sources: Collection[str]) -> bool:
    """Whether a feed goes on: of everything, of a tag, or of a source that is still configured."""
    return name == ALL or name.startswith(TAG) or name in sources


def is_gone(path: str, sources: Collection[str]) -> bool:
    """Whether a path below /feeds/ is of a source that was removed."""
    _, name = feed_stem(path)
    return bool(name) and not is_kept(name, sources)


def link_of(name: str, sources: Mapping[str, Source], mastheads: Mapping[str, Masthead], *, site_link: str) -> str:
    """The page a feed belongs to: the source's own for a source, as far as it is known, the site for the rest."""
    source = sources.get(name)
    return (source.link_base if source else "") or mastheads.get(name, _UNKNOWN).home or site_link


def empty(
    name: str, language: str, sources: Mapping[str, Source], mastheads: Mapping[str, Masthead], *, site_title: str, site_link: str
) -> Feed:
    """A feed without its pages."""
    title, picture = title_of(name, sources, mastheads, site_title=site_title), mastheads.get(name, _UNKNOWN).picture
    link = link_of(name, sources, mastheads, site_link=site_link)
    return Feed(name=name, language=language, title=title, link=link, picture=picture, pages=())


def heading(feed: Feed) -> str:
    """What a reader's list of subscriptions shows for a feed: always with its language, also while there is no other one."""
    variant = ", bilingual" if feed.variant == "bilingual" else ""
    return f"{one_line(feed.title) or one_line(feed.name) or 'Feed'} ({language_name(feed.language)}{variant})"


def credited(source: Source, mastheads: Mapping[str, Masthead]) -> Source:
    """The source under the title that it gives itself, where the configuration gives none."""
    title = mastheads.get(source.name, _UNKNOWN).title
    return replace(source, title=title) if title and not source.title else source


def source_of(item: Item, sources: Mapping[str, Source]) -> Source:
    """The item's source; one that left the configuration keeps its name and folder."""
    return sources.get(item.source) or Source(name=item.source, url="", folder=item.source)


def shelved(item: Item, source: Source) -> Item:
    """The item in the site's language that it stands under; documents in the reference format keep the label."""
    if source.profile == "compat":
        return item
    tag = shelf(item.language, (*source.languages, *source.translate_to))
    return item if tag == item.language else replace(item, language=tag)


def page_of(item: Item, language: str, translations: Mapping[str, Translation], sources: Mapping[str, Source]) -> Page:
    """An item in one of the languages it exists in."""
    source, languages = source_of(item, sources), tuple(sorted({item.language, *translations}))
    if language == item.language:
        return pages.original(item, source, languages=languages)
    return pages.translated(item, source, translations[language], languages=languages)


def variants_of(feed: Feed, sources: Mapping[str, Source], *, bilingual: bool) -> Iterator[Feed]:
    """The feed itself, and where anything in it is a translation its bilingual variant.

    An archive has one wherever its language is translated into: those before and after it lead to each other in the same variant.
    """
    yield feed
    if bilingual and (any(page.translation for page in feed.pages) or (feed.archive and _is_target(feed.language, sources))):
        yield replace(feed, variant="bilingual")


def listed(variants: Sequence[Feed]) -> tuple[str, ...]:
    """What lists say of a feed with these variants, as `Published.listed`."""
    feed = variants[0]
    return (feed.title, feed.link, *(variant.variant for variant in variants)) if feed.pages else ()


def _is_target(language: str, sources: Mapping[str, Source]) -> bool:
    return any(language in source.translate_to and language != source.language for source in sources.values())

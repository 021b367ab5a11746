"""Single parts as the settings want them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypedDict
from zoneinfo import ZoneInfo

from aggregator import plugins
from aggregator.config import Settings, TranslatorSettings
from aggregator.confined.limits import Limits
from aggregator.confined.pool import Readers
from aggregator.core import decide, fulltext
from aggregator.placing import Eraser, Reader, Writer
from aggregator.ports import Publisher, Translator
from aggregator.ports.room import Room, no_bounds
from aggregator.ports.spending import Budget
from aggregator.publishers import files, together
from aggregator.store.room import Room as DiskRoom
from aggregator.translators.deferred import DeferredTranslator
from aggregator.translators.limits import Rate
from aggregator.translators.routes import Route
from aggregator.translators.standing import Standings
from aggregator.translators.watched import WatchedTranslator

PAGES = {
    fulltext.BY_SELECTOR: "aggregator.sources.article:ArticleBySelector",
    fulltext.BY_LOOKS: "aggregator.sources.found_article:ArticleByLooks",
}


class Turns(TypedDict):
    """The fetcher's limits, see there."""

    concurrency: int
    per_host: int
    spacing: timedelta


def turns(settings: Settings) -> Turns:
    """How much the fetcher does at once."""
    return {"concurrency": settings.fetch.concurrency, "per_host": settings.fetch.per_host, "spacing": settings.fetch.spacing}


def limits(settings: Settings) -> decide.Limits:
    """What holds for every request."""
    return decide.Limits(
        user_agent=settings.fetch.user_agent,
        timeout=settings.fetch.timeout,
        max_bytes=settings.fetch.max_bytes,
        allow_networks=settings.fetch.allow_networks,
    )


def lease(settings: Settings) -> timedelta:
    """How long claimed work is left to whoever claimed it: no poll takes longer."""
    return max(settings.store.lease, settings.fetch.timeout + settings.fetch.parse_timeout)


def readers(settings: Settings, kinds: Mapping[str, str]) -> Readers:
    """What reads bodies of these kinds."""
    return Readers(kinds, limits=Limits(seconds=settings.fetch.parse_timeout.total_seconds()))


def kinds(settings: Settings) -> Mapping[str, str]:
    """Where the classes are that read the sources' bodies and their articles' pages, as `module:class`, by kind."""
    bodies = {source.kind: plugins.target(plugins.SOURCES, source.kind) for source in settings.sources}
    return bodies | {(kind := fulltext.kind_of(source)): PAGES[kind] for source in settings.sources if source.full_text}


def languages(settings: Settings) -> list[str]:
    """Every language that the configuration names."""
    of_sources = [tag for source in settings.sources for tag in (source.language, *source.translate_to) if tag]
    of_routes = [tag for route in settings.routes for tag in (route.source, route.target) if tag != "*"]
    return [*settings.site.languages, *of_sources, *of_routes]


def engines(settings: Settings, budget: Budget, standings: Standings, *, offline: bool) -> Mapping[str, Translator]:
    """Each engine that a route names, loaded when it is first asked; offline, one that needs the network is never used."""
    named = dict.fromkeys(name for route in settings.routes for name in route.engines)
    made = {name: partial(engine, name, settings.translators[name], budget, standings) for name in named}
    return {name: DeferredTranslator(name, make, offline=offline) for name, make in made.items()}


def engine(name: str, settings: TranslatorSettings, budget: Budget | None = None, standings: Standings | None = None) -> Translator:
    """An instance of an engine under the name that routes use, behind its daily test, on the budget, where it has one."""
    made: Translator = plugins.load(plugins.TRANSLATORS, settings.engine)(name, **settings.options)
    return WatchedTranslator(made, budget=budget, standings=standings) if getattr(made, "watched", False) else made


def rates(settings: Settings) -> Mapping[str, Rate]:
    """How fast each engine may be asked."""
    return {name: Rate(each.requests_per_minute, each.characters_per_minute) for name, each in settings.translators.items()}


def routes(settings: Settings) -> list[Route]:
    """The configured routes as the router knows them."""
    return [Route(source=route.source, target=route.target, engines=tuple(route.engines)) for route in settings.routes]


def writer(settings: Settings) -> Writer:
    """What puts documents below the configured folders."""
    return lambda asked: together.write(asked, roots(settings))


def eraser(settings: Settings) -> Eraser:
    """What deletes documents below the configured folders."""
    return lambda document, path: files.erase(document, roots(settings)[document.root], path=path)


def present(settings: Settings) -> Reader:
    """What reads files below the configured folders."""
    return lambda root, path: files.present(roots(settings)[root], path)


def documents_of(settings: Settings) -> Publisher:
    """What makes documents of pages."""
    from aggregator.publishers.markdown import MarkdownPublisher

    return MarkdownPublisher(zone=ZoneInfo(settings.site.timezone))


def feeds_of(settings: Settings) -> Publisher:
    """What makes feeds."""
    from aggregator.publishers.feeds import FeedPublisher

    shown = settings.feeds
    return FeedPublisher(base_url=settings.site.base_url, formats=shown.formats, hub=shown.websub, templates=shown.templates)


def roots(settings: Settings) -> dict[str, Path]:
    """The folder for each root that documents name."""
    paths = settings.paths
    return {"content": paths.content, "feeds": paths.feeds, "site": paths.site or paths.feeds}


def room(settings: Settings) -> Room:
    """What knows whether the store takes more, where it stands on a disk of this machine."""
    file = settings.store.url.removeprefix("sqlite:///")
    return DiskRoom(Path(file).parent) if file != settings.store.url else no_bounds


def no_writer(asked: Sequence[together.Asked]) -> list[together.Placed]:
    """Writes nothing."""
    return [files.Written(document.path, "kept") for document, _ in asked]

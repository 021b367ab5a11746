"""The settings in effect: what the rest of the program is given, with every default filled in and every path absolute."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from zoneinfo import ZoneInfo

import aggregator
from aggregator.config.feeds import Feeds
from aggregator.config.secrets import Secret, is_sensitive
from aggregator.config.spending import Budget
from aggregator.config.tables import Fetch, Git, Hugo, MainFile, PathsTable, Route, Site, SourceTable, TranslatorSettings
from aggregator.config.web import Web
from aggregator.core.budget import Rules
from aggregator.core.glossary import Entry
from aggregator.core.memory import Profile
from aggregator.model import Retention, Source

BUILT_IN_ENGINES = {"opencc": "opencc", "google": "deep"}
BUILT_IN_TRANSLATORS = {name: TranslatorSettings.model_validate({"engine": engine}) for name, engine in BUILT_IN_ENGINES.items()}
LAST_ROUTES = (
    Route.model_validate({"from": "zh", "to": "zh", "engines": ["opencc"]}),
    Route.model_validate({"from": "*", "to": "*", "engines": ["google"]}),
)
_OF_KINDS = ("items", "fields", "date_format", "next")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """Absolute folders: state, Markdown documents, feeds; and a site for any web server, where one is wanted."""

    data: Path
    content: Path
    feeds: Path
    site: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """Where state lives: SQLAlchemy's URL, which may hold a password. `lease` is how long claimed work is nobody else's."""

    url: Secret
    lease: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything the configuration says. `routes` ends with the built-in ones; `translators` holds the built-in ones unless redefined.

    `books` is the store of what was paid for, the memory and what was spent, where that is not `store`.
    """

    site: Site
    paths: Paths
    store: Store
    books: Store | None = None
    fetch: Fetch
    sources: tuple[Source, ...]
    translators: Mapping[str, TranslatorSettings]
    routes: tuple[Route, ...]
    budget: Budget
    feeds: Feeds
    hugo: Hugo
    git: Git
    web: Web
    glossary: tuple[Entry, ...] = ()

    def today(self, now: datetime) -> date:
        """The day that is running where the site is."""
        return now.astimezone(ZoneInfo(self.site.timezone)).date()

    @property
    def profiles(self) -> dict[str, Profile]:
        """What each engine's translations are remembered under: name:engine/provider/model; former versions left out the two between."""
        return {name: _profile(name, each) for name, each in self.translators.items()}

    @property
    def versions(self) -> dict[str, str]:
        """A digest of how each engine is set up, its key included: what was found of it holds while it is the same."""
        told = {name: json.dumps([each.engine, each.options], sort_keys=True, default=str) for name, each in self.translators.items()}
        return {name: blake2b(text.encode(), digest_size=8).hexdigest() for name, text in told.items()}

    @property
    def spending_rules(self) -> Rules:
        """What the budget says; what is done on this machine for nothing does not count towards it."""
        return self.budget.rules(free={name for name, each in self.translators.items() if each.engine == "opencc"})


def _profile(name: str, settings: TranslatorSettings) -> Profile:
    provider, model = (str(settings.options.get(key) or "") for key in ("provider", "model"))
    engine = "/".join(filter(None, (settings.engine, provider, model)))
    return Profile(f"{name}:{engine}", former=f"{name}/{model}" if model else name)


def assemble(main: MainFile, sources: Mapping[str, SourceTable], *, folder: Path) -> Settings:
    """The settings from checked tables; `sources` are those of all files, `folder` is the main file's."""
    paths = _paths(main.paths, folder)
    return Settings(
        site=main.site,
        paths=paths,
        store=Store(url=Secret(main.store.url or f"sqlite:///{paths.data / 'store.db'}"), lease=main.store.lease),
        fetch=_fetch(main.fetch, main.site),
        sources=tuple(source_of(name, table, site=main.site) for name, table in sources.items()),
        translators=BUILT_IN_TRANSLATORS | main.translators,
        routes=(*main.routes, *_missing(LAST_ROUTES, main.routes)),
        budget=main.budget,
        feeds=main.feeds,
        hugo=_hugo(main.hugo, folder),
        git=main.git,
        web=main.web,
    )


def _paths(table: PathsTable, folder: Path) -> Paths:
    data = (folder / table.data).resolve()
    content, feeds = table.content or data / "content", table.feeds or Path(table.site or data) / "feeds"
    site = (folder / table.site).resolve() if table.site else None
    return Paths(data=data, content=(folder / content).resolve(), feeds=(folder / feeds).resolve(), site=site)


def _hugo(hugo: Hugo, folder: Path) -> Hugo:
    """The settings with the site's absolute folder."""
    return hugo.model_copy(update={"site": str((folder / hugo.site).resolve())}) if hugo.site else hugo


def _fetch(fetch: Fetch, site: Site) -> Fetch:
    """The settings with a user agent that says who we are and where to complain."""
    contact = f" (+{site.base_url})" if site.base_url else ""
    return fetch if fetch.user_agent else fetch.model_copy(update={"user_agent": f"aggregator/{aggregator.__version__}{contact}"})


def _missing(routes: Iterable[Route], given: tuple[Route, ...]) -> list[Route]:
    return [route for route in routes if route not in given]


def source_of(name: str, table: SourceTable, *, site: Site) -> Source:
    """The noun that the rest of the program knows a source by."""
    given = table.model_dump(exclude={*_OF_KINDS, "options", "headers", "folder", "translate_to", "retention"})
    return Source(
        **given,
        name=name,
        folder=table.folder or name,
        languages=site.languages,
        translate_to=site.languages if table.translate_to is None else table.translate_to,
        retention=table.retention or site.retention or Retention(),
        headers={key: Secret(value) if is_sensitive(key) else value for key, value in table.headers.items()},
        options=_options(table),
    )


def _options(table: SourceTable) -> dict[str, object]:
    """What the source's kind itself understands."""
    if table.options is not None:
        return dict(table.options)
    return {key: value for key in _OF_KINDS if (value := getattr(table, key)) is not None}

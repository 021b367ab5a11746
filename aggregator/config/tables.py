"""What a configuration file may hold: one model a table, with the contract's key names, defaults and meanings."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from aggregator.config.durations import duration_text
from aggregator.config.feeds import Feeds
from aggregator.config.spending import Budget, EngineBudget, SourceBudget
from aggregator.config.table import Table
from aggregator.config.upkeep import Command, Retain
from aggregator.config.values import (
    AnyLanguage,
    AnyUrl,
    BaseUrl,
    Duration,
    FilePath,
    Folder,
    FullText,
    HeaderName,
    HeaderText,
    Languages,
    Name,
    Networks,
    Option,
    Patterns,
    Pause,
    Places,
    Proxy,
    RouteEnd,
    Rules,
    Size,
    SomeNames,
    SourceName,
    StoreUrl,
    Tags,
    Timezone,
    Url,
    UserAgent,
)
from aggregator.config.web import Web
from aggregator.model import IdentityPolicy, Profile


class Site(Table):
    """Who publishes, where and in which languages."""

    title: str = Field(default="News", description="Name of the site: title of the feed of everything, first part of those of tags.")
    base_url: BaseUrl = Field(
        default="http://127.0.0.1:8080",
        description="Public address that /feeds/... and /opml.xml are found under; empty where it is not known.",
    )
    timezone: Timezone = Field(default="Asia/Shanghai", description="IANA time zone of the dates in front matter.")
    languages: Languages = Field(default=("zh-CN", "en"), description="BCP 47 tags of the languages that every item is to exist in.")
    retention: Retain | None = Field(default=None, description="`retention` of the sources that don't say; default: everything is kept.")


class PathsTable(Table):
    """Where files are written, absolute or relative to the folder of the configuration file."""

    data: FilePath = Field(default="../data", description="State: the SQLite store and what belongs to it.")
    content: FilePath | None = Field(default=None, description="Markdown documents; default: `content` in data.")
    feeds: FilePath | None = Field(default=None, description="Feeds; default: `feeds` in site, or else in data.")
    site: FilePath | None = Field(
        default=None, description="A whole site for any web server: index page, OPML list, and below `feeds` the feeds; default: none."
    )

    @model_validator(mode="after")
    def _has_its_feeds_in_its_site(self) -> Self:
        """Check that a site's index page leads to the feeds."""
        if self.site and self.feeds and Path(self.feeds) != Path(self.site) / "feeds":
            raise ValueError("feeds stand in the folder feeds of site; remove feeds, or site")
        return self


class StoreTable(Table):
    """Where state lives."""

    url: StoreUrl | None = Field(default=None, description="SQLAlchemy URL; default: SQLite, `store.db` in paths.data.")
    lease: Duration = Field(
        default="5m",
        validate_default=True,
        description="How long work that a process has taken is left to it; with several machines, how long that of one that died waits. "
        "Never less than fetch.timeout and fetch.parse_timeout together.",
    )


class Fetch(Table):
    """How origins are asked; sources can differ."""

    concurrency: int = Field(default=20, ge=1, le=1000, description="Exchanges at the same time.")
    per_host: int = Field(default=1, ge=1, le=100, description="Exchanges at the same time with one host.")
    spacing: Pause = Field(default="1s", validate_default=True, description="Pause after a request before the next one to the same host.")
    timeout: Duration = Field(default="30s", validate_default=True, description="Limit of a whole exchange, redirects included.")
    parse_timeout: Duration = Field(default="8s", validate_default=True, description="Limit of reading one body, after it was fetched.")
    max_bytes: Size = Field(
        default=10 * 1024 * 1024,
        description='Limit of a decoded body, in bytes or as "10MB". On the wire half of it may come, or 5 MB if that is more.',
    )
    user_agent: UserAgent = Field(
        default="", description="What this program calls itself; default: its name and version with site.base_url as contact."
    )
    allow_networks: Networks = Field(default=(), description="Networks that are not public and may be fetched from all the same.")


class SourceTable(Table):
    """One source."""

    kind: Name = Field(default="feed", description="What it is: feed (RSS, Atom, RDF, JSON Feed), json, html, or a plug-in's.")
    url: Url = Field(description="Where it is fetched.")
    title: str = Field(default="", description="Its name for readers; default: its name here.")
    headers: dict[HeaderName, HeaderText] = Field(
        default={}, description="HTTP headers to send; a value may be a secret, or hold one: `Bearer {env:KEY}`."
    )
    items: Places | None = Field(
        default=None,
        description="Kind json: where the list is, keys joined by dots, or several of them; default: the document is the list, "
        "or `data` without fields. Kind html: the CSS selector of an entry.",
    )
    fields: dict[str, str] | None = Field(
        default=None, description="Which part of an entry is what. Kind json: paths or templates; kind html: selectors."
    )
    date_format: str | None = Field(default=None, description="What dates look like, in the signs of strptime.")
    next: str | None = Field(default=None, description="Kind html: the selector of the link to the page with older entries.")
    options: dict[str, Option] | None = Field(default=None, description="What a plug-in's kind understands.")
    link_base: AnyUrl = Field(default="", description="What links that are not absolute are relative to.")
    folder: Folder = Field(default="", description="Folder of its documents; default: the source's name.")
    language: AnyLanguage = Field(default="", description="BCP 47 tag; default: what the source says itself.")
    timezone: Timezone = Field(default="UTC", description="IANA time zone of dates that carry none.")
    every: Duration | None = Field(default=None, description="Time between polls; default: adaptive between min_every and max_every.")
    min_every: Duration = Field(default="5m", validate_default=True, description="Least time between adaptive polls.")
    max_every: Duration = Field(default="4h", validate_default=True, description="Longest time between adaptive polls.")
    profile: Profile = Field(default="clean", description="How documents are made: clean, or compat for an existing site's exact form.")
    translate_to: Languages | None = Field(default=None, description="Languages wanted; default: site.languages.")
    tags: Tags = Field(default=(), description="Tags of the source; each has a feed of its own.")
    include: Patterns = Field(
        default={},
        description="Only items whose title, text or link this regular expression finds; or a table of several, which all have to match: "
        "`title`, `text`, `link`, `author`, `tag`, `language`, `anywhere`.",
    )
    exclude: Patterns = Field(
        default={}, description="No items whose title, text or link this regular expression finds; or a table, of which none may match."
    )
    strip: Rules = Field(
        default=(),
        description="Profile clean: regular expressions on each paragraph of a text; what they find is left out.",
    )
    max_items: int = Field(default=5000, ge=1, le=5000, description="Most entries read from one answer.")
    retention: Retain | None = Field(
        default=None,
        description='What is kept of its items: those of the last days, "90d", the newest, 5000, or both, `{ age = "90d", items = 5000 }`. '
        "`{}` keeps everything. Default: site.retention.",
    )
    full_text: FullText = Field(
        default=False, description="Read each article's own page for its full text: by the CSS selector of the article, or true to find it."
    )
    identity: IdentityPolicy = Field(
        default="guid",
        description="What makes an item the same: its guid, its link, the number its link ends in, or its title, date and text.",
    )
    same_story: bool = Field(
        default=False,
        description="Keep one item of a story that another source with this setting brought up to 36 hours apart in nearly the same words: "
        "the first, in the feeds of both, with the address of the other. Profile clean.",
    )
    update_translations: bool = Field(
        default=False, description="Profile compat: rewrite the original's document when a translation is added."
    )
    allow_networks: Networks = Field(default=(), description="Networks that are not public and may be fetched from for this source.")
    user_agent: UserAgent = Field(default="", description="Default: fetch.user_agent.")
    proxy: Proxy = Field(default="", description="URL of an HTTP proxy; may be a secret.")

    @model_validator(mode="after")
    def _strips_what_it_may(self) -> Self:
        """Check that a profile that keeps every byte is not asked to leave some out."""
        if self.strip and self.profile == "compat":
            raise ValueError('strip means nothing in profile "compat", which keeps texts as they came; remove it or change the profile')
        return self

    @model_validator(mode="after")
    def _asks_for_what_its_profile_does(self) -> Self:
        """Check that a setting of one profile does not stand with the other, where it would do nothing."""
        if self.same_story and self.profile == "compat":
            raise ValueError(
                'same_story means nothing in profile "compat", which makes a document of each entry; remove it or change the profile'
            )
        if self.update_translations and self.profile == "clean":
            raise ValueError('update_translations means nothing in profile "clean", which always does so; remove it or change the profile')
        return self

    @model_validator(mode="after")
    def _has_room_to_adapt(self) -> Self:
        """Check that some time between polls is neither too short nor too long."""
        if self.every is None and self.min_every > self.max_every:
            least, most = duration_text(self.min_every), duration_text(self.max_every)
            raise ValueError(f"min_every ({least}) is longer than max_every ({most}); swap or change them")
        return self


class TranslatorSettings(BaseModel):
    """One engine, under a name that routes use. Every other key is an option of the engine's."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True, hide_input_in_errors=True)
    __pydantic_extra__: dict[str, Option]

    engine: Name = Field(description="opencc, deep, libretranslate, deepl, openai, pseudo, fault, or a plug-in's.")
    requests_per_minute: int = Field(default=0, ge=0, description="Most requests a minute; 0 for no limit.")
    characters_per_minute: int = Field(default=0, ge=0, description="Most characters a minute; 0 for no limit.")

    @property
    def limits(self) -> dict[str, int]:
        """Those of the limits that are set."""
        named = {"requests_per_minute": self.requests_per_minute, "characters_per_minute": self.characters_per_minute}
        return {name: most for name, most in named.items() if most}

    @property
    def options(self) -> dict[str, Any]:
        """What the engine itself understands, secrets resolved."""
        return dict(self.__pydantic_extra__)


class Route(Table):
    """Which engines translate a pair of languages, the first one first."""

    source: RouteEnd = Field(default="*", alias="from", description="Language tag, or * for all.")
    target: RouteEnd = Field(default="*", alias="to", description="Language tag, or * for all.")
    engines: SomeNames = Field(description="Names from [translators.NAME]; opencc and google are always there.")


class Hugo(Table):
    """A site that the daemon builds after it has published."""

    command: Command = Field(default="hugo --cleanDestinationDir", description="What builds the site, run in its folder.")
    site: FilePath | None = Field(default=None, description="Folder of the site; default: none is built.")
    every: Duration = Field(default="10m", validate_default=True, description="Least time between the beginnings of two builds.")


class Git(Table):
    """Documents under version control."""

    commit: bool = Field(default=False, description="Commit what differs in paths.content, once a round; nothing is ever pushed.")
    every: Duration = Field(default="10m", validate_default=True, description="Least time between two commits of the daemon.")


Sources = dict[SourceName, SourceTable]


class SourcesFile(Table):
    """A file in sources/ beside the main one."""

    sources: Sources = Field(default={}, description="The sources, by name.")


class MainFile(Table):
    """The configuration of the aggregator; everything is optional, but for a source's url, an engine's name and a route's engines."""

    site: Site = Site()
    paths: PathsTable = PathsTable()
    store: StoreTable = StoreTable()
    fetch: Fetch = Fetch()
    translators: dict[Name, TranslatorSettings] = Field(default={}, description="Engines, by the name that routes use.")
    routes: tuple[Route, ...] = Field(
        default=(), strict=False, description="First match wins; then zh to zh by opencc, all else by google."
    )
    budget: Budget = Budget()
    feeds: Feeds = Feeds()
    hugo: Hugo = Hugo()
    git: Git = Git()
    web: Web = Web()
    sources: Sources = Field(default={}, description="The sources, by name.")


TABLES: dict[str, type[BaseModel]] = {
    "site": Site,
    "paths": PathsTable,
    "store": StoreTable,
    "fetch": Fetch,
    "sources": SourceTable,
    "translators": TranslatorSettings,
    "routes": Route,
    "budget": Budget,
    "feeds": Feeds,
    "hugo": Hugo,
    "git": Git,
    "web": Web,
}
WITHIN: dict[tuple[str, str], type[BaseModel]] = {("budget", "per_engine"): EngineBudget, ("budget", "per_source"): SourceBudget}


def keys_of(model: type[BaseModel]) -> list[str]:
    """The keys that a table may have, as they are written in a file."""
    return [field.alias or name for name, field in model.model_fields.items()]


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a configuration file, for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_without_nulls(MainFile.model_json_schema())}


def _without_nulls(node: Any) -> Any:
    """A schema without the null that TOML can't write: neither as a default nor as one of several forms."""
    if isinstance(node, list):
        return [_without_nulls(part) for part in node if part != {"type": "null"}]
    if not isinstance(node, dict):
        return node
    kept = {key: _without_nulls(part) for key, part in node.items() if not (key == "default" and part is None)}
    forms = kept.get("anyOf", ())
    return kept if len(forms) != 1 else forms[0] | {key: part for key, part in kept.items() if key != "anyOf"}

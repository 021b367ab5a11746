"""TOML files in, settings out, or every problem at once: the contract between the program and the person who runs it."""

from aggregator.config.adapters import Adapters
from aggregator.config.feeds import Feeds
from aggregator.config.lines import located
from aggregator.config.loading import defaults, from_table, load
from aggregator.config.secrets import Secret
from aggregator.config.settings import BUILT_IN_TRANSLATORS, Paths, Settings, Store
from aggregator.config.showing import show, table
from aggregator.config.tables import Fetch, Route, Site, TranslatorSettings, schema

__all__ = [
    "BUILT_IN_TRANSLATORS",
    "Adapters",
    "Feeds",
    "Fetch",
    "Paths",
    "Route",
    "Secret",
    "Settings",
    "Site",
    "Store",
    "TranslatorSettings",
    "defaults",
    "from_table",
    "load",
    "located",
    "schema",
    "show",
    "table",
]

"""Settings for less than the whole: to look at what there is, or at single addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from aggregator.config import Secret, Settings
from aggregator.config import Store as StoreSettings
from aggregator.config.tables import Git
from aggregator.model import Source

IN_MEMORY = "sqlite://"


def for_looking(settings: Settings) -> Settings:
    """The settings on the store as it stands, or on an empty one in memory where none was made yet."""
    if not settings.store.url.startswith("sqlite:///") or Path(settings.store.url.removeprefix("sqlite:///")).exists():
        return settings
    return replace(settings, store=StoreSettings(url=Secret(IN_MEMORY)))


def for_addresses(settings: Settings, addresses: Sequence[str], *, translate_to: Sequence[str]) -> Settings:
    """The settings with one source for each address, no others, and a store that is gone at the end.

    What is paid for holds on: it is remembered and booked where the configured sources' translations are, if there is such a store, or a
    bound that has to be kept.
    """
    hosts = [urlsplit(address).hostname or "feed" for address in addresses]
    names = [f"{host}-{number}" if host in hosts[:number] else host for number, host in enumerate(hosts)]
    sources = tuple(
        Source(name=name, url=address, folder=name, translate_to=tuple(translate_to))
        for name, address in zip(names, addresses, strict=True)
    )
    paths, git = replace(settings.paths, site=None), Git()  # nothing is kept, so nothing is laid out or committed
    books = settings.store if settings.spending_rules.limits else for_looking(settings).store
    return replace(settings, sources=sources, store=StoreSettings(url=Secret(IN_MEMORY)), books=books, paths=paths, git=git)

"""Adds sources: from an address to a file beside the configuration.

address -> FIND the feed behind it -> name it, and see that it is new -> WRITE sources/<name>.toml
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from aggregator import wiring
from aggregator.config import Settings
from aggregator.config.values import source_name
from aggregator.config.writing import add_sources, sources_text
from aggregator.core import subscriptions
from aggregator.core.discovery import typed_address
from aggregator.core.subscriptions import Decided, table_of
from aggregator.discovering import Found
from aggregator.errors import UsageError

PREVIEWED = 5  # entries


def whole_address(text: str) -> str:
    """What a person writes as an address, with https:// where it lacks that."""
    address = typed_address(text)
    return address if "://" in address else f"https://{address}"


def new_source(settings: Settings, url: str, *, title: str = "", name: str = "") -> Decided:
    """The source that an address becomes, under a name that is made of the title if none is given.

    Raises UsageError where it can't become one, or is one already.
    """
    configured = [(source.name, source.url) for source in settings.sources]
    wanted = subscriptions.Subscription(url=url, title=title)
    (decided,) = subscriptions.decide([wanted], configured, refused=partial(wiring.address_problem, settings=settings))
    if decided.outcome == "refused":
        raise UsageError(f"{url!r} can't be added: {decided.why}.")
    if decided.outcome != "new":
        raise UsageError(f"{decided.subscription.url} is subscribed already, as {decided.name}.")
    return replace(decided, name=_free(name, dict(configured))) if name else decided


def _free(name: str, configured: dict[str, str]) -> str:
    try:
        source_name(name)
    except ValueError as error:
        raise UsageError(f"The source's name: {error}.") from None
    if name in configured:
        raise UsageError(f"The source's name: there is a source {name!r} already. Choose another name.")
    return name


def written(config: Path, new: Sequence[Decided], *, stem: str, origin: str) -> Path:
    """The file that the new sources were written to. Raises UsageError where it can't be."""
    return add_sources(config, stem, sources_text({each.name: table_of(each.subscription) for each in new}, origin=origin))


def preview(found: Found) -> list[dict[str, Any]]:
    """The first entries as the rows that they would become."""
    return [
        {
            "published": None if "undated" in item.flags else item.published,
            "language": item.language,
            "title": item.title,
            "url": item.url,
        }
        for item in found.contents.items[:PREVIEWED]
    ]


def others(found: Found) -> list[str]:
    """The addresses of the feeds that were found and not chosen."""
    return [feed.url for feed in found.candidates if feed.url != found.chosen.url]

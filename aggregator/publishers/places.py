"""Where feeds stand, in which formats, and at which addresses: all that can be said of them before one is made."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal
from urllib.parse import quote

from aggregator.core.links import http_url
from aggregator.core.slugs import feed_path
from aggregator.model import Feed

Format = Literal["rss", "atom", "json"]
MEDIA_TYPES: dict[Format, str] = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}


def place(feed: Feed, form: Format) -> str:
    """Where a feed's document stands below the feeds' root."""
    return feed_path(feed.name, feed.language, variant=feed.variant, extension=form, archive=feed.archive)


def everywhere(feed: Feed) -> list[str]:
    """Where a feed, or this archive of it, could stand below the feeds' root: in any variant, in any format."""
    variants: tuple[Literal["translation", "bilingual"], ...] = ("translation", "bilingual")
    return [place(replace(feed, variant=variant), form) for variant in variants for form in MEDIA_TYPES]


def addresses(feed: Feed, *, base_url: str, root: str) -> dict[Format, str]:
    """A feed's address in each format, `<base_url>/feeds/<path>`; without a base below `root`, which leads to that folder."""
    below = start_of_addresses(base_url, root=root)
    return {form: below + quote(place(feed, form)) for form in MEDIA_TYPES}


def start_of_addresses(base_url: str, *, root: str) -> str:
    """What the addresses of all feeds begin with."""
    base = http_url(base_url).rstrip("/")
    return f"{base}/feeds/" if base else root

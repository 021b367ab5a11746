"""Pictures, sound and film of a feed's entry: enclosures, Media RSS and iTunes elements."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from aggregator.model import EpisodeType, Media
from aggregator.sources.address import join, path

Found = Mapping[str, Any]  # what feedparser found, by its names

_EXPLICIT = {"true": True, "yes": True, "explicit": True, "false": False, "no": False, "clean": False}
_EPISODE_TYPES: Mapping[str, EpisodeType] = {"full": "full", "trailer": "trailer", "bonus": "bonus"}
_PICTURE = re.compile(r"\.(?:avif|gif|jpe?g|png|svg|webp)$", re.IGNORECASE)


def media_of(entry: Found, *, base: str) -> tuple[Media, ...]:
    """What belongs to an entry, enclosures first, each once and with an absolute address."""
    media: dict[str, Media] = {}
    for one in (*_enclosures(entry, base), *_contents(entry, base), *_pictures(entry, base)):
        media.setdefault(one.url, one)
    return tuple(media.values())


def picture_of(media: Sequence[Media]) -> str:
    """The widest picture, the first of equals; an attached picture only where nothing is marked as one."""
    marked = [one for one in media if one.role == "image"]
    attached = [one for one in media if one.role == "enclosure" and _is_picture({"type": one.type, "url": one.url})]
    return max(marked or attached, key=lambda one: one.width).url if marked or attached else ""


def _enclosures(entry: Found, base: str) -> Iterator[Media]:
    """With what a podcast says of its episodes (https://podcasters.apple.com/support/823-podcast-requirements)."""
    duration = _seconds(entry.get("itunes_duration") or "")
    season, episode = (count(entry.get(name) or "") for name in ("itunes_season", "itunes_episode"))
    kind: EpisodeType = _EPISODE_TYPES.get((entry.get("itunes_episodetype") or "").strip().lower(), "")
    explicit = _EXPLICIT.get((entry.get("itunes_explicit") or "").strip().lower())
    for link in entry.get("links", ()):
        if link.get("rel") == "enclosure" and link.get("href"):
            medium = _medium(link, base, role="enclosure", duration=duration)
            yield replace(medium, season=season, episode=episode, episode_type=kind, explicit=explicit)


def _contents(entry: Found, base: str) -> Iterator[Media]:
    """Media RSS (https://www.rssboard.org/media-rss)."""
    for content in entry.get("media_content", ()):
        if content.get("url"):
            yield _medium(content, base, role="image" if _is_picture(content) else "media", duration=_seconds(content.get("duration", "")))


def _pictures(entry: Found, base: str) -> Iterator[Media]:
    for picture in (entry.get("image"), *entry.get("media_thumbnail", ())):
        if isinstance(picture, Mapping) and (picture.get("href") or picture.get("url")):
            yield _medium(picture, base, role="image")


def _medium(found: Found, base: str, *, role: Literal["enclosure", "image", "media"], duration: int = 0) -> Media:
    return Media(
        url=join(base, found.get("href") or found["url"]),
        type=found.get("type", ""),
        length=count(found.get("length") or found.get("filesize") or ""),
        title=found.get("title", ""),
        role=role,
        width=count(found.get("width", "")),
        height=count(found.get("height", "")),
        duration=duration,
    )


def _is_picture(found: Found) -> bool:
    kind = found.get("medium") or found.get("type") or ""
    return kind.startswith("image") or (not kind and bool(_PICTURE.search(path(found.get("url", "")))))


def count(figures: str) -> int:
    """A number as a document writes it, 0 for anything else."""
    figures = str(figures).strip().partition(".")[0]
    return int(figures) if figures.isdecimal() and len(figures) < 16 else 0


def _seconds(clock: str) -> int:
    """Seconds of `3600`, `60:00` or `1:00:00`."""
    total = 0
    for part in clock.strip().split(":")[-3:]:
        total = total * 60 + count(part)
    return total

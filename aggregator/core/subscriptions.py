"""Which of the feeds that somebody wants are new, and what they are called here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urlsplit

from aggregator.core.discovery import typed_address
from aggregator.core.identity import canonical_url
from aggregator.core.links import http_url

_TAKEN = frozenset({"all", "tag"})  # names of feeds that are always there
_LONGEST_NAME = 40
_LONGEST_TAG = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A feed that somebody wants: where it is, what it is called, in which folders it stood, the outermost first."""

    url: str
    title: str = ""
    folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What becomes of a subscription: a source of this name, or why not."""

    outcome: Literal["new", "subscribed already", "twice", "refused"]
    subscription: Subscription
    name: str = ""
    why: str = ""


def decide(wanted: Iterable[Subscription], configured: Collection[tuple[str, str]], *, refused: Callable[[str], str]) -> Iterator[Decided]:
    """For each subscription, in order, whether it becomes a source.

    `configured` are (name, URL) of the sources that there are; `refused` says why an address can't be fetched, or "".
    """
    known = {same_feed(url): name for name, url in configured}
    names, new = Names(name for name, _ in configured), set[str]()
    for one in wanted:
        address = typed_address(one.url)
        key, url = same_feed(address), http_url(address)
        why = refused(address) if url else "no absolute address with http or https"
        if why:
            yield Decided(outcome="refused", subscription=one, why=why)
        elif key in known:
            yield Decided(outcome="twice" if key in new else "subscribed already", subscription=one, name=known[key])
        else:
            known[key] = names.take(one)
            new.add(key)
            yield Decided(outcome="new", subscription=replace(one, url=url), name=known[key])


def same_feed(url: str) -> str:
    """What two addresses of one feed have in common: all but the scheme, `www.`, trackers and a slash at the end."""
    return canonical_url(url).partition("://")[2].removeprefix("www.").rstrip("/") or url


class Names:
    """Names of sources, each given once."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {*taken, *_TAKEN}
        self._last: dict[str, int] = {}  # number behind a stem: ten thousand feeds may have one title

    def take(self, subscription: Subscription) -> str:
        """A free name: made of the title where it has Latin letters, else of the host; numbered where that is taken."""
        host = (urlsplit(http_url(subscription.url)).hostname or "").removeprefix("www.").removeprefix("feeds.")
        stem = name = _latin(subscription.title) or _latin(host) or "source"
        while name in self._taken:
            self._last[stem] = self._last.get(stem, 1) + 1
            name = f"{stem}_{self._last[stem]}"
        self._taken.add(name)
        return name


def _latin(text: str) -> str:
    """Small letters, digits and `_`, accents dropped; "" where less than half of the letters would be left."""
    plain = unicodedata.normalize("NFKD", text.lower())
    letters = [character for character in plain if character.isalnum()]
    kept = [character for character in letters if character.isascii()]
    if len(kept) * 2 < len(letters):
        return ""
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return re.sub("[^a-z0-9]+", "_", plain)[:_LONGEST_NAME].strip("_")


def table_of(subscription: Subscription) -> dict[str, object]:
    """The source's table for a configuration file."""
    tags = dict.fromkeys(filter(None, map(tag_of, subscription.folders)))
    table = {"url": subscription.url, "title": subscription.title, "tags": list(tags)}
    return {key: value for key, value in table.items() if value}


def tag_of(folder: str) -> str:
    """A folder's name as a tag: letters, digits, `_` and `-`, small."""
    return re.sub(r"[^\w]+", "-", unicodedata.normalize("NFC", folder).lower()).strip("-_")[:_LONGEST_TAG].strip("-_")

"""Which feeds the lists for readers name: what is published, and in which variants."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Lock

from aggregator.model import Feed, Published
from aggregator.publishers.places import Format, place


def listed(feeds: Iterable[Feed], *, root: Path, form: Format) -> Iterator[Feed]:
    """Each feed, followed by its bilingual variant where that stands below the feeds' root in this format."""
    for feed in feeds:
        yield feed
        bilingual = replace(feed, variant="bilingual")
        if (root / place(bilingual, form)).is_file():
            yield bilingual


def only(feeds: Iterable[Feed], name: str) -> list[Feed]:
    """The feeds of one list: "" of all languages, a language, or `<language>.bilingual`. None holds a feed in two variants: who takes a
    list does not want everything twice.
    """
    language, _, variant = name.partition(".")
    return [feed for feed in feeds if feed.variant == (variant or "translation") and language in ("", feed.language)]


def names(feeds: Iterable[Feed]) -> list[str]:
    """The lists that there are, but for that of all languages."""
    return sorted({feed.language + (".bilingual" if feed.variant == "bilingual" else "") for feed in feeds})


class Shown:
    """What lists say of each feed, and of which names that is not so any more."""

    def __init__(self) -> None:
        self._feeds: dict[str, dict[str, tuple[str, ...]]] = {}  # by name and language
        self._news: set[str] = set()
        self._lock = Lock()

    def hear(self, published: Published) -> bool:
        """Take notice of what was published; whether lists would say something else of it now."""
        if published.listed is None or published.listed == self._feeds.get(published.mark.key, {}).get(published.mark.language, ()):
            return False
        with self._lock:
            self._news.add(published.mark.key)
        return True

    @contextmanager
    def telling(self) -> Iterator[set[str]]:
        """The names of which there is news, for a block that lists them anew: if that fails they stay, and what comes meanwhile does."""
        with self._lock:
            names, self._news = self._news, set()
        try:
            yield names
        except BaseException:
            with self._lock:
                self._news |= names
            raise

    def now(self, feeds: Iterable[Feed], *, of: Collection[str] | None = None) -> None:
        """Lists were made of these feeds, in the order of `listed`: of these names, or of all."""
        if of is None:
            self._feeds = {}
        for name in of or ():
            self._feeds.pop(name, None)
        for feed in feeds:
            told = self._feeds.setdefault(feed.name, {})
            told[feed.language] = (*told.get(feed.language, (feed.title, feed.link)), feed.variant)

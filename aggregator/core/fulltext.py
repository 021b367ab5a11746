"""An article's text from its own page: when the page is wanted, what is made of it, when it is tried again.

A page is read once for an item, and once more only where the item's address changes. `Item.page_url` remembers whose page was read or
given up; `Item.fed_digest` what the source itself has, so that the source's short text is not taken for a change.
"""

from __future__ import annotations

import html as entities
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from aggregator.core import caching, markup, retry, volatile
from aggregator.model import Failed, FailureKind, Item, Job, Source

BY_SELECTOR, BY_LOOKS = "page by selector", "page by looks"
"""The kinds that read pages; no source can be configured to be of these names."""

TRIES = 7  # the last one an hour after the first
FOR_GOOD: tuple[FailureKind, ...] = ("gone", "robots", "blocked_address", "bad_source", "too_large")
ABOUT_PAGES: tuple[FailureKind, ...] = ("robots", "no_robots", "blocked_address", "empty", "internal")
STAYS = "Until its page can be read, the item has what the feed gives."
_ITS_OWN = ("empty", "cut")  # flags that say something of the text


def is_wanted(item: Item, source: Source) -> bool:
    """Whether the item's page is to be read before the item is translated."""
    return bool(source.full_text and item.url) and item.page_url != item.url


def job_for(item: Item, *, now: datetime) -> Job:
    """The work that reading the item's page is."""
    return Job(item_id=item.id, language="", source=item.source, digest=item.digest, due_at=now)


def late_jobs(items: Iterable[Item], source: Source, *, now: datetime) -> list[Job]:
    """The pages to read for stored items that came without text before their source's `full_text` was set."""
    return [job_for(item, now=now) for item in items if "empty" in item.flags and item.source == source.name and is_wanted(item, source)]


def kind_of(source: Source) -> str:
    """The name of the kind that reads the source's pages, or ""."""
    return BY_SELECTOR if isinstance(source.full_text, str) else BY_LOOKS if source.full_text else ""


def as_page(item: Item, source: Source) -> Source:
    """The source that the item's page is, with one entry: the item. What was decided when the item came is not decided again."""
    known = {"title": item.title, "link": item.url, "summary": entities.escape(item.summary), "selector": source.full_text}
    language = item.declared or source.language
    return replace(source, kind=kind_of(source), options=known, language=language, include={}, exclude={})


def completed(item: Item, found: Item | None) -> Item:
    """The item after its page was dealt with: with the text that was `found` there, if it is longer than the item's own."""
    done = replace(item, page_url=item.url)
    if found is None or _length(found) <= _length(item):
        return done
    return replace(
        done,
        html=found.html,
        summary=found.summary,
        language=found.language,
        detected=found.detected,
        digest=found.digest,
        fed_digest=item.fed_digest or item.digest,
        flags=flags_of(item, text_of=found),
    )


def succeeding(item: Item, stored: Item) -> Item:
    """An item of a poll, as it takes the place of a stored one: it keeps the text of its page while that is the longer one.

    Where another source brings it, its own source need not read the page any more.
    """
    item = replace(item, page_url=stored.page_url if item.source == stored.source else item.url)
    if not stored.fed_digest or _length(stored) <= _length(item):
        return item
    return replace(
        item,
        html=stored.html,
        summary=stored.summary,
        language=stored.language,
        declared=stored.declared,
        detected=stored.detected,
        digest=volatile.text_digest(item.title, markup.visible_text(stored.html)),
        fed_digest=item.digest,
        flags=flags_of(item, text_of=stored),
    )


def due_again(job: Job, failed: Failed, *, now: datetime, jitter: float) -> datetime | None:
    """When to try a page for the next time; None where that is not to be."""
    if failed.kind in FOR_GOOD or job.attempts + 1 >= TRIES:
        return None
    return retry.due_again(job.attempts + 1, after=caching.retry_after(failed.headers, now=now), now=now, jitter=jitter)


def advice_of(failed: Failed) -> str:
    """What a person can do about it; what is said of feeds that fail does not hold for pages."""
    return failed.advice if failed.kind in ABOUT_PAGES else STAYS


def _length(item: Item) -> int:
    return len(markup.visible_text(item.html))


def flags_of(item: Item, *, text_of: Item) -> tuple[str, ...]:
    """The flags of an item whose text is that of another one."""
    kept = (flag for flag in item.flags if flag not in _ITS_OWN)
    return (*kept, *(flag for flag in text_of.flags if flag in _ITS_OWN))

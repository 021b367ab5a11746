"""What a source calls itself, its page and its picture: learned from its documents, and so that what readers show does not flicker.

The first word counts at once. Another one counts when several documents in a row have said the same: some titles hold a date or a count.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from aggregator.core import identity, states
from aggregator.core.bounds import NAME, cut
from aggregator.core.feeding import ALL, TAG
from aggregator.core.links import http_url, page_url
from aggregator.core.titles import clean_title
from aggregator.model import ParsedFeed, PollState, Source

TIMES_TO_LEARN = 3


def noted(state: PollState, feed: ParsedFeed | None) -> PollState:
    """The state after a document, None where none was read anew. One that says nothing of it takes nothing back."""
    if feed is None:
        return state
    said = cut(clean_title(feed.title, is_text=False), NAME), page_url(feed.link), http_url(feed.picture)
    held = state.title, state.home, state.picture
    if said == held or not any(said):
        return states.changed(state, renames=0, renamed_to="")
    mark = identity.digest(*said)[:16]
    times = state.renames + 1 if mark == state.renamed_to else 1
    if any(held) and times < TIMES_TO_LEARN:
        return replace(state, renames=times, renamed_to=mark)
    return replace(state, title=said[0], home=said[1], picture=said[2], renames=0, renamed_to="")


def feeds_to_mark(source: Source, before: PollState, after: PollState) -> Collection[str]:
    """The names of the feeds that show what has changed: the source's own, and those that its items come into by the configuration."""
    if (before.title, before.home, before.picture) == (after.title, after.home, after.picture):
        return ()
    return (source.name, ALL, *(f"{TAG}{tag}" for tag in source.tags))

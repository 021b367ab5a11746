"""A validator of feeds: errors and warnings alike, as sentences; an empty list for a document that has neither."""

from __future__ import annotations

from tests.validation import atom, jsonfeed, rss

PROBLEMS = {"rss": rss.problems, "atom": atom.problems, "json": jsonfeed.problems}


def problems(path: str, data: bytes) -> list[str]:
    """What is wrong with a feed, whose format its path tells."""
    return PROBLEMS[path.rpartition(".")[2]](data)

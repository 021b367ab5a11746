"""A validator of feeds: errors and warnings alike, as sentences; an empty list for a document that has neither."""

from __future__ import annotations

import re

from tests.validation import atom, jsonfeed, rss

PROBLEMS = {"rss": rss.problems, "atom": atom.problems, "json": jsonfeed.problems}

# What a feed may be warned of where nobody knows the site's address, and nothing else (docs/formats.md, "Without an address"): it can't say
# where it stands, has no page of its own unless its source has one, and leads to its archives and other languages relatively.
_RELATIVE = r"is no absolute URI: '(\.\./)+[A-Za-z0-9%._/-]+'"
UNPLACED = {
    "rss": (
        "channel has not one atom:link to itself",
        r"link of the channel is no web address: 'urn:uuid:[0-9a-f-]{36}'",
        f"atom:link of channel {_RELATIVE}",
    ),
    "atom": ("feed has not one self link", f"href of feed {_RELATIVE}"),
    "json": ("feed has no home_page_url", "feed has no feed_url", f"next_url of feed {_RELATIVE}"),
}


def problems(path: str, data: bytes, *, placed: bool = True) -> list[str]:
    """What is wrong with a feed, whose format its path tells; where it is not `placed`, without what such a feed may be warned of."""
    form = path.rpartition(".")[2]
    allowed = () if placed else UNPLACED[form]
    return [problem for problem in PROBLEMS[form](data) if not any(re.fullmatch(sentence, problem) for sentence in allowed)]

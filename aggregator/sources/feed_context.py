"""What the entries of a feed take from their surroundings, as digests: while they stay, the same text is the same entry."""

from __future__ import annotations

import re
from typing import Any

from feedparser import __version__ as feedparser_version

from aggregator import __version__
from aggregator.core import familiar, identity
from aggregator.model import Source
from aggregator.sources.feed_split import DIGEST_LENGTH, Split

_VERSIONS = f"{__version__} {feedparser_version}"
_DATE = re.compile(r"<(lastBuildDate|pubDate|updated|modified|dc:date)>[^<&]*</\1>")  # of the document: nobody reads it
_OF_THE_HEAD = ("link", "language", "authors", "author")


def context_of(parser: Any, document: Split, source: Source) -> str:
    """Digest of what entries take from elsewhere; empty where that is not the same for all of them, or where there are none.

    It holds where the parser stood before them (namespaces, base, language, open elements), the document type with its entities, what an
    entry without a link, language or author takes from the head, and what the configuration says of the source.
    """
    if not parser.starts or any(start != parser.starts[0] for start in parser.starts):
        return ""
    head = [str(parser.feeddata.get(key)) for key in _OF_THE_HEAD]
    known = (_VERSIONS, familiar.settings(source), document.prologue, parser.version)
    return identity.digest(*known, _place(parser), *head)[:DIGEST_LENGTH]


def around(document: Split, source: Source, *, location: str) -> str:
    """Digest of all that is not the entries' own, but for its dates: where it is the same, so is the context, and nothing else is new."""
    pieces = (_DATE.sub("", piece) for piece in document.between())
    return identity.digest(_VERSIONS, familiar.settings(source), location, str(document.whole), *pieces)[:DIGEST_LENGTH]


def _place(parser: Any) -> str:
    """Where the parser stood, as far as that can be written down; what stands in open elements is no part of it."""
    start = parser.starts[0]
    told = {name: value for name, value in start.items() if isinstance(value, (str, int, dict)) and name not in ("limit", "elementstack")}
    return repr((told, start["langstack"], start["basestack"], [name for name, *_ in start["elementstack"]]))

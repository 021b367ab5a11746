"""Conditional and range requests (RFC 9110 sections 13 and 14): what a client holds, and which part it wants."""

from __future__ import annotations

import re
from collections.abc import Sequence

from aggregator.core.caching import http_date

_TAG = re.compile(r'"[^"]*"')
_RANGE = re.compile(r"bytes=\s*([0-9]{0,18})-([0-9]{0,18})\s*")


def held_tag(if_none_match: str, tags: Sequence[str]) -> str:
    """The first of the current entity tags that a client holds, `*` being any; empty for none. Weak comparison (section 8.8.3.2)."""
    if if_none_match.strip() == "*":
        return tags[0]
    listed = _TAG.findall(if_none_match)
    return next((tag for tag in tags if tag in listed), "")


def is_unmodified(if_modified_since: str, modified: int) -> bool:
    """Whether nothing was modified since, `modified` in seconds since 1970. What is no date counts for nothing (section 13.1.3)."""
    date = http_date(if_modified_since)
    return date is not None and modified <= date.timestamp()


def is_same(if_range: str, *, tag: str, last_modified: str) -> bool:
    """Whether a part may be sent to go with what the client holds: strong comparison, dates to the letter (section 13.1.5)."""
    return not if_range or if_range.strip() in (tag, last_modified)


def byte_range(field: str, length: int) -> range | None:
    """The bytes that a Range field asks for; an empty range where there are none of these, None where all are to be sent.

    Several ranges count as none (section 14.2 lets a server ignore the field).
    """
    match = _RANGE.fullmatch(field)
    if match is None or match[1] == match[2] == "":
        return None
    if not match[1]:
        return range(max(length - int(match[2]), 0), length)
    first, last = int(match[1]), int(match[2] or length)
    return range(first, min(last + 1, length)) if first <= last or not match[2] else None

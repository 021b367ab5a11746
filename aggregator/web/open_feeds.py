"""The files of the feeds, for those whom the doors let in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from aggregator.web.files import FeedTokens, Published
from aggregator.web.guard import Doors


def published(root: Path, doors: Doors, *, is_gone: Callable[[str], bool]) -> Published:
    """The files below a folder; `is_gone` says of a path whether the source of that feed was removed."""
    tokens = FeedTokens(doors.keys.of_feed, doors.keys.opens_feed) if doors.keys and doors.feed_tokens else None
    return Published(root, is_gone=is_gone, tokens=tokens, shared=not doors.private)

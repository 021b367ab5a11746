"""What was wrong with an entry as it came, told when it is read and stored as the item's flags; `core.checkup` counts them.

| flag | the entry had |
|---|---|
| empty | no text and no picture or sound: a title and a link at most |
| undated | no date that can be read |
| zoneless | a date that says nothing of its time zone |
| entities | entities that a reader would see: encoded twice, or in what is plain text |
| wrapped | lines broken in mid-sentence |
| relative | relative addresses in its text |
| images | pictures without an address |
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from aggregator.core import dates, images, wraps
from aggregator.core.characters import ENTITY
from aggregator.model import RawItem

# The name first, which is soon found, and then what stands before it.
_RELATIVE = tuple(re.compile(rf"{name}(?<=\s{name})\s*=\s*([\"'])(?!\s*(?:[a-zA-Z][a-zA-Z0-9+.-]*:|//|#|\1))") for name in ("href", "src"))


def flags(raw: RawItem, *, shown: Iterable[str], empty: bool, dated: bool, language: str = "") -> tuple[str, ...]:
    """The flags of an entry. `shown` are the texts of it that nothing decodes any more before a reader sees them; `language` its label."""
    body = raw.html or ("" if raw.text else raw.summary)
    told = {
        "empty": empty,
        "undated": not dated,
        "zoneless": dated and dates.is_zoneless(raw.published or raw.updated, language=language),
        "entities": any(map(ENTITY.search, shown)),
        "wrapped": wraps.breaks_sentences(raw.text) or wraps.html_breaks_sentences(body),
        "relative": any(address.search(body) for address in _RELATIVE),
        "images": images.are_broken(body),
    }
    return tuple(flag for flag, holds in told.items() if holds)

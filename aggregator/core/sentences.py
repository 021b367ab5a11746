"""Where a text can be cut into sentences without cutting its markup, and how translated sentences are joined."""

from __future__ import annotations

import re
from itertools import pairwise

from aggregator.core.codes import PLACEHOLDER, is_cjk, openers
from aggregator.model import Segment

_END = re.compile(r"(?<=[.!?…])(?:[\"'”’)\]]|\{[0-9]{1,6}\})*\s+|(?<=[。！？；])[”’」』）]*")


def sentences(segment: Segment) -> tuple[str, ...]:
    """The sentences of a segment with the white space behind them; together they are its text, and no pair reaches over a border."""
    borders = [match.end() for match in _END.finditer(segment.text) if not _is_inside(segment, match.end())]
    cuts = [0, *(border for border in borders if 0 < border < len(segment.text)), len(segment.text)]
    return tuple(segment.text[start:end] for start, end in pairwise(cuts))


def _is_inside(segment: Segment, border: int) -> bool:
    opening = openers(segment.codes)
    before = [int(number) for number in PLACEHOLDER.findall(segment.text[:border])]
    return sum((number in opening) - (number - 1 in opening) for number in before) != 0


def packed(parts: tuple[str, ...], *, limit: int) -> tuple[str, ...]:
    """Neighbouring sentences together as long as they stay within `limit` characters."""
    packs: list[str] = []
    for part in parts:
        if packs and len(packs[-1]) + len(part) <= limit:
            packs[-1] += part
        else:
            packs.append(part)
    return tuple(packs)


def joined(parts: tuple[str, ...]) -> str:
    """Translated sentences as one text: a space between two, but none in scripts that are written without."""
    text = ""
    for part in map(str.strip, parts):
        last, first = PLACEHOLDER.sub("", text)[-1:], PLACEHOLDER.sub("", part)[:1]
        glued = not text or not part or (last and first and is_cjk(last) and is_cjk(first))
        text += part if glued else f" {part}"
    return text

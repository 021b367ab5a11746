"""An item's segments in one language, as they are remembered: what an act can put right, numbered as by `items --segments`."""

from __future__ import annotations

from dataclasses import dataclass

from aggregator import correcting
from aggregator.correcting import Line
from aggregator.model import Item
from aggregator.wiring import House


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentShown:
    """A segment: what `/acts/edit` calls it, the part of the item that it is of, and its translation, empty where none is remembered.

    `by` made that: an engine, or `person` for good. Placeholders such as {0} stand for markup.
    """

    segment: str
    number: int
    part: str
    text: str
    translation: str
    by: str
    flags: tuple[str, ...]


def segments(house: House, item: Item, language: str) -> tuple[SegmentShown, ...]:
    """The segments that can be translated, in order."""
    return tuple(_shown(item, line) for line in correcting.lines(house.pipeline, item, language))


def _shown(item: Item, line: Line) -> SegmentShown:
    return SegmentShown(
        segment=f"{item.id}:{line.number}",
        number=line.number,
        part=line.part,
        text=line.segment.text,
        translation=line.recalled.text if line.recalled else "",
        by=line.recalled.by if line.recalled else "",
        flags=line.flags,
    )

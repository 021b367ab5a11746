"""What a person does about translations: look at an item's segments, and put one right for good.

item -> page -> cut -> memory -> lines          a person's text -> memory -> jobs for every item that holds the segment
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from aggregator.core import beginnings, codes, feeding, language, memory
from aggregator.core.memory import Pair
from aggregator.core.segment import cut
from aggregator.model import LONG_AGO, Item, Job, Segment
from aggregator.pipeline import Pipeline
from aggregator.translators.items import segments_of
from aggregator.translators.recalling import Recalled
from aggregator.translators.summaries import is_said, without

_WORD = re.compile(r"[^\W_]+")
_WORDS = 5  # enough to tell a text from most others


class Line(NamedTuple):
    """A segment of an item: its number from 1, which part of the item it is of, and its translation if it is remembered."""

    number: int
    part: str
    segment: Segment
    recalled: Recalled | None


def lines(pipeline: Pipeline, item: Item, target: str) -> list[Line]:
    """The segments of an item that can be translated, in order, with what is remembered of each in a language."""
    segments = _segments(pipeline, item)
    pair = pair_of(item, target)
    found = pipeline.router.look_up(segments, pair)
    if beginnings.is_beginning(item, feeding.source_of(item, pipeline.sources).profile) and not is_said(found.get(segments[1])):
        segments = without(segments)  # it follows the text, whatever else was made of it once
    parts = {1: "title", 2: "summary"}
    return [
        Line(number, parts.get(number, "text"), segment, found.get(segment))
        for number, segment in enumerate(segments, 1)
        if codes.has_letters(segment.text)
    ]


def pair_of(item: Item, target: str) -> Pair:
    """From which language an item is translated into another."""
    return Pair(language.effective(item.language, item.detected), target)


def correct(pipeline: Pipeline, text: str, answer: str, pair: Pair) -> list[Job]:
    """Remember a person's translation of a segment for good, and ask for the translations of the items that hold it once more.

    Returns the jobs, which are due before all others. Raises ValueError where the answer can't stand in the segment's place.
    """
    now, store = pipeline.clock(), pipeline.store
    entry = memory.by_hand(text, answer, pair, now=now)
    store.remember([entry])
    jobs = [
        Job(item_id=item.id, language=target, source=item.source, digest=item.digest, due_at=LONG_AGO)
        for item, target in _holding(pipeline, text, pair)
    ]
    store.add_jobs(jobs, again=True)
    return jobs


def _holding(pipeline: Pipeline, text: str, pair: Pair) -> Iterator[tuple[Item, str]]:
    """The items one of whose segments is this text, with the languages of their translations that are made of the pair's."""
    words = sorted(set(_WORD.findall(codes.bare(text))), key=len, reverse=True)[:_WORDS]
    items = [item for item in pipeline.store.holding(words) if item.source in pipeline.sources]
    translations = pipeline.store.translations([item.id for item in items])
    wanted = memory.key_by_hand(text, pair)
    for item in items:
        own = pair_of(item, pair.target)
        made = [target for target in translations.get(item.id, {}) if own in (way := pair_of(item, target), pipeline.router.paid_for(way))]
        if made and any(memory.key_by_hand(segment.text, own) == wanted for segment in _segments(pipeline, item)):
            yield from ((item, target) for target in made)


def _segments(pipeline: Pipeline, item: Item) -> list[Segment]:
    page = feeding.page_of(item, item.language, {}, pipeline.sources)
    return [memory.unit(segment) for segment in segments_of(item, cut(page.body))]

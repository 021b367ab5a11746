"""What a person does about translations: look at an item's segments, and put one right for good.

item -> page -> cut -> memory -> lines          a person's text -> fits? -> memory -> jobs for every item that holds it
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from aggregator.core import beginnings, codes, feeding, language, memory
from aggregator.core.judging import doubts
from aggregator.core.memory import Pair
from aggregator.core.segment import Draft, cut, rebuild
from aggregator.errors import UsageError
from aggregator.model import LONG_AGO, Item, Job, Remembered, Segment
from aggregator.pipeline import Pipeline
from aggregator.translators.items import segments_of
from aggregator.translators.recalling import PERSON, Recalled
from aggregator.translators.summaries import is_said, without

_KEY = re.compile(r"[0-9a-f]{32}")
_WORD = re.compile(r"[^\W_]+")
_WORDS = 5  # enough to tell a text from most others


class Line(NamedTuple):
    """A segment of an item: its number from 1, which part of the item it is of, its translation if it is remembered, what is doubtful."""

    number: int
    part: str
    segment: Segment
    recalled: Recalled | None
    flags: tuple[str, ...]


class Chosen(NamedTuple):
    """A segment that is to be put right, how it reads now, and the item it was chosen in, if it was."""

    text: str
    now: str
    pair: Pair
    item_id: str = ""


def lines(pipeline: Pipeline, item: Item, target: str) -> list[Line]:
    """The segments of an item that can be translated, in order, with what is remembered of each in a language."""
    segments = _segments(pipeline, item)
    pair = pair_of(item, target)
    found = pipeline.router.look_up(segments, pair)
    if beginnings.is_beginning(item, feeding.source_of(item, pipeline.sources).profile) and not is_said(found.get(segments[1])):
        segments = without(segments)  # it follows the text, whatever else was made of it once
    parts = {1: "title", 2: "summary"}
    return [
        Line(number, parts.get(number, "text"), segment, found.get(segment), _flags(pipeline, segment, pair, found.get(segment)))
        for number, segment in enumerate(segments, 1)
        if codes.has_letters(segment.text)
    ]


def pair_of(item: Item, target: str) -> Pair:
    """From which language an item is translated into another."""
    return Pair(language.effective(item.language, item.detected), target)


def correct(pipeline: Pipeline, text: str, answer: str, pair: Pair, *, of: str = "") -> list[Job]:
    """Remember a person's translation of a segment for good, and ask for the translations of the items that hold it once more.

    Returns the jobs, which are due before all others. Raises ValueError where the answer can't stand in the segment's place: not in the
    item with the id `of`, or in none that holds the segment.
    """
    entry = memory.by_hand(text, answer, pair, now=pipeline.clock())
    found = [(item, _objection(pipeline, item, entry)) for item in _holding(pipeline, entry)]
    if why := _refusal(found, of):
        raise ValueError(why)
    pipeline.store.remember([entry])
    jobs = [
        Job(item_id=item.id, language=target, source=item.source, digest=item.digest, due_at=LONG_AGO)
        for item, target in _made(pipeline, [item for item, why in found if not why], pair.target)
    ]
    pipeline.store.add_jobs(jobs, again=True)
    return jobs


def chosen(pipeline: Pipeline, which: str, to: str) -> Chosen:
    """The segment that is named ID:NUMBER, as `lines` numbers those of an item, or by its key. Raises UsageError where there is none.

    `to` is the language of the translation, which an item with one translation need not be asked for.
    """
    return _by_key(pipeline, which) if _KEY.fullmatch(which) else _by_number(pipeline, which, to)


def put_right(pipeline: Pipeline, chosen: Chosen, answer: str) -> list[Job]:
    """As `correct`, but raises UsageError where there is no answer, or it can't stand there."""
    if not answer:
        raise UsageError("Nothing was changed.")
    try:
        return correct(pipeline, chosen.text, answer, chosen.pair, of=chosen.item_id)
    except ValueError as error:
        raise UsageError(f"Nothing was changed: {error}.") from error


def language_of(tag: str) -> str:
    """The tag in BCP 47's own writing; raises UsageError for what is none."""
    if not (known := language.canonical(tag.strip())):
        raise UsageError(f"{tag!r} is no language tag. Write one such as en or zh-TW.")
    return known


def can_be_used(pipeline: Pipeline, entry: Remembered) -> bool:
    """Whether a person's translation from elsewhere fits the items that hold its text, if there are any.

    One with its placeholders in the text's order does not need a look.
    """
    if codes.PLACEHOLDER.findall(entry.source) == codes.PLACEHOLDER.findall(entry.text):
        return True
    return not _refusal([(item, _objection(pipeline, item, entry)) for item in _holding(pipeline, entry)])


def _by_key(pipeline: Pipeline, key: str) -> Chosen:
    """A segment of the memory."""
    known = pipeline.store.recall([key]).get(key)
    if known is None or not known.source:
        raise UsageError(f"No translation is remembered under the key {key}. `aggregator items ID --segments LANG` shows what is.")
    return Chosen(known.source, known.text, Pair(known.source_language, known.target_language))


def _by_number(pipeline: Pipeline, which: str, to: str) -> Chosen:
    """A segment of an item."""
    id, _, number = which.rpartition(":")
    item = pipeline.store.items([id]).get(id)
    if item is None:
        raise UsageError(
            f"--edit: {which!r} is neither ID:NUMBER of a stored item nor a key. `aggregator items ID --segments LANG` shows both."
        )
    target = language_of(to) if to else _only_language(pipeline, item)
    of_item = lines(pipeline, item, target)
    line = next((line for line in of_item if str(line.number) == number), None)
    if line is None:
        raise UsageError(f"The item has no segment {number!r}; it has {', '.join(str(line.number) for line in of_item)}.")
    return Chosen(line.segment.text, line.recalled.text if line.recalled else "", pair_of(item, target), item.id)


def _only_language(pipeline: Pipeline, item: Item) -> str:
    """The one language that an item is translated into."""
    languages = sorted(pipeline.store.translations([item.id]).get(item.id, {}))
    if len(languages) != 1:
        raise UsageError(f"Say with --to which translation is meant: {', '.join(languages) or 'there is none yet, so any language'}.")
    return languages[0]


def _refusal(found: Sequence[tuple[Item, str]], of: str = "") -> str:
    """Why a translation is not to be remembered, from what is in its way in each item: all of them, or one that counts alone."""
    reasons = [why for item, why in found if item.id == of] or [why for _, why in found]
    return reasons[0] if reasons and all(reasons) else ""


def _objection(pipeline: Pipeline, item: Item, entry: Remembered) -> str:
    """Why a translation can't stand in the place of its text in an item, or ""."""
    draft = _draft(pipeline, item)
    segments = segments_of(item, draft)
    first = len(segments) - len(draft.segments)  # of the body's
    for number, segment in enumerate(segments):
        if not _is_of(segment, item, entry):
            continue
        try:
            codes.decode(segment, entry.text)
        except ValueError as error:
            return f"{error}; each pair has to go round some text, as in the original"
        texts = [entry.text if place == number - first else None for place in range(len(draft.segments))]
        if rebuild(draft, texts).refused:
            return "with it the document would lose links, formatting or a part of its text"
    return ""


def _is_of(segment: Segment, item: Item, entry: Remembered) -> bool:
    return memory.key_by_hand(segment.text, pair_of(item, entry.target_language)) == entry.key


def _holding(pipeline: Pipeline, entry: Remembered) -> list[Item]:
    """The items one of whose segments is the text of an entry."""
    words = sorted(set(_WORD.findall(codes.bare(entry.source))), key=len, reverse=True)[:_WORDS]
    items = [item for item in pipeline.store.holding(words) if item.source in pipeline.sources]
    return [item for item in items if any(_is_of(segment, item, entry) for segment in _segments(pipeline, item))]


def _made(pipeline: Pipeline, items: Sequence[Item], language: str) -> Iterator[tuple[Item, str]]:
    """Items with the languages of their translations that are made of the one in a language: itself, and what is derived from it."""
    translations = pipeline.store.translations([item.id for item in items])
    for item in items:
        own = pair_of(item, language)
        for target in translations.get(item.id, {}):
            if own in (way := pair_of(item, target), pipeline.router.paid_for(way)):
                yield item, target


def _flags(pipeline: Pipeline, segment: Segment, pair: Pair, recalled: Recalled | None) -> tuple[str, ...]:
    """What is doubtful about what an engine made, as it is judged today."""
    if recalled is None or recalled.by.split("+")[0] == PERSON:
        return ()
    return doubts(segment, recalled.text, pair, pipeline.router.memory.glossary.terms(segment.text, pair))


def _draft(pipeline: Pipeline, item: Item) -> Draft:
    return cut(feeding.page_of(item, item.language, {}, pipeline.sources).body)


def _segments(pipeline: Pipeline, item: Item) -> list[Segment]:
    return [memory.unit(segment) for segment in segments_of(item, _draft(pipeline, item))]

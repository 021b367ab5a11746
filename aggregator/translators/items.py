"""Translates one item as a whole: title, summary and body in one call of the router, so that they share requests and context.

A summary that is the body's beginning is not sent: it is made of the translated body. Cutting a body and putting it together again take
milliseconds each, so threads do it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

from aggregator.core import beginnings, codes
from aggregator.core.memory import Pair
from aggregator.core.segment import Draft, cut, rebuild
from aggregator.model import Item, Profile, Segment, Translation
from aggregator.translators import summaries
from aggregator.translators.answers import Answers
from aggregator.translators.router import Router


class Made(NamedTuple):
    """A translation, and the answers that it was made of."""

    translation: Translation
    answers: Answers


def segments_of(item: Item, draft: Draft) -> list[Segment]:
    """The texts of an item: title, summary, then its body's segments, which `cut` has made."""
    return [codes.whole(item.title), codes.whole(item.summary), *draft.segments]


def sent_of(item: Item, draft: Draft, profile: Profile) -> list[Segment]:
    """What of an item is sent, in the same places, while the budget has room for all."""
    segments = segments_of(item, draft)
    return summaries.without(segments) if beginnings.is_beginning(item, profile) else segments


async def translate_item(
    router: Router, item: Item, body_markdown: str, *, target: str, source_language: str, now: datetime, profile: Profile = "clean"
) -> Made:
    """The item in the target language. What could not be translated stays in the source language and is counted in `untranslated`.

    Raises TranslationError when engines failed and nothing new could be translated.
    """
    draft, pair = await asyncio.to_thread(cut, body_markdown), Pair(source_language, target)
    segments, is_spared = segments_of(item, draft), beginnings.is_beginning(item, profile)
    ask = partial(router.translate, source=source_language, target=target, title=item.title, of=item.source, tiers=summaries.TIERS)
    answers = await (summaries.spare(ask, segments, router, pair) if is_spared else ask(segments))
    rebuilt = await asyncio.to_thread(rebuild, draft, answers.texts[2:])
    untranslated = answers.untranslated + len(rebuilt.refused)
    title, summary = (_plain(segment, answer) for segment, answer in zip(segments[:2], answers.texts[:2], strict=True))
    if is_spared and not summary:
        summary = beginnings.of_translation(rebuilt.markdown, target, profile)
    translation = Translation(
        item_id=item.id,
        language=target,
        title=title,
        summary=summary,
        body=rebuilt.markdown,
        engine="+".join(answers.engines),
        of_digest=item.digest,
        made_at=now,
        verified=not untranslated,
        untranslated=untranslated,
        flags=_flags(answers.flags, rebuilt.refused),
        provenance=answers.provenance,
    )
    return Made(translation, answers)


def _plain(segment: Segment, answer: str | None) -> str:
    return codes.fill(segment.text if answer is None else " ".join(answer.split()), segment.codes)


def _flags(flags: Sequence[str], refused: Sequence[int]) -> tuple[str, ...]:
    return (*flags, "markup") if refused else tuple(flags)

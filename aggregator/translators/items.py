"""Translates one item as a whole: title, summary and body in one call of the router, so that they share requests and context."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from aggregator.core import codes
from aggregator.core.segment import Draft, cut, rebuild
from aggregator.model import Item, Segment, Translation
from aggregator.translators.answers import Answers
from aggregator.translators.router import Router


class Made(NamedTuple):
    """A translation, and the answers that it was made of."""

    translation: Translation
    answers: Answers


def segments_of(item: Item, draft: Draft) -> list[Segment]:
    """What there is to translate of an item: title, summary, then its body's segments, which `cut` has made."""
    return [codes.whole(item.title), codes.whole(item.summary), *draft.segments]


async def translate_item(router: Router, item: Item, body_markdown: str, *, target: str, source_language: str, now: datetime) -> Made:
    """The item in the target language. What could not be translated stays in the source language and is counted in `untranslated`.

    Raises TranslationError when engines failed and nothing new could be translated.
    """
    draft = cut(body_markdown)
    segments = segments_of(item, draft)
    answers = await router.translate(
        segments, source=source_language, target=target, title=item.title, of=item.source, tiers=("title", "summary")
    )
    rebuilt = rebuild(draft, answers.texts[2:])
    untranslated = answers.untranslated + len(rebuilt.refused)
    translation = Translation(
        item_id=item.id,
        language=target,
        title=_plain(segments[0], answers.texts[0]),
        summary=_plain(segments[1], answers.texts[1]),
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

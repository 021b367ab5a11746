"""The fallback ladder: what is still missing goes to one engine after the other, then in other forms, until nothing else can be tried.

    each engine: the segment, then in another codec -> each engine: sentences -> formatting -> runs

A doubtful answer is asked for once more elsewhere, and the better one kept. What is found is remembered at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from aggregator.core import codecs
from aggregator.core.codecs import Form
from aggregator.core.glossary import Forced
from aggregator.core.judging import Answer, judged
from aggregator.core.ladder import Step, Variant, variant
from aggregator.errors import TooLong
from aggregator.model import Segment
from aggregator.translators.answers import MEMORY
from aggregator.translators.calling import Asked, Caller, Known, Question, nothing
from aggregator.translators.recalling import Recalled, SegmentMemory
from aggregator.translators.work import Work


@dataclass(frozen=True, slots=True)
class Rung:
    """One thing to try: which engine, the segments in which form."""

    caller: Caller
    name: Step | Literal["codec", "again"]

    @property
    def form(self) -> Form:
        """How the engine gets them."""
        own = self.caller.engine.codec
        return codecs.OTHER.get(own, own) if self.name == "codec" else own

    def variant(self, segment: Segment) -> Variant | None:
        """The segment as it is to be sent; None if that is nothing new, or over what the engine takes."""
        limit = self.caller.engine.capacity.characters
        if self.name == "codec" and codecs.texts(segment, self.form) == codecs.texts(segment, self.caller.engine.codec):
            return None
        made = variant(segment, self.name if self.name in ("sentences", "formatting", "runs") else "whole")
        if made and self._is_too_long(made, limit):
            made = variant(segment, "sentences", limit=limit)
        return None if made is None or self._is_too_long(made, limit) else made

    def _is_too_long(self, made: Variant, limit: int) -> bool:
        return bool(limit) and any(sum(map(len, codecs.texts(part, self.form))) > limit for part in made.parts)


def rungs(callers: Sequence[Caller]) -> Iterator[Rung]:
    """All there is to try, in order. An engine for bare texts has nothing but those."""
    for caller in callers:
        yield Rung(caller, "whole")
        if caller.engine.codec in codecs.OTHER:
            yield Rung(caller, "codec")
    steps: tuple[Step, ...] = ("sentences", "formatting", "runs")
    yield from (Rung(caller, step) for step in steps for caller in callers if caller.engine.codec != "runs")


def whole_batches(caller: Caller, segments: Sequence[Segment]) -> int:
    """How many batches the first rung of an engine makes of segments; without one that no sentence of fits."""
    rung = Rung(caller, "whole")
    parts = dict.fromkeys(part for segment in segments if (made := rung.variant(segment)) for part in made.parts)
    return sum(1 for _ in caller.batches(list(parts), rung.form))


async def climb(work: Work, callers: Sequence[Caller], memory: SegmentMemory) -> None:
    """Find what is missing in `work`, as far as it can be found."""
    names = [caller.name for caller in callers]

    async def known(segments: Sequence[Segment]) -> Collection[Segment]:
        return await recall(work, memory, [segment for segment in segments if segment in work.missing], engines=names)

    for rung in rungs(callers):
        if work.missing and rung.caller.name not in work.broken_off:
            found = await _try(work, rung, list(work.missing), known)
            for segment, answer in found.items():
                work.add(segment, answer, engine=rung.caller.name, step=rung.name)
            await _remember(work, memory, [segment for segment, answer in found.items() if not answer.flags])
    doubtful = [segment for segment, found in work.found.items() if found.flags and found.is_new]
    await _ask_again(work, callers, doubtful)
    await _remember(work, memory, doubtful)


async def recall(work: Work, memory: SegmentMemory, segments: Sequence[Segment], *, engines: Sequence[str]) -> Collection[Segment]:
    """Find what is remembered of segments. What a person said is not judged. Returns those that were found."""
    known = await memory.recall(segments, work.pair, engines=engines)
    is_known = all(each.flags is not None for each in known.values())
    answers = (
        _believed(work, known) if is_known else await asyncio.to_thread(_believed, work, known)
    )  # to judge takes a millisecond for each
    judged_now = {known[segment].key: answer.flags for segment, answer in answers.items() if known[segment].flags is None}
    await memory.note_flags(judged_now, work.pair)
    for segment, answer in answers.items():
        work.add(segment, answer, engine=known[segment].by, step=MEMORY)
        work.recalled.append(known[segment].key)
    return [segment for segment in segments if segment not in work.missing]


def _believed(work: Work, known: Mapping[Segment, Recalled]) -> dict[Segment, Answer]:
    """What is remembered, as far as it is credible by what is known today."""
    judgements = {
        segment: judged(segment, each.text, work.pair, work.terms(segment)) if each.flags is None else Answer(each.text, each.flags)
        for segment, each in known.items()
    }
    return {segment: answer for segment, answer in judgements.items() if answer}


async def _remember(work: Work, memory: SegmentMemory, segments: Sequence[Segment]) -> None:
    made: dict[tuple[str, str], dict[Segment, Answer]] = {}
    for segment in segments:
        found = work.found[segment]
        made.setdefault((found.engine, found.step), {})[segment] = Answer(found.text, found.flags)
    for (engine, step), texts in made.items():
        await memory.remember(texts, work.pair, engine=engine, step=step)


async def _try(work: Work, rung: Rung, segments: Sequence[Segment], known: Known = nothing) -> dict[Segment, Answer]:
    """The answers that one rung brings. What the budget has kept from its engine is not asked for again in another form."""
    engine = rung.caller.engine
    allowed = [segment for segment in segments if (engine.name, segment) not in work.held]
    forced, variants = await asyncio.to_thread(_variants, work, rung, allowed)
    if rung.name == "whole" and len(variants) < len(forced):
        work.errors.append(TooLong(f"{engine.name}: a sentence is over what it takes at once"))
    tiers = {part: work.tier(segment) for segment, made in reversed(variants.items()) for part in made.parts}
    parts = list(dict.fromkeys(part for made in variants.values() for part in made.parts))
    if not parts:
        return {}
    is_fallback = rung.name != "whole"
    question = Question(work.pair, rung.form, work.hints, tiers=tiers, of=work.article.source, fallback=is_fallback, known=known)
    asked = await rung.caller.ask(parts, question)
    work.note(engine.name, asked, variants)
    return await asyncio.to_thread(_answers, work, forced, variants, asked)


def _variants(work: Work, rung: Rung, segments: Sequence[Segment]) -> tuple[dict[Segment, Forced], dict[Segment, Variant]]:
    """The segments with the glossary's terms put in, and what is to be sent of them, as far as there is anything new to send."""
    forced = dict(zip(segments, work.glossary.enforced(segments, work.pair, rung.caller.engine.codec), strict=True))
    return forced, {segment: made for segment, each in forced.items() if (made := rung.variant(each.segment))}


def _answers(work: Work, forced: Mapping[Segment, Forced], variants: Mapping[Segment, Variant], asked: Asked) -> dict[Segment, Answer]:
    found = {segment: _restored(work, segment, forced[segment], made, asked) for segment, made in variants.items()}
    return {segment: answer for segment, answer in found.items() if answer}


def _restored(work: Work, segment: Segment, forced: Forced, made: Variant, asked: Asked) -> Answer | None:
    if any(part not in asked.answers for part in made.parts):
        return None
    terms = work.terms(segment)
    if made.parts == (segment,) and not terms:
        return asked.answers[segment]
    try:
        text = made.restore([asked.answers[part].text for part in made.parts])
    except ValueError:
        return None
    return judged(segment, forced.released(text), work.pair, terms)


async def _ask_again(work: Work, callers: Sequence[Caller], doubtful: Sequence[Segment]) -> None:
    """One more try for doubtful answers: by another engine, or by the same one in another codec. The one with fewer flags is kept."""
    for rung, segments in _elsewhere(work, callers, doubtful).items():
        for segment, answer in (await _try(work, rung, segments)).items():
            if len(answer.flags) < len(work.found[segment].flags):
                work.add(segment, answer, engine=rung.caller.name, step="again")


def _elsewhere(work: Work, callers: Sequence[Caller], doubtful: Sequence[Segment]) -> Mapping[Rung, list[Segment]]:
    found: dict[Rung, list[Segment]] = {}
    able = [caller for caller in callers if caller.name not in work.broken_off]
    for segment in doubtful:
        others = [Rung(caller, "again") for caller in able if caller.name != work.found[segment].engine]
        same = [Rung(caller, "codec") for caller in able if caller.engine.codec in codecs.OTHER and work.found[segment].step != "codec"]
        rung = next(iter(others or same), None)
        if rung:
            found.setdefault(rung, []).append(segment)
    return found

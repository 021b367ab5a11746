"""Asks one engine: in batches, in its codec, no faster than it may be asked, and not at all while it is to be left alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import NamedTuple

from aggregator.core import codecs, codes
from aggregator.core.codecs import Form
from aggregator.core.judging import Answer, judged
from aggregator.core.memory import Pair
from aggregator.errors import (
    AuthFailed,
    BadOutput,
    Blocked,
    OutOfBudget,
    QuotaExhausted,
    RateLimited,
    Retryable,
    TooLong,
    TranslationError,
    Unsupported,
)
from aggregator.model import Hints, Segment, Tier
from aggregator.ports import Translator
from aggregator.ports.spending import Budget
from aggregator.translators.breaker import FOR_GOOD, HALF, LONGEST_PAUSE, Breaker
from aggregator.translators.deadlines import deadline
from aggregator.translators.guarded import GuardedTranslator
from aggregator.translators.limits import Turns
from aggregator.translators.metering import Account, Call
from aggregator.translators.spending import by_tier
from aggregator.translators.standing import Standings

HOLD_OFF = (Blocked, AuthFailed, Retryable)  # no use in asking the same engine for the rest
_ALL_PAIRS = (AuthFailed, RateLimited, QuotaExhausted)  # what an engine says of its client, not of a pair of languages
_MANY = 3  # segments without one credible answer among them are the engine's fault; fewer may be all names
_KEY_IS_BAD = timedelta(days=1)  # so long at most other processes don't try a key that was refused
_LONGEST_TURN = 60.0  # seconds to wait for a turn; longer, and the job had better come back later


@dataclass(slots=True)
class Asked:
    """What came of asking: the answers that can be believed, how many characters were sent, and what went wrong.

    `held` is what the budget had no room for, and for how long.
    """

    answers: dict[Segment, Answer] = field(default_factory=dict)
    held: dict[Segment, timedelta] = field(default_factory=dict)
    characters: int = 0
    discarded: int = 0  # batches whose answers seemed to belong to other segments
    errors: list[TranslationError] = field(default_factory=list)

    def hold(self, segments: Sequence[Segment], error: OutOfBudget) -> None:
        """Note what the budget has no room for."""
        self.errors.append(error)
        self.held.update(dict.fromkeys(segments, error.after or timedelta(0)))

    @property
    def is_broken_off(self) -> bool:
        """Whether the engine can't be asked for more now."""
        return any(isinstance(error, (*HOLD_OFF, Unsupported)) and not isinstance(error, OutOfBudget) for error in self.errors)


Known = Callable[[Sequence[Segment]], Awaitable[Collection[Segment]]]


async def nothing(_: Sequence[Segment]) -> Collection[Segment]:
    """What is known by now where nobody else translates."""
    return ()


@dataclass(frozen=True, slots=True)
class Question:
    """What is the same for all segments of one call of `ask`. `tiers` says what each of them is, `of` names the source that pays.

    `known` finds those that were translated elsewhere since the question came up. As a `fallback` for what the engine has failed on before,
    a bad answer says nothing more against it.
    """

    pair: Pair
    form: Form
    hints: Callable[[Sequence[Segment]], Hints]
    tiers: Mapping[Segment, Tier]
    of: str = ""
    fallback: bool = False
    known: Known = nothing


class Caller:
    """One engine and what protects it and us. Its own deadline bounds a call; without a `budget` nothing is held back.

    With `standings` what the engine says of its client holds in other processes too.
    """

    def __init__(
        self, engine: Translator, *, breaker: Breaker, limits: Turns, budget: Budget | None, standings: Standings | None = None
    ) -> None:
        self.engine = GuardedTranslator(engine)
        self._budget = budget
        self._standings = standings
        self._breaker = breaker
        self._limits = limits

    @property
    def name(self) -> str:
        """The engine's."""
        return self.engine.name

    async def ask(self, segments: Sequence[Segment], question: Question) -> Asked:
        """Translate segments, as many at once as the engine takes. What goes wrong is told in the result, together with what went right."""
        asked = Asked()
        for batch in self.batches(segments, question.form):
            await self._ask(asked, batch, question)
            if asked.is_broken_off:
                break
        return asked

    def batches(self, segments: Sequence[Segment], form: Form) -> Iterator[list[Segment]]:
        """The segments in order, as many together as the engine's capacity allows, those that are over it alone."""
        most_texts, most_characters = self.engine.capacity
        batch: list[Segment] = []
        texts = characters = 0
        for segment in segments:
            sent = codecs.texts(segment, form)
            size = sum(map(len, sent)) + len(sent)
            if batch and ((most_texts and texts + len(sent) > most_texts) or (most_characters and characters + size > most_characters)):
                yield batch
                batch, texts, characters = [], 0, 0
            batch.append(segment)
            texts, characters = texts + len(sent), characters + size
        if batch:
            yield batch

    async def _ask(self, asked: Asked, batch: list[Segment], question: Question, before: Sequence[Answer | None] = ()) -> None:
        """Ask for one batch; by halves where its answers seem to be shifted, unless they come again as they were `before`."""
        hindrance = await self._refusal(question.pair) or await self._turn(_characters(batch, question))
        if hindrance:
            asked.errors.append(hindrance)
            return
        known = set() if self.engine.embedded else await question.known(batch)
        batch = [segment for segment in batch if segment not in known]
        if not batch:
            return
        try:
            said = await self._said(asked, batch, question)
        except OutOfBudget as error:
            await self._ask_by_tier(asked, batch, question, error)
        except TranslationError as error:
            await self._failed(error, batch, question, is_first=not asked.errors)
            asked.errors.append(error)
        else:
            answers = {segment: each.answer for segment, each in said.items()}
            is_new = list(answers.values()) != list(before)
            if is_new and await asyncio.to_thread(_is_suspicious, list(said.values()), question.pair):
                asked.discarded += 1
                await self._ask_halves(asked, list(answers), question, list(answers.values()))
            else:
                asked.answers.update((segment, answer) for segment, answer in answers.items() if answer)

    async def _ask_halves(self, asked: Asked, batch: list[Segment], question: Question, before: Sequence[Answer | None]) -> None:
        middle = len(batch) // 2
        for half in (slice(0, middle), slice(middle, None)):
            if not asked.is_broken_off:
                await self._ask(asked, batch[half], question, before[half])

    async def _ask_by_tier(self, asked: Asked, batch: list[Segment], question: Question, error: OutOfBudget) -> None:
        """Ask for what the budget may still have room for: titles without bodies."""
        parts = by_tier(batch, question.tiers)
        if len(parts) == 1:
            asked.hold(batch, error)
            return
        for part in parts:
            if not asked.is_broken_off:
                await self._ask(asked, part, question)

    async def _said(self, asked: Asked, batch: Sequence[Segment], question: Question) -> dict[Segment, _Said]:
        """What the engine said to each segment that it could send. Raises TranslationError, BadOutput if not one answer is credible."""
        sent = [codecs.texts(segment, question.form) for segment in batch]
        texts = [text for each in sent for text in each]
        tiers = {question.tiers[segment] for segment in batch}
        account = Account(engine=self.name, source=question.of, language=question.pair.target, tiers=tiers)
        async with Call(self._budget, account, characters=sum(map(len, texts))) as call:
            asked.characters += sum(map(len, texts))
            answers = await self._answers(texts, question.pair, replace(question.hints(batch), meter=call.meter))
        said = await asyncio.to_thread(_read_all, batch, sent, answers, question)
        if not any(each.answer for each in said.values()):
            source, target = question.pair
            raise call.refused or BadOutput(
                f"{self.name}: none of {len(batch)} answers from {source} to {target} is a credible translation"
            )
        for circuit in ((self.name, question.pair), self.name):
            self._breaker.succeeded(circuit)
        if call.refused:
            asked.hold([segment for segment, each in said.items() if not each.said.strip()], call.refused)
        return {segment: each for segment, each in said.items() if not call.refused or each.said.strip()}

    async def _answers(self, texts: Sequence[str], pair: Pair, hints: Hints) -> Sequence[str]:
        seconds = deadline(self.engine)
        try:
            async with asyncio.timeout(seconds):
                answers = await self.engine.translate(texts, source=pair.source, target=pair.target, hints=hints)
        except TimeoutError:
            raise Retryable(f"{self.name}: no answer in {seconds:g} s; it will be tried again") from None
        if len(answers) != len(texts):
            raise BadOutput(f"{self.name}: {len(answers)} answers to {len(texts)} texts")
        return answers

    async def _turn(self, characters: int) -> TranslationError | None:
        """Wait for the engine's limits. Returns what to say when that takes too long."""
        try:
            async with asyncio.timeout(_LONGEST_TURN):
                await self._limits.turn(characters)
        except TimeoutError:
            wait = timedelta(seconds=_LONGEST_TURN)
            return Retryable(f"{self.name}: its limit a minute is used up for longer than {wait.seconds} s", after=wait)
        return None

    async def _refusal(self, pair: Pair) -> TranslationError | None:
        """Why the engine is not to be asked now, if it isn't: by what is noted of it, then by what this process has seen."""
        if self._standings and not self.engine.embedded and (known := await self._standings.of(self.name)):
            return self._left_alone(known.holds, is_key_bad=known.verdict == "key")
        if self._standings and not self.engine.embedded and (elsewhere := await self._standings.pause(self.name, pair)):
            return self._left_alone(elsewhere, is_key_bad=False)
        pause = max(self._breaker.pause(self.name), self._breaker.pause((self.name, pair)))
        return self._left_alone(pause, is_key_bad=pause == FOR_GOOD) if pause else None

    def _left_alone(self, pause: timedelta, *, is_key_bad: bool) -> TranslationError:
        if is_key_bad:
            return AuthFailed(f"{self.name}: its key was refused; correct it, then reload the configuration or start again")
        return Retryable(f"{self.name}: left alone after failures, for another {round(pause.total_seconds())} s", after=pause)

    async def _failed(self, error: TranslationError, batch: Sequence[Segment], question: Question, *, is_first: bool) -> None:
        """Count what speaks against the engine rather than against a text.

        A few bad answers may be their texts' fault: they count half, and once for an item.
        """
        is_bad, is_small = isinstance(error, BadOutput), len(batch) < _MANY
        if isinstance(error, TooLong | Unsupported) or (is_bad and (question.fallback or (is_small and not is_first))):
            return
        after = FOR_GOOD if isinstance(error, AuthFailed) else error.after if isinstance(error, Retryable) else None
        circuit = self.name if isinstance(error, _ALL_PAIRS) else (self.name, question.pair)
        weight = HALF if is_bad and is_small else 1.0
        pause = self._breaker.failed(circuit, at_once=isinstance(error, (*_ALL_PAIRS, Blocked)), after=after, weight=weight)
        if pause and circuit == self.name and self._standings:
            is_key_bad = pause == FOR_GOOD
            await self._standings.note(self.name, "key" if is_key_bad else "pause", lasts=_KEY_IS_BAD if is_key_bad else pause)
        elif pause and self._standings:
            await self._standings.open_circuit(self.name, question.pair, lasts=min(pause, LONGEST_PAUSE))


def _characters(batch: Sequence[Segment], question: Question) -> int:
    return sum(len(text) for segment in batch for text in codecs.texts(segment, question.form))


class _Said(NamedTuple):
    """A segment's text and what an engine said to it, as far as they can be compared; the answer if that is credible."""

    text: str
    said: str
    answer: Answer | None


def _read_all(batch: Sequence[Segment], sent: Sequence[Sequence[str]], answers: Sequence[str], question: Question) -> dict[Segment, _Said]:
    """What the answers come to, which takes a millisecond for each."""
    left = iter(answers)
    return {segment: _read(segment, [next(left) for _ in each], question) for segment, each in zip(batch, sent, strict=True)}


def _read(segment: Segment, answers: Sequence[str], question: Question) -> _Said:
    try:
        text = codecs.text_of(segment, answers, question.form)
    except ValueError:
        return _Said(codes.bare(segment.text), codecs.said(answers, question.form), None)
    return _Said(segment.text, text, judged(segment, text, question.pair))


def _is_suspicious(said: Sequence[_Said], pair: Pair) -> bool:
    from aggregator.core import verify  # see judging

    return verify.is_suspicious([(each.text, each.said) for each in said], source=pair.source, target=pair.target)

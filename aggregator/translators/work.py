"""The state of one call of the router: what is asked for, and what was found of it so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from aggregator.core import codes
from aggregator.core.glossary import Glossary
from aggregator.core.judging import Answer
from aggregator.core.ladder import Variant
from aggregator.core.memory import Pair, unit
from aggregator.errors import BadOutput, OutOfBudget, Retryable, TranslationError
from aggregator.model import Hints, Segment, Term, Tier
from aggregator.translators.answers import Answers, Found
from aggregator.translators.calling import HOLD_OFF, Asked

_BEFORE = 2  # segments that an engine is shown of what stands before


@dataclass(frozen=True, slots=True)
class Article:
    """What the segments are of: its title, the source whose budget pays, and what the first segments are; the others are its body."""

    title: str = ""
    source: str = ""
    tiers: Sequence[Tier] = ()

    def tier(self, place: int) -> Tier:
        """What the segment in a place is."""
        return self.tiers[place] if place < len(self.tiers) else "body"


@dataclass(slots=True)
class Work:
    """What is asked for, in order and each distinct segment once, and what was found of it so far."""

    pair: Pair
    article: Article
    glossary: Glossary
    asked_for: dict[Segment, int]  # in order, with their places
    missing: dict[Segment, None] = field(default_factory=dict)
    found: dict[Segment, Found] = field(default_factory=dict)
    recalled: list[str] = field(default_factory=list)  # keys
    held: dict[tuple[str, Segment], timedelta] = field(default_factory=dict)  # by engine: how long the budget will have no room
    broken_off: set[str] = field(default_factory=set)  # engines
    errors: list[TranslationError] = field(default_factory=list)
    characters: int = 0
    discarded: int = 0

    @classmethod
    def on(cls, segments: Sequence[Segment], pair: Pair, article: Article, glossary: Glossary) -> Work:
        """All there is to do for segments."""
        places = [(unit(segment), place) for place, segment in enumerate(segments) if codes.has_letters(segment.text)]
        asked_for = dict(sorted(dict(reversed(places)).items(), key=lambda each: each[1]))
        return cls(pair, article, glossary, asked_for, missing=dict.fromkeys(asked_for))

    def add(self, segment: Segment, answer: Answer, *, engine: str, step: str) -> None:
        """Note a translation."""
        self.found[segment] = Found(answer.text, engine, step, answer.flags)
        self.missing.pop(segment, None)

    def note(self, engine: str, asked: Asked, variants: Mapping[Segment, Variant]) -> None:
        """Note what asking an engine for segments in some form has cost and what went wrong."""
        self.characters += asked.characters
        self.discarded += asked.discarded
        self.errors += asked.errors
        if asked.is_broken_off:
            self.broken_off.add(engine)
        for segment, made in variants.items():
            if waits := [asked.held[part] for part in made.parts if part in asked.held]:
                self.held[engine, segment] = max(waits)

    def terms(self, segment: Segment) -> tuple[Term, ...]:
        """The glossary's terms in a segment."""
        return self.glossary.terms(segment.text, self.pair)

    def tier(self, segment: Segment) -> Tier:
        """What a segment is, where it first stands."""
        return self.article.tier(self.asked_for[segment])

    def hints(self, batch: Sequence[Segment]) -> Hints:
        """What helps to translate a batch: the title, what stands before it, the terms in it."""
        place = self.asked_for.get(batch[0], 0)
        before = [codes.bare(segment.text).strip() for segment, at in self.asked_for.items() if place - _BEFORE <= at < place]
        title = self.article.title
        terms = dict.fromkeys(term for segment in batch for term in self.terms(segment))
        return Hints(title=title, before=tuple(text for text in before if text != title), terms=tuple(terms))

    def is_interrupted(self) -> bool:
        """Whether more may come of it once an engine is within reach."""
        return bool(self.missing) and any(isinstance(error, HOLD_OFF) and not isinstance(error, OutOfBudget) for error in self.errors)

    def until_budget(self) -> timedelta | None:
        """How long what is missing has to wait for the budget, where that is in the way."""
        return min((after for (_, segment), after in self.held.items() if segment in self.missing), default=None)

    def is_in_vain(self) -> bool:
        """Whether there is nothing that would be worth showing, or nothing more than at the last try."""
        waits = self.is_interrupted() or self.until_budget() is not None
        new = any(found.is_new for found in self.found.values())
        return bool(self.missing) and not (new or (self.found and not waits))

    def answers(self, segments: Sequence[Segment]) -> Answers:
        """What became of the segments as they were handed in."""
        counts = Counter(each.step for each in self.found.values())
        counts.update({"untranslated": len(self.missing), "discarded": self.discarded})
        return Answers(
            found=tuple(self._found(segments)),
            characters=self.characters,
            counts=+counts,
            is_interrupted=self.is_interrupted(),
            after=self.until_budget(),
            recalled=tuple(self.recalled),
        )

    def _found(self, segments: Iterable[Segment]) -> Iterator[Found | None]:
        for segment in map(unit, segments):
            yield self.found.get(segment, None if codes.has_letters(segment.text) else Found(segment.text))


def worst(errors: Iterable[TranslationError]) -> TranslationError:
    """The error to report: one that time may mend, the soonest first."""
    retryable = [error for error in errors if isinstance(error, Retryable)]
    soonest = min(retryable, key=lambda error: error.after or timedelta(0), default=None)
    return soonest or next(iter(errors), BadOutput("no engine gave a translation"))

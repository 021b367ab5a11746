"""The state of one call of the router, and what it hands back: for every segment a translation, with where it came from, or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from aggregator.core import codes
from aggregator.core.judging import Answer, Pair
from aggregator.errors import BadOutput, Retryable, TranslationError
from aggregator.model import Hints, Segment, Term
from aggregator.translators.calling import HOLD_OFF, Asked
from aggregator.translators.remembering import Known, unit

_BEFORE = 2  # segments that an engine is shown of what stands before


@dataclass(frozen=True, slots=True)
class Found:
    """A segment's translation as canonical text, from which engine, by which step of the ladder ("memory" for none), and its flags."""

    text: str
    engine: str = ""
    step: str = ""
    flags: tuple[str, ...] = ()

    @property
    def known(self) -> Known:
        """As the memory keeps it."""
        return Known(self.text, self.engine)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What became of a list of segments; None stands where no engine had a credible translation.

    `characters` were sent. `counts` says how many segments each step brought, how many are "untranslated", and how many batches were
    "discarded". `is_interrupted`: some are missing because an engine was out of reach.
    """

    found: tuple[Found | None, ...]
    characters: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    is_interrupted: bool = False

    @property
    def texts(self) -> tuple[str | None, ...]:
        """The translations, with the segments' placeholders."""
        return tuple(found.text if found else None for found in self.found)

    @property
    def by(self) -> tuple[str, ...]:
        """The engine of each segment, or empty."""
        return tuple(found.engine if found else "" for found in self.found)

    @property
    def engines(self) -> tuple[str, ...]:
        """The engines that had a part in it, in order of appearance."""
        return tuple(dict.fromkeys(name for found in self.found if found for name in found.engine.split("+") if name))

    @property
    def flags(self) -> tuple[str, ...]:
        """What is doubtful about any of them, sorted; "interrupted" if some are missing for now."""
        flags = {flag for found in self.found if found for flag in found.flags}
        return tuple(sorted(flags | ({"interrupted"} if self.is_interrupted else set())))

    @property
    def remembered(self) -> int:
        """How many segments were not sent, as they were known."""
        return sum(found is not None and found.step == "memory" for found in self.found)

    @property
    def provenance(self) -> tuple[str, ...]:
        """How many segments came from which engine by which step, the most first: "google whole 12"."""
        made = Counter(f"{found.engine} {found.step}" for found in self.found if found and found.engine)
        return tuple(f"{name} {count}" for name, count in sorted(made.items(), key=lambda each: (-each[1], each[0])))

    @property
    def untranslated(self) -> int:
        """How many segments have no translation."""
        return self.found.count(None)

    @property
    def verified(self) -> bool:
        """Whether nothing is missing: what is there has passed the hard checks."""
        return not self.untranslated


@dataclass(slots=True)
class Work:
    """What is asked for, in order and each distinct segment once, and what was found of it so far."""

    pair: Pair
    title: str
    asked_for: dict[Segment, int]  # in order, with their places
    terms: Sequence[Term] = ()
    missing: dict[Segment, None] = field(default_factory=dict)
    found: dict[Segment, Found] = field(default_factory=dict)
    broken_off: set[str] = field(default_factory=set)  # engines
    errors: list[TranslationError] = field(default_factory=list)
    characters: int = 0
    discarded: int = 0

    def add(self, segment: Segment, answer: Answer, *, engine: str, step: str) -> None:
        """Note a translation."""
        self.found[segment] = Found(answer.text, engine, step, answer.flags)
        self.missing.pop(segment, None)

    def note(self, engine: str, asked: Asked) -> None:
        """Note what asking an engine has cost and what went wrong."""
        self.characters += asked.characters
        self.discarded += asked.discarded
        self.errors += asked.errors
        if asked.is_broken_off:
            self.broken_off.add(engine)

    def hints(self, batch: Sequence[Segment]) -> Hints:
        """What helps to translate a batch: the title, what stands before it, the terms in it."""
        texts = [codes.bare(segment.text) for segment in batch]
        place = self.asked_for.get(batch[0], 0)
        before = [codes.bare(segment.text).strip() for segment, at in self.asked_for.items() if place - _BEFORE <= at < place]
        terms = tuple(term for term in self.terms if any(term.source in text for text in texts))
        return Hints(title=self.title, before=tuple(text for text in before if text != self.title), terms=terms)

    def is_interrupted(self) -> bool:
        """Whether more may come of it later."""
        return bool(self.missing) and any(isinstance(error, HOLD_OFF) for error in self.errors)

    def is_in_vain(self) -> bool:
        """Whether there is nothing that would be worth showing, or nothing more than at the last try."""
        new = any(found.step != "memory" for found in self.found.values())
        return bool(self.missing) and not (new or (self.found and not self.is_interrupted()))

    def answers(self, segments: Sequence[Segment]) -> Answers:
        """What became of the segments as they were handed in."""
        units = [unit(segment) for segment in segments]
        found = tuple(self.found.get(each, None if codes.has_letters(each.text) else Found(each.text)) for each in units)
        counts = Counter(each.step for each in self.found.values())
        counts.update({"untranslated": len(self.missing), "discarded": self.discarded})
        return Answers(found=found, characters=self.characters, counts=+counts, is_interrupted=self.is_interrupted())


def worst(errors: Iterable[TranslationError]) -> TranslationError:
    """The error to report: one that time may mend, the soonest first."""
    retryable = [error for error in errors if isinstance(error, Retryable)]
    soonest = min(retryable, key=lambda error: error.after or timedelta(0), default=None)
    return soonest or next(iter(errors), BadOutput("no engine gave a translation"))

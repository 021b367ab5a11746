"""What the router hands back: for every segment a translation, with where it came from, or none."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta

from aggregator.model import Usage

MEMORY = "memory"  # the step of what was remembered
GLOSSARY = "glossary"  # the engine and the step of what the glossary says
_FREE = frozenset({"", MEMORY, GLOSSARY})


@dataclass(frozen=True, slots=True)
class Found:
    """A segment's translation as canonical text, from which engine, by which step of the ladder, and its flags."""

    text: str
    engine: str = ""
    step: str = ""
    flags: tuple[str, ...] = ()

    @property
    def is_new(self) -> bool:
        """Whether an engine was asked for it."""
        return self.step not in _FREE


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What became of a list of segments; None stands where no engine had a credible translation.

    `characters` were sent. `counts` says how many segments each step brought, how many are "untranslated", and how many batches were
    "discarded". `is_interrupted`: some are missing because an engine was out of reach. `after`: some are missing for want of a budget, and
    how long they have to wait for it. `recalled` are the keys of the memory that were used, `usage` what each engine did, without what the
    books know of its calls already.
    """

    found: tuple[Found | None, ...]
    characters: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    is_interrupted: bool = False
    after: timedelta | None = None
    recalled: tuple[str, ...] = ()
    usage: tuple[Usage, ...] = ()

    def put(self, place: int, other: Answers) -> Answers:
        """These, with what became of another list in one place of theirs; whether more may come of it is not asked."""
        return replace(
            self,
            found=(*self.found[:place], *other.found, *self.found[place + 1 :]),
            characters=self.characters + other.characters,
            counts=self.counts + other.counts,
            recalled=self.recalled + other.recalled,
            usage=self.usage + other.usage,
        )

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
        """What is doubtful about any of them, sorted; "interrupted" and "budget" if some are missing for now."""
        flags = {flag for found in self.found if found for flag in found.flags}
        missing = {"interrupted": self.is_interrupted, "budget": self.after is not None}
        return tuple(sorted(flags | {flag for flag, is_so in missing.items() if is_so}))

    @property
    def remembered(self) -> int:
        """How many segments were not sent, as they were known."""
        return sum(found is not None and found.step == MEMORY for found in self.found)

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

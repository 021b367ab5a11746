"""What translation costs: what may be spent, what is, and on what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Tier = Literal["title", "summary", "body"]
Unit = Literal["characters", "requests", "money"]
STEPS = ("whole", "codec", "sentences", "formatting", "runs", "again", "untranslated")  # of the fallback ladder, in order


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What one engine did for one source into one language on one day, or what is to be added to that.

    `money` is in millionths of the configured currency. `segments` were translated, `hits` taken from memory, which spared `saved`
    characters; `fallbacks` came from an engine that was not the first choice, `flags` are doubtful. The last ones say by which step of the
    ladder segments came; for those that stayed `untranslated`, at each try, stands the engine that is the first choice.
    """

    day: date
    engine: str
    source: str
    language: str
    requests: int = 0
    characters: int = 0
    money: int = 0
    segments: int = 0
    hits: int = 0
    saved: int = 0
    fallbacks: int = 0
    flags: int = 0
    whole: int = 0
    codec: int = 0
    sentences: int = 0
    formatting: int = 0
    runs: int = 0
    again: int = 0
    untranslated: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """A bound on what is spent from `since` on, which is lifted at `until`: of one engine and one source, or of all where that is empty.

    `name` is where it stands in the configuration. Spending counts towards it only if `uncounted` does not name its engine.
    """

    name: str
    unit: Unit
    limit: int
    since: date
    until: datetime
    engine: str = ""
    source: str = ""
    uncounted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """What may be sent now and is spent until it is settled; `usage` is what stands in the books for it."""

    usage: Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The cap that leaves no room now, by its name, and when it does again."""

    cap: str
    until: datetime

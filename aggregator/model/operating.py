"""How the daemon is doing: what waits for it, and what went wrong for long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What waits: `due` sources that nobody polls yet, the first of them `late` by so much; jobs to do; pages and feeds out of date.

    Of the jobs that nobody does yet, the first is `overdue` by so much. Translations that are `given_up` wait for a person.
    """

    due: int = 0
    late: timedelta = timedelta(0)
    translations: int = 0
    pages: int = 0  # of articles, to be read for their text
    marks: int = 0
    given_up: int = 0
    overdue: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resting:
    """An engine that is left alone after failures: for how many pairs of languages or for all, how often in a row, and how long still."""

    circuits: int
    times: int
    pause: timedelta


Trouble = Literal["failing", "gone", "lost", "engine", "budget", "late"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One thing that went wrong for long, from when it was noticed until it was over. `key` tells it from others of the same subject."""

    kind: Trouble
    subject: str
    key: str = ""
    began: datetime
    updated: datetime
    ended: datetime | None = None
    title: str
    text: str

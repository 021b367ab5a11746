"""What is kept of segments that were translated once, so that nothing is paid twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from aggregator.model.moments import LONG_AGO


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A segment and its translation, both with placeholders, under the `key` that says which segment it is the translation of.

    `engine` is who made it, empty for a person. A `locked` one is a person's: no engine's takes its place. `terms` is the version of the
    glossary's terms that it holds to, `step` the ladder's that brought it. `hits` counts the translations it was used for.
    `rules` are those by which it was judged, empty where nobody knows, and `flags` what made it doubtful, see core.judging.
    """

    key: str
    source_language: str = ""
    target_language: str = ""
    source: str = ""
    text: str
    heading: str = ""
    engine: str = ""
    terms: str = ""
    step: str = ""
    locked: bool = False
    hits: int = 0
    made_at: datetime = LONG_AGO
    used_at: datetime = LONG_AGO
    rules: str = ""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryCount:
    """How much is remembered of a pair of languages from one engine, or from people where it is empty. `hits` is how often it was used."""

    source_language: str
    target_language: str
    engine: str
    locked: bool
    segments: int
    characters: int
    hits: int

"""What is to be translated, and what came of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from aggregator.model.moments import LONG_AGO


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One item to be translated into one language, or with no `language` to get its own full text first.

    `digest` is the item's text that the job is for; `fence` proves the claim. Of the `attempts`, the `failures` are those that engines
    answered, and badly; after too many of them it is `given_up` and waits for a person, or for the item's next edit.
    """

    item_id: str
    language: str
    source: str
    digest: str
    due_at: datetime = LONG_AGO
    attempts: int = 0
    failures: int = 0
    given_up: bool = False
    fence: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A piece of text to translate: one block, its inline markup as numbered codes `{0}`. `codes[i]` is what stands for `{i}`."""

    text: str
    heading: str = ""
    codes: tuple[str, ...] = ()


# How an engine wants a segment's markup: numbered braces `{0}`; not at all, only the bare text between; XML elements; tags `<g1>`.
Codec = Literal["plain", "runs", "xml", "tags"]


class Capacity(NamedTuple):
    """What one call of an engine should hold at most; 0 for no limit."""

    texts: int = 0
    characters: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """How a word has to be translated between two languages; a `target` equal to the `source` says that it is not to be translated."""

    source: str
    target: str


# Awaited before a request goes out, with the characters of the texts in it. Raises OutOfBudget: then it must not go out.
Meter = Callable[[int], Awaitable[None]]


async def unmetered(_: int) -> None:
    """Where nothing is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What helps an engine to translate texts well, and is not itself translated: an engine may use it or not.

    One that makes more than one request of a call has to use the `meter`: without, a call is booked as one request with all its texts.
    """

    title: str = ""  # of the article
    before: tuple[str, ...] = ()  # the article's text just before
    terms: tuple[Term, ...] = ()  # those that occur in the texts
    meter: Meter = field(default=unmetered, compare=False, repr=False)


NO_HINTS = Hints()


# What a test of an engine came to: all is well; placeholders do not survive, so only bare text may be sent; what comes back is not the
# translation of what was sent. Or why it is to be left alone: its key was refused; it asked for a pause.
Verdict = Literal["fine", "runs", "broken", "key", "pause"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an engine does: for a pair of languages what its last test came to, for all of them, both empty, why it is to be left alone.

    It holds until an instant, and for an engine that is set up as then: `version` is a digest of that.
    """

    engine: str
    source: str = ""
    target: str = ""
    verdict: Verdict
    until: datetime
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """An item's text in another language. `body` is Markdown; `of_digest` names the text it is of; `untranslated` counts segments.

    `provenance` says how many segments came from which engine by which step of the ladder: "google whole 12".
    """

    item_id: str
    language: str
    title: str
    summary: str
    body: str
    engine: str
    of_digest: str
    made_at: datetime
    verified: bool = False
    untranslated: int = 0
    flags: tuple[str, ...] = ()
    provenance: tuple[str, ...] = ()
    changed_at: datetime | None = None  # when readers last got another text than before, None: never


@dataclass(frozen=True, slots=True, kw_only=True)
class Translated:
    """What one translation job came to: the row of the command line and the log line."""

    item_id: str
    source: str
    language: str
    engine: str = ""
    characters: int = 0  # that were sent
    untranslated: int = 0  # segments that stayed in the source language
    waits: bool = False  # for an engine that may be asked only when online
    held: bool = False  # the budget leaves no room for all or a part of it
    given_up: bool = False  # engines answered it badly too often; a person has to ask for it again
    error: str = ""

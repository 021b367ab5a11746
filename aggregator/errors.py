"""What can go wrong, as one tree.

    AggregatorError
    |-- ConfigError            the configuration can't be used: every problem at once
    |-- UsageError             the command line can't be used
    |-- ParseError             a body is not what its source's kind reads
    |-- StoreError             the store can't be opened or trusted
    |   |-- StoreLocked        another process holds it
    |   |-- StoreDamaged       its file can't be read as what it was
    |   |-- LostClaim          the work was given to someone else in the meantime
    |   `-- Overtaken          what was compared with has changed in the meantime
    |-- PublishError           a document can't be written
    `-- TranslationError       an engine gave no usable translation
        |-- Retryable          may work again later; `after` says when
        |   |-- RateLimited    asked to slow down
        |   `-- QuotaExhausted the period's allowance is used up
        |       `-- OutOfBudget by our own budget, before anything was sent
        |-- Blocked            the engine refuses this client
        |-- AuthFailed         the key is missing, wrong or expired
        |-- Unsupported        the engine does not know this pair of languages
        |   `-- NoEngine       no engine that may be asked does
        |-- TooLong            the text is over the engine's limit
        `-- BadOutput          the answer is not a translation

Messages say what, where, why and what to do; none of them holds a key or an article's text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

ParseFailure = Literal[
    "not_a_feed", "empty", "encoding", "bot_wall", "bad_source"
]  # those of model.FailureKind that a body can be guilty of


class AggregatorError(Exception):
    """Everything this program raises on purpose."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with the configuration: `file`, dotted `key`, what is wrong and what to do."""

    file: str
    key: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.key, self.message) if part)


class ConfigError(AggregatorError):
    """The configuration can't be used; `problems` holds all that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class UsageError(AggregatorError):
    """The command line asks for something that does not exist or does not fit together."""


class ParseError(AggregatorError):
    """A body is not what its source's kind reads. `advice` says what a person can do."""

    def __init__(self, message: str, *, kind: ParseFailure = "not_a_feed", advice: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.advice = advice


class StoreError(AggregatorError):
    """The store can't be opened, read, written or trusted."""


class StoreLocked(StoreError):
    """Another process held the store for longer than we wait."""


class StoreDamaged(StoreError):
    """The store's file is damaged: the message names the last copy."""


class LostClaim(StoreError):
    """A lease ran out and the work went to another worker: what this one made is dropped."""


class Overtaken(StoreError):
    """Another poll stored one of the same items first: compare again, then save."""


class PublishError(AggregatorError):
    """A document can't be written."""


class TranslationError(AggregatorError):
    """An engine gave no usable translation."""


class Retryable(TranslationError):
    """May work later; `after` is how long to wait, if the engine said so."""

    def __init__(self, message: str, *, after: timedelta | None = None) -> None:
        super().__init__(message)
        self.after = after


class RateLimited(Retryable):
    """The engine asked to slow down."""


class QuotaExhausted(Retryable):
    """The allowance of this period is used up; `after` reaches to the next one."""


class OutOfBudget(QuotaExhausted):
    """Our own budget leaves no room for the call, which was not made; `after` reaches to the next day or month."""


class Blocked(TranslationError):
    """The engine refuses this client: a consent page, a captcha, a ban."""


class AuthFailed(TranslationError):
    """The key is missing, wrong or expired."""


class Unsupported(TranslationError):
    """The engine does not know this pair of languages."""


class NoEngine(Unsupported):
    """No engine that may be asked knows this pair of languages: nothing was sent, and the configuration decides what becomes of it."""


class TooLong(TranslationError):
    """The text is over the engine's limit."""


class BadOutput(TranslationError):
    """The engine answered with something that is not a translation: nothing, the text itself, an error page."""

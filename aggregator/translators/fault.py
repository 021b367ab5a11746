"""An engine that spoils another one's answers, to see what a site does with an engine that lies, stutters or stalls. For tests only.

Which texts are hit follows from the seed and the text alone, so every run is the same.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from hashlib import blake2b
from importlib.metadata import entry_points
from types import MappingProxyType
from typing import Any, Literal, get_args

from aggregator.errors import AggregatorError, RateLimited
from aggregator.model import NO_HINTS, Capacity, Codec, Hints
from aggregator.ports import Translator
from aggregator.translators.deadlines import deadline

Fault = Literal[
    "drop", "renumber", "space", "widen", "shuffle",  # placeholders
    "truncate", "echo", "refuse", "inject",  # a text
    "rate-limit", "hang", "merge", "shift",  # a call
]  # fmt: skip

NOTHING: Mapping[str, Any] = MappingProxyType({})
_MARKER = re.compile(r"\{\d+\}|<x id=\"\d+\"/>|<g id=\"\d+\">|</?g\d*>")
_WIDE = str.maketrans("0123456789{}", "０１２３４５６７８９｛｝")
_REFUSAL = "I'm sorry, but I can't help with translating this text."
_MARKUP = '<script src="https://evil.example/x.js"></script> [here](https://evil.example/) '


class FaultTranslator:
    """Another installed engine (`wraps`, made with the options `given`) with one fault, in that share of texts or calls.

    Raises ValueError where that engine is not installed or does not take the options.
    """

    def __init__(
        self,
        name: str = "fault",
        *,
        fault: Fault,
        share: float = 1.0,
        seed: int = 0,
        wraps: str = "pseudo",
        given: Mapping[str, Any] = NOTHING,
    ) -> None:
        if not 0 <= share <= 1:
            raise ValueError("share is a part of all texts or calls: a number from 0 to 1")
        if fault not in get_args(Fault):
            raise ValueError(f"fault has to be one of {', '.join(get_args(Fault))}")
        self.name = name
        self._fault = fault
        self._share = share
        self._seed = seed
        self._engine = _made(wraps, name, dict(given))

    @property
    def codec(self) -> Codec:
        """That of the engine behind it."""
        return self._engine.codec

    @property
    def capacity(self) -> Capacity:
        """That of the engine behind it."""
        return self._engine.capacity

    @property
    def embedded(self) -> bool:
        """Whether the engine behind it needs no network."""
        return self._engine.embedded

    @property
    def deadline(self) -> float:
        """That of the engine behind it."""
        return deadline(self._engine)

    def supports(self, source: str, target: str) -> bool:
        """What the engine behind it supports."""
        return self._engine.supports(source, target)

    async def translate(self, texts: Sequence[str], *, source: str, target: str, hints: Hints = NO_HINTS) -> Sequence[str]:
        """The other engine's answers, spoiled. Raises what that one raises, and RateLimited where that is the fault."""
        if self._fault in {"rate-limit", "hang"} and self._hits("\n".join(texts)):
            await self._stall()
        answers = list(await self._engine.translate(texts, source=source, target=target, hints=hints))
        if self._fault in _OF_CALLS:
            return _OF_CALLS[self._fault](answers) if self._hits("\n".join(texts)) else answers
        spoil = _OF_TEXTS.get(self._fault)
        return [spoil(text, answer) if spoil and self._hits(text) else answer for text, answer in zip(texts, answers, strict=True)]

    async def aclose(self) -> None:
        """Close the engine behind it."""
        await self._engine.aclose()

    def _hits(self, text: str) -> bool:
        digest = blake2b(f"{self._seed}\x00{text}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
        return int.from_bytes(digest) < self._share * 2**64

    async def _stall(self) -> None:
        if self._fault == "rate-limit":
            raise RateLimited(f"{self.name}: asked to slow down (a fault on purpose)", after=timedelta(minutes=1))
        await asyncio.Event().wait()


def _made(engine: str, name: str, options: dict[str, Any]) -> Translator:
    found = [point for point in entry_points(group="aggregator.translators") if point.name == engine]
    if not found:
        raise ValueError(f"wraps: {engine!r} is not installed")
    try:
        made: Translator = found[0].load()(name, **options)
    except (TypeError, AggregatorError) as error:
        raise ValueError(f"given: {engine} does not take these options: {error}") from None
    return made


def _drop(_: str, answer: str) -> str:
    return _MARKER.sub("", answer, count=1)


def _renumber(_: str, answer: str) -> str:
    return _MARKER.sub(lambda marker: re.sub(r"\d+", lambda number: str(int(number[0]) + 7), marker[0]), answer, count=1)


def _space(_: str, answer: str) -> str:
    return _MARKER.sub(lambda marker: re.sub(r"(?<=[{<])|(?=[}>])", " ", marker[0]).replace("=", " = "), answer)


def _widen(_: str, answer: str) -> str:
    return _MARKER.sub(lambda marker: marker[0].translate(_WIDE), answer)


def _shuffle(_: str, answer: str) -> str:
    markers = _MARKER.findall(answer)
    rotated = iter(markers[1:] + markers[:1])
    return _MARKER.sub(lambda _: next(rotated), answer)


def _truncate(_: str, answer: str) -> str:
    return answer[: len(answer) // 2]


def _echo(text: str, _: str) -> str:
    return text


def _refuse(_: str, __: str) -> str:
    return _REFUSAL


def _inject(_: str, answer: str) -> str:
    return _MARKUP + answer


def _merge(answers: list[str]) -> list[str]:
    return [*answers[:-2], " ".join(answers[-2:])]


def _shift(answers: list[str]) -> list[str]:
    return answers[1:] + answers[:1]


_OF_TEXTS: Mapping[str, Callable[[str, str], str]] = {
    "drop": _drop, "renumber": _renumber, "space": _space, "widen": _widen, "shuffle": _shuffle,
    "truncate": _truncate, "echo": _echo, "refuse": _refuse, "inject": _inject,
}  # fmt: skip
_OF_CALLS: Mapping[str, Callable[[list[str]], list[str]]] = {"merge": _merge, "shift": _shift}

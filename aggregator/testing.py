"""Conformance suites for plug-ins: what ours pass, anybody's can. Each raises AssertionError that says what is wrong."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import Sequence
from typing import get_args

from aggregator.core.codes import has_letters
from aggregator.errors import OutOfBudget, TranslationError
from aggregator.model import NO_HINTS, Codec, Hints, Term
from aggregator.ports import Translator

_NOWHERE = "x-nowhere"  # no language has this tag
_MANY = 60  # texts, where an engine sets itself no limit
# an atom, and both ends of a pair
_MARKS: dict[Codec, tuple[str, str, str]] = {
    "plain": ("{0}", "{1}", "{2}"),
    "xml": ('<x id="0"/>', '<g id="1">', "</g>"),
    "tags": ("{0}", "<g1>", "</g1>"),
}
_MARK = re.compile(r"[{<]\s*/?\s*[gx]?\s*(?:id\s*=\s*)?[\"']?\s*\d*\s*[\"']?\s*/?\s*[}>]")
_OUTSIDE = "7141"  # stands in the hints and nowhere else


def check_translator(translator: Translator, pair: tuple[str, str]) -> None:
    """Put an engine to the test with a (source, target) pair of BCP 47 tags that it supports, then close it.

    It must answer one for one and in order, keep the placeholders of its codec, leave texts without letters alone, take no text at all, and
    as many at once as its capacity says and more, be callable from several tasks at the same time, take hints without translating them,
    heed the meter if it uses it, and refuse an unknown language with a TranslationError.
    """
    asyncio.run(_check_translator(translator, *pair))


async def _check_translator(translator: Translator, source: str, target: str) -> None:
    _demand(bool(translator.name), "the translator has no name")
    _demand(translator.codec in get_args(Codec), f"codec is {translator.codec!r}, not one of {', '.join(get_args(Codec))}")
    _demand(min(translator.capacity) >= 0, f"capacity is {tuple(translator.capacity)}; a limit is more than 0, and 0 is none")
    _demand(translator.supports(source, target), f"supports({source!r}, {target!r}) is not true for the pair it is tested with")
    try:
        await _check_answers(translator, source, target)
        await _check_order(translator, source, target)
        await _check_capacity(translator, source, target)
        await _check_hints(translator, source, target)
        await _check_meter(translator, source, target)
        await _check_refusal(translator, source)
    finally:
        await translator.aclose()


async def _check_answers(translator: Translator, source: str, target: str) -> None:
    texts = ["", "...", "2024"]
    answers = await _ask(translator, texts, source, target)
    _demand(not any(any(map(str.isalpha, answer)) for answer in answers), "words were invented for a text without letters")
    _demand(not await translator.translate([], source=source, target=target), "there are answers to no text at all")
    if translator.codec in _MARKS:
        atom, opening, closing = _MARKS[translator.codec]
        first, second, third = _samples(source)
        marked = f"{first} {atom} {opening}{second}{closing} {third}."
        answer = (await _ask(translator, [marked], source, target))[0]
        _demand(
            _marks(answer) == _marks(marked), f"the placeholders {atom}, {opening} and {closing} did not survive, each once and in order"
        )
        _demand(has_letters(_MARK.sub("", answer)), "nothing but placeholders came back")


async def _check_order(translator: Translator, source: str, target: str) -> None:
    texts = _samples(source) * 3
    together = await _ask(translator, texts, source, target)
    alone = await asyncio.gather(*(_ask(translator, [text], source, target) for text in texts))
    _demand(list(together) == [answer for (answer,) in alone], "asked all together and one by one at the same time, it answers differently")
    _demand(len(set(together)) == len(set(texts)), "different texts got the same answer")


async def _check_capacity(translator: Translator, source: str, target: str) -> None:
    """A call that is full, and one with a text more: the capacity is a wish, what a service takes is for the engine to see to."""
    most = min(translator.capacity.texts or _MANY, _MANY)
    for count in (most, most + 1):
        texts = [f"{_samples(source)[0]} {number}" for number in range(1000, 1000 + count)]
        answers = await _ask(translator, texts, source, target)
        in_place = all(str(1000 + number) in unicodedata.normalize("NFKC", answer) for number, answer in enumerate(answers))
        _demand(in_place, f"of {count} texts with a number each, some came back without theirs")


async def _check_hints(translator: Translator, source: str, target: str) -> None:
    first, second, third = _samples(source)
    terms = (Term(source=first, target=first),)
    hints = Hints(title=f"{second} {_OUTSIDE}", before=(f"{third} {_OUTSIDE}", f"{second} {_OUTSIDE}"), terms=terms)
    answers = await _ask(translator, [first, second, third], source, target, hints)
    _demand(not any(_OUTSIDE in unicodedata.normalize("NFKC", answer) for answer in answers), "a hint was translated into an answer")
    _demand(all(map(has_letters, answers)), "with hints, some text got no answer")


async def _check_meter(translator: Translator, source: str, target: str) -> None:
    told = []

    async def refuse(characters: int) -> None:
        told.append(characters)
        raise OutOfBudget("there is no room for this request")

    try:
        await _ask(translator, _samples(source), source, target, Hints(meter=refuse))
    except OutOfBudget:
        return
    _demand(not told, "the meter had no room for a request, and it answered all the same")


async def _check_refusal(translator: Translator, source: str) -> None:
    if translator.supports(source, _NOWHERE):
        return
    try:
        await translator.translate(["a"], source=source, target=_NOWHERE)
    except TranslationError:
        return
    raise AssertionError("a pair that is not supported was translated instead of raising Unsupported")


async def _ask(translator: Translator, texts: Sequence[str], source: str, target: str, hints: Hints = NO_HINTS) -> Sequence[str]:
    answers = await translator.translate(texts, source=source, target=target, hints=hints)
    _demand(len(answers) == len(texts), f"{len(answers)} answers to {len(texts)} texts")
    _demand(all(isinstance(answer, str) for answer in answers), "an answer is not a string")
    return answers


def _kept(answer: str, marked: str) -> bool:
    """Whether the placeholders are there, of whatever width and with whatever spaces, and the pair's ends in order."""
    found, wanted = _marks(answer), _marks(marked)
    return sorted(found) == sorted(wanted) and found.index(wanted[1]) < found.index(wanted[2])


def _marks(text: str) -> list[str]:
    return ["".join(mark.split()) for mark in _MARK.findall(unicodedata.normalize("NFKC", text))]


def _samples(source: str) -> list[str]:
    if source.startswith("zh"):
        return ["股市上涨", "软件更新", "天气预报"]
    return ["The market rises", "Software update", "Weather report"]


def _demand(held: bool, complaint: str) -> None:
    if not held:
        raise AssertionError(complaint)

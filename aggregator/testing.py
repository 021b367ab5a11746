"""Conformance suites for plug-ins: what ours pass, anybody's can. Each raises AssertionError that says what is wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from aggregator.core.codes import bare, canonical, numbers
from aggregator.errors import TranslationError
from aggregator.ports import Translator

_NOWHERE = "x-nowhere"  # no language has this tag


def check_translator(translator: Translator, pair: tuple[str, str]) -> None:
    """Put an engine to the test with a (source, target) pair of BCP 47 tags that it supports, then close it.

    It must answer one for one and in order, keep placeholders if its codec is "plain", leave texts without letters alone, take no text at
    all and many at once, be callable from several tasks at the same time, and refuse an unknown language with a TranslationError.
    """
    asyncio.run(_check_translator(translator, *pair))


async def _check_translator(translator: Translator, source: str, target: str) -> None:
    _demand(bool(translator.name), "the translator has no name")
    _demand(translator.codec in {"plain", "runs"}, f"codec is {translator.codec!r}, not 'plain' or 'runs'")
    _demand(translator.supports(source, target), f"supports({source!r}, {target!r}) is not true for the pair it is tested with")
    try:
        await _check_answers(translator, source, target)
        await _check_order(translator, source, target)
        await _check_refusal(translator, source)
    finally:
        await translator.aclose()


async def _check_answers(translator: Translator, source: str, target: str) -> None:
    texts = ["", "...", "2024"]
    answers = await _ask(translator, texts, source, target)
    _demand(not any(any(map(str.isalpha, answer)) for answer in answers), "words were invented for a text without letters")
    _demand(not await translator.translate([], source=source, target=target), "there are answers to no text at all")
    if translator.codec == "plain":
        marked = _samples(source)[0] + " {0}" + _samples(source)[1] + "{1}"
        answer = canonical((await _ask(translator, [marked], source, target))[0])
        _demand(numbers(answer) == numbers(marked), "placeholders {0} and {1} did not survive")
        _demand(bool(bare(answer).strip()), "nothing but placeholders came back")


async def _check_order(translator: Translator, source: str, target: str) -> None:
    texts = _samples(source) * 3
    together = await _ask(translator, texts, source, target)
    alone = await asyncio.gather(*(_ask(translator, [text], source, target) for text in texts))
    _demand(list(together) == [answer for (answer,) in alone], "asked all together and one by one at the same time, it answers differently")
    _demand(len(set(together)) == len(set(texts)), "different texts got the same answer")


async def _check_refusal(translator: Translator, source: str) -> None:
    if translator.supports(source, _NOWHERE):
        return
    try:
        await translator.translate(["a"], source=source, target=_NOWHERE)
    except TranslationError:
        return
    raise AssertionError("a pair that is not supported was translated instead of raising Unsupported")


async def _ask(translator: Translator, texts: Sequence[str], source: str, target: str) -> Sequence[str]:
    answers = await translator.translate(texts, source=source, target=target)
    _demand(len(answers) == len(texts), f"{len(answers)} answers to {len(texts)} texts")
    _demand(all(isinstance(answer, str) for answer in answers), "an answer is not a string")
    return answers


def _samples(source: str) -> list[str]:
    if source.startswith("zh"):
        return ["股市上涨", "软件更新", "天气预报"]
    return ["The market rises", "Software update", "Weather report"]


def _demand(held: bool, complaint: str) -> None:
    if not held:
        raise AssertionError(complaint)

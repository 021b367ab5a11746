"""An engine that writes pseudo-Chinese, or nothing but the text itself, and spoils markup in a way that can be chosen."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random
from typing import ClassVar, Literal

from aggregator.model import NO_HINTS, Capacity, Codec, Hints

Fault = Literal["none", "identity", "lose 5 %", "lose all", "space and widen half", "renumber 5 %", "shuffle words", "inject"]

_MARK = re.compile(r"(\{[0-9]+\}|</?g[0-9]*(?: id=\"[0-9]+\")?>|<x id=\"[0-9]+\"/>)")
_WORD = re.compile(r"[^\W\d_]+")
_SIGNS = str.maketrans(",.!?:;()", "，。！？：；（）")
_HAN = "的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能好都然"
_INJECTED = (
    "<script>alert(1)</script>",
    "**",
    "# ",
    "[x](http://evil.example/)",
    "`",
    "![p](http://evil.example/p.png)",
    "|",
    "<b>",
    "\n\n- ",
)


class FaultyEngine:
    """Answers alike to the same text, for the same `seed`. `name`, `codec` and `capacity` are an engine's."""

    capacity: ClassVar = Capacity(texts=50)
    embedded: ClassVar = True

    def __init__(self, fault: Fault, *, codec: Codec = "plain", seed: int = 0) -> None:
        self.name = "faulty"
        self.codec = codec
        self._fault = fault
        self._seed = seed
        self.characters = 0

    def supports(self, source: str, target: str) -> bool:
        return True

    async def translate(self, texts: Sequence[str], *, source: str, target: str, hints: Hints = NO_HINTS) -> Sequence[str]:
        self.characters += sum(map(len, texts))
        return [self.answer(text) for text in texts]

    async def aclose(self) -> None: ...

    def answer(self, text: str) -> str:
        if self._fault == "identity":
            return text
        dice = Random(f"{self._seed} {text}")
        parts = _MARK.split(text)
        parts[::2] = [chinese(part).strip() for part in parts[::2]]  # the hardest for emphasis: nothing but letters and signs around it
        return _SPOIL.get(self._fault, _kept)(parts, dice)


def chinese(text: str) -> str:
    """Two Han characters for each word, full-width punctuation, no spaces: what breaks emphasis."""
    words = _WORD.sub(lambda word: "".join(_HAN[(ord(char) + place) % len(_HAN)] for place, char in enumerate(word[0][:2])), text)
    return re.sub(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])", "", words.translate(_SIGNS))


def _kept(parts: list[str], dice: Random) -> str:
    return "".join(parts)


def _on_marks(share: float, spoil: Callable[[str, Random], str]) -> Callable[[list[str], Random], str]:
    def spoiled(parts: list[str], dice: Random) -> str:
        parts[1::2] = [spoil(mark, dice) if dice.random() < share else mark for mark in parts[1::2]]
        return "".join(parts)

    return spoiled


def _widened(mark: str, dice: Random) -> str:
    if dice.random() < 0.5:
        return mark.translate(str.maketrans("{}0123456789<>/=", "｛｝０１２３４５６７８９＜＞／＝"))
    return re.sub(r"([{}<>/=]|[0-9]+)", r" \1 ", mark).strip()


def _shuffled(parts: list[str], dice: Random) -> str:
    words = [word for place, part in enumerate(parts) for word in ([part] if place % 2 else part.split())]
    dice.shuffle(words)
    return " ".join(words)


def _injected(parts: list[str], dice: Random) -> str:
    return dice.choice(_INJECTED) + "".join(parts) + dice.choice(_INJECTED)


_SPOIL: dict[Fault, Callable[[list[str], Random], str]] = {
    "lose 5 %": _on_marks(0.05, lambda mark, dice: ""),
    "lose all": _on_marks(1.0, lambda mark, dice: ""),
    "space and widen half": _on_marks(0.5, _widened),
    "renumber 5 %": _on_marks(0.05, lambda mark, dice: re.sub(r"[0-9]+", str(dice.randrange(9)), mark)),
    "shuffle words": _shuffled,
    "inject": _injected,
}

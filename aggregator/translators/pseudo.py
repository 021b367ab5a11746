"""A translator that only pretends, for tests and for looking at layouts: every answer is marked ⟦so⟧ and none of it is language."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import ClassVar, Literal

from aggregator.core.codes import PLACEHOLDER
from aggregator.core.verify import script
from aggregator.model import NO_HINTS, Capacity, Codec, Hints

Mode = Literal["accents", "identity", "cjk", "rtl"]

_PLAIN = "AEIOUYaeiouycdnsz"
_ACCENTED = "ÅÉÎØÛÝåéîøûýçðñšž"
_ACCENTS = str.maketrans(_PLAIN, _ACCENTED)
_SYLLABLES = ("bå", "ðé", "fî", "gø", "ñû", "šý")
_IDEOGRAPHS = "假字文書試測樣本"
_ALPHABETS = {
    "Hans": "假字文书试测样本", "Hant": _IDEOGRAPHS, "Jpan": "かりのもじテスト", "Kore": "가짜글시험용문",
    "Arab": "ابجدهوزح", "Hebr": "אבגדהוזח",
    "Cyrl": "бвгджзкл", "Grek": "βγδζθκλξ", "Thai": "กขคงจฉชซ", "Deva": "कखगघचछजझ",
}  # fmt: skip
_LETTERS_A_WORD = {"Hans": 3, "Hant": 3, "Jpan": 2, "Kore": 2}
_FORCED = {"cjk": "Hant", "rtl": "Arab"}
_WORD = re.compile(r"[^\W\d_]+")


class PseudoTranslator:
    """Letters of the target's script for every word: accented Latin, or another alphabet; `cjk` and `rtl` force one whatever the target.

    Numbers, punctuation and placeholders stay, so that layouts and checks see what a real translation would have. "identity" answers with
    the text itself, as a broken engine does.
    """

    codec: Codec = "plain"
    capacity: ClassVar = Capacity()
    embedded: ClassVar = True  # works without a network

    def __init__(self, name: str = "pseudo", *, mode: Mode = "accents") -> None:
        self.name = name
        self._mode = mode

    def supports(self, source: str, target: str) -> bool:
        """Every pair."""
        return True

    async def translate(self, texts: Sequence[str], *, source: str, target: str, hints: Hints = NO_HINTS) -> Sequence[str]:
        """The same texts for the same arguments, always."""
        if self._mode == "identity":
            return tuple(texts)
        letters = _FORCED.get(self._mode) or script(target)
        return tuple(f"⟦{_rewritten(text, letters)}⟧" for text in texts)

    async def aclose(self) -> None:
        """Nothing to let go of."""


def _rewritten(text: str, letters: str) -> str:
    rewrite: Callable[[re.Match[str]], str] = (lambda word: _spelled(word[0], letters)) if letters in _ALPHABETS else _accented
    parts = PLACEHOLDER.split(text)
    parts[::2] = [_WORD.sub(rewrite, part) for part in parts[::2]]
    parts[1::2] = [f"{{{number}}}" for number in parts[1::2]]
    return "".join(parts)


def _spelled(word: str, letters: str) -> str:
    alphabet, step = _ALPHABETS[letters], _LETTERS_A_WORD.get(letters, 1) if word.isascii() else 1
    return "".join(alphabet[ord(char) % len(alphabet)] for char in word[::step])


def _accented(word: re.Match[str]) -> str:
    if not word[0].isascii():
        return "".join(_SYLLABLES[ord(char) % len(_SYLLABLES)] for char in word[0])
    return word[0].translate(_ACCENTS) if word[0].translate(_ACCENTS) != word[0] else word[0] + "é"

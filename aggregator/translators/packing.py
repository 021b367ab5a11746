"""How much text goes into one request, and how texts are put together for it and taken apart again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import quote_plus

from aggregator.core.codes import PLACEHOLDER, canonical, is_cjk, numbers

# Google's page: fewer than 5,000 characters, and a query under some 15,000 bytes, of which a Chinese character takes nine
MOST_CHARACTERS = 4999
MOST_BYTES = 14_500

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+|(?<=[。！？；])[”’」』）]*")


def fits(text: str) -> bool:
    """Whether a text can be sent in one request."""
    return len(text) <= MOST_CHARACTERS and (len(text) * 9 <= MOST_BYTES or len(quote_plus(text)) <= MOST_BYTES)


def packs(texts: Sequence[str], fits: Callable[[str], bool] = fits) -> Iterator[list[str]]:
    """The texts in order, as many together as fit into one request (Google's by default); one that does not fit stands alone."""
    pack: list[str] = []
    for text in texts:
        if pack and not fits("\n".join([*pack, text])):
            yield pack
            pack = []
        pack.append(text)
    if pack:
        yield pack


def unpack(answer: str, pack: Sequence[str]) -> list[str] | None:
    """The answer's lines, if there is one for each text and each has its text's placeholders; else None."""
    lines = [line.strip() for line in answer.split("\n")]
    if len(lines) != len(pack) or any(numbers(canonical(line)) != numbers(text) for line, text in zip(lines, pack, strict=True)):
        return None
    return lines


def sentences(text: str, fits: Callable[[str], bool] = fits) -> list[str]:
    """A text that does not fit in pieces that do, cut between sentences, joined by `between`. Empty if a sentence alone does not fit."""
    borders = [match.end() for match in _SENTENCE_END.finditer(text)]
    parts = [text[start:end] for start, end in zip([0, *borders], [*borders, len(text)], strict=True)]
    pieces: list[str] = []
    for part in parts:
        if pieces and fits(pieces[-1] + part):
            pieces[-1] += part
        else:
            pieces.append(part)
    return [piece for piece in pieces if piece] if all(map(fits, pieces)) else []


def between(left: str, right: str) -> str:
    """What stands between two translated pieces: nothing in scripts without spaces."""
    last, first = PLACEHOLDER.sub("", left)[-1:], PLACEHOLDER.sub("", right)[:1]
    return "" if last and first and is_cjk(last) and is_cjk(first) else " "

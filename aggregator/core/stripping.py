"""What a source's `strip` rules find in a text is left out: subscription lines, credits, disclaimers that come with every item."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

from aggregator.core.wraps import LINE_BORDER

_TAG = re.compile(r"(<[^>]*>)")
_SPACES = str.maketrans("\n\t\u00a0\u202f\u3000", "     ")  # one for one, so that places in the text stay places


def stripped(html: str, rules: Sequence[str]) -> str:
    """Clean HTML without the text that a rule finds within one paragraph or line; `^` and `$` are its ends.

    Only text goes: elements are left empty, for the cleaner to take away, and pictures stay. A `<br>` goes with the line that it ended.
    """
    if not rules:
        return html
    pieces = LINE_BORDER.split(html)
    for place in range(0, len(pieces), 2):
        left = _without(pieces[place], rules)
        if left != pieces[place] and not _TAG.sub("", left).strip() and "<img" not in left:
            _end_line(pieces, place)
        pieces[place] = left
    return "".join(pieces)


def _without(piece: str, rules: Sequence[str]) -> str:
    """One line of inline HTML without what the rules find."""
    tokens = _TAG.split(piece)
    texts = [entities.unescape(token) for token in tokens[::2]]
    line = "".join(texts).translate(_SPACES)
    gone = _found(line, rules)
    if not gone:
        return piece
    starts = accumulate((len(text) for text in texts), initial=0)
    kept = (
        "".join(character for at, character in enumerate(text, start) if at not in gone) for start, text in zip(starts, texts, strict=False)
    )
    tokens[::2] = (entities.escape(text, quote=False) for text in kept)
    return "".join(tokens)


def _found(line: str, rules: Sequence[str]) -> set[int]:
    """The places of all characters that a rule finds; white space at the ends of the line belongs to none."""
    text = line.strip()
    first = line.find(text)
    matches = (match for rule in rules for match in _pattern(rule).finditer(text))
    return {first + at for match in matches for at in range(*match.span())}


def _end_line(pieces: list[str], place: int) -> None:
    """Take away the line break after a line that is gone, or else the one before it."""
    for border in (place + 1, place - 1):
        if 0 <= border < len(pieces) and pieces[border] == "<br>":
            pieces[border] = ""
            return


@lru_cache(maxsize=256)
def _pattern(rule: str) -> re.Pattern[str]:
    return re.compile(rule)

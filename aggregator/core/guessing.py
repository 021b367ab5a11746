"""When the language of an item is worth a guess: its script leaves it open, its label says nothing, and there is text enough."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from aggregator.core import language, markup
from aggregator.model import Item

Guess = Callable[[str], str]
"""A text's language in BCP 47, or "" where it is not certain."""

_OPEN = frozenset({f"{language.UNKNOWN}-Latn", f"{language.UNKNOWN}-Cyrl"})
_LETTERS = 120  # in the body: a headline alone says too little
_SAMPLE = 2000  # characters
_MARKUP = 100 * _SAMPLE  # that it is looked for in: an article of megabytes need not be taken apart for it


def guessed(item: Item, guess: Guess) -> Item:
    """The item with its language, if it has none and `guess` is certain of it. What it was labelled with stays in `declared`."""
    if item.language != language.UNKNOWN or item.detected not in _OPEN:
        return item
    body = markup.visible_text(item.html[:_MARKUP])[:_SAMPLE]
    found = guess(f"{item.title}\n{body}") if sum(map(str.isalpha, body)) >= _LETTERS else ""
    return replace(item, language=language.effective(item.declared, found), detected=found) if found else item

"""Whether two items tell one story in nearly the same words: a text that several publishers took from one agency.

Candidates share a band of a MinHash signature (Leskovec, Rajaraman, Ullman: Mining of Massive Datasets, section 3.4). One story is what of
those was published within a day and a half, shares most of its runs of three words, and has the same figures: reports of two days often
differ in nothing else.
"""

from __future__ import annotations

from datetime import timedelta

from aggregator.core import language, markup
from aggregator.core.patterns import late
from aggregator.model import Item

WITHIN = timedelta(hours=36)
ALIKE = 0.7  # of all runs of words that either text has
SAME_FIGURES = 0.7
LEAST_WORDS = 40  # shorter texts say too little
BANDS, ROWS = 16, 4  # texts that are 0.7 alike share a band in 99 of 100 cases, those that are 0.4 alike in 34
_RUN = 3
_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD = late(rf"[{_CJK}]|[^\W_{_CJK}]+")  # a character of a script without spaces counts as one
_FIGURE = late(r"\d+(?:[.,]\d+)*")


def bands(item: Item) -> list[str]:
    """Names that items of one story are likely to share; none for a short text."""
    found = runs(markup.visible_text(item.html))
    if len(found) < LEAST_WORDS:
        return []
    from rensa import RMinHash  # only where the setting asks for it

    signature = RMinHash(num_perm=BANDS * ROWS, seed=1)
    signature.update(sorted(found))
    values = signature.digest()
    return [f"{band}:{values[band * ROWS : (band + 1) * ROWS]}" for band in range(BANDS)]


def same(one: Item, other: Item) -> bool:
    """Whether two items tell one story."""
    near = abs(one.published - other.published) <= WITHIN and "undated" not in (*one.flags, *other.flags)
    if not near or not language.same(one.language, other.language) or figures(one.title) != figures(other.title):
        return False
    texts = markup.visible_text(one.html), markup.visible_text(other.html)
    return shared(*map(runs, texts)) >= ALIKE and shared(*map(figures, texts)) >= SAME_FIGURES


def runs(text: str) -> frozenset[str]:
    """All runs of three words."""
    words = _WORD.findall(text.lower())
    return frozenset(" ".join(words[start : start + _RUN]) for start in range(len(words) - _RUN + 1))


def figures(text: str) -> frozenset[str]:
    """All numbers, as they are written."""
    return frozenset(_FIGURE.findall(text))


def shared(one: frozenset[str], other: frozenset[str]) -> float:
    """The part that both have of what either has (Jaccard), 1 for two empty sets."""
    return len(one & other) / len(one | other) if one or other else 1.0

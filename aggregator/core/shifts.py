"""Whether the answers to a batch stand beside the wrong sources: an engine merged two lines, left one out, or began one too early.

Every answer is compared with its own source and with the neighbours' by what a translation keeps: numbers, Latin names, length, the final
sign. Where a run of answers fits the neighbours clearly better, the batch is out of step. Counting lines misses a merge that a split makes
up for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import log
from typing import NamedTuple

from aggregator.core import lengths
from aggregator.core.codes import bare, canonical, numbers
from aggregator.core.figures import Figures, figures, missing
from aggregator.core.scripts import language_of

_NAME = re.compile(r"(?<![A-Za-z])[A-Z][A-Za-z]+")
_END = re.compile(r"[.。．]|[?？]|[!！]|[:：]|[\"”“»」』]")
_ENDS = str.maketrans("。．？！：”“»」』", '..?!:"""""')
_LONGEST = 3  # as much as a strange length can weigh
_CLEARLY = 2.5  # by how much a run of answers has to fit its neighbours better; of good batches, hardly any reaches 1.5


class _Traits(NamedTuple):
    """What of a text shows in its translation."""

    figures: Figures
    names: frozenset[str]
    size: float
    end: str
    placeholders: frozenset[int]


def is_shifted(pairs: Sequence[tuple[str, str]], *, source: str, target: str) -> bool:
    """Whether some run of the answers in (source, answer) pairs, in order, fits the sources one place before or after clearly better."""
    if len(pairs) < 2:
        return False
    sources = [_traits(text, source) for text, _ in pairs]
    answers = [_traits(canonical(text), target) for _, text in pairs]
    usual = log(lengths.expected(source, target))
    own = [_fit(one, other, usual) for one, other in zip(sources, answers, strict=True)]
    later = [_fit(one, other, usual) - here for one, other, here in zip(sources[1:], answers, own, strict=False)]
    earlier = [_fit(one, other, usual) - here for one, other, here in zip(sources, answers[1:], own[1:], strict=False)]
    return max(_best_run(later), _best_run(earlier)) >= _CLEARLY


def _traits(text: str, tag: str) -> _Traits:
    plain = bare(text).strip()
    signs = _END.findall(plain[-2:])
    names = frozenset(map(str.casefold, _NAME.findall(plain)))
    end = "".join(signs[-1:]).translate(_ENDS)
    return _Traits(figures(text, language_of(tag)), names, lengths.size(plain, tag), end, frozenset(numbers(text)))


def _fit(source: _Traits, answer: _Traits, usual: float) -> float:
    """How much speaks for one text being the translation of the other."""
    lost, new = len(missing(source.figures, answer.figures)), len(missing(answer.figures, source.figures))
    kept = len(source.figures.written) + len(answer.figures.written) - lost - new
    stray = abs(log(max(answer.size, 1) / max(source.size, 1)) - usual)
    return (
        0.7 * min(kept, 6) - 1.0 * min(lost + new, 5)
        + 0.8 * min(len(source.names & answer.names), 4)
        - 1.5 * min(stray, _LONGEST)
        + 0.4 * (source.end == answer.end)
        - 2.0 * (source.placeholders != answer.placeholders)
    )  # fmt: skip


def _best_run(gains: Sequence[float]) -> float:
    """The largest sum of neighbours in a row."""
    best = run = 0.0
    for gain in gains:
        run = max(0.0, run + gain)
        best = max(best, run)
    return best

"""How long a translation is for each character of its source, by ways of writing and length of the source.

Measured on human translations, the limits a little outside of what all but one in two hundred keep to; wide guesses for the rest.
"""

from __future__ import annotations

from math import sqrt

from aggregator.core.scripts import script

_ENDLESS = float("inf")
# (source, target) -> (source characters below, least, most): what nearly all human references keep to
_LENGTHS: dict[tuple[str, str], tuple[tuple[float, float, float], ...]] = {
    ("Han", "alphabet"): ((15, 1.2, 8.6), (40, 1.7, 7.5), (120, 2.0, 7.0), (_ENDLESS, 2.4, 6.2)),
    ("alphabet", "Han"): ((40, 0.12, 0.95), (120, 0.13, 0.6), (_ENDLESS, 0.16, 0.5)),
    ("alphabet", "Japanese"): ((40, 0.2, 1.4), (120, 0.22, 0.95), (_ENDLESS, 0.22, 0.78)),
    ("Japanese", "alphabet"): ((40, 0.9, 6.5), (_ENDLESS, 1.4, 5.0)),
    ("alphabet", "alphabet"): ((20, 0.35, 3.3), (60, 0.5, 2.4), (_ENDLESS, 0.58, 1.8)),
    ("Han", "Japanese"): ((20, 0.5, 3.5), (_ENDLESS, 0.55, 2.6)),
    ("Japanese", "Han"): ((20, 0.3, 2.0), (_ENDLESS, 0.4, 1.5)),
    ("Han", "Han"): ((_ENDLESS, 0.8, 1.25),),
    ("alphabet", "Korean"): ((_ENDLESS, 0.2, 1.4),),
    ("Korean", "alphabet"): ((_ENDLESS, 0.8, 6.0),),
}
_ANY_LENGTH = ((_ENDLESS, 0.3, 3.3),)
_LARGE = frozenset({"Han", "Japanese"})
_TOO_SHORT_TO_MEASURE = 8
_WRITINGS = {"Hans": "Han", "Hant": "Han", "Jpan": "Japanese", "Kore": "Korean"}


def is_plausible(before: str, after: str, source: str, target: str) -> bool:
    """Whether a text without placeholders has a length that a translation has; short ones may have any."""
    if len(before) < _TOO_SHORT_TO_MEASURE or not after:
        return True
    table = _LENGTHS.get((_writing(source), _writing(target)), _ANY_LENGTH)
    least, most = next((least, most) for limit, least, most in table if len(before) < limit)
    return least <= size(after, target) / size(before, source) <= most


def size(text: str, tag: str) -> float:
    """How long a text in a language is: in a script with large characters, names and digits count for a third of one each."""
    if _writing(tag) not in _LARGE:
        return float(len(text))
    large = sum(map("\u2e80".__le__, text))
    return large + (len(text) - large) / 3


def expected(source: str, target: str) -> float:
    """The usual ratio, halfway between what is least and most for a sentence."""
    *_, (_, least, most) = _LENGTHS.get((_writing(source), _writing(target)), _ANY_LENGTH)
    return sqrt(least * most)


def _writing(tag: str) -> str:
    return _WRITINGS.get(script(tag), "alphabet")

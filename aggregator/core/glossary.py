"""The glossary: words that are always translated in one way, or not at all, whatever the engine.

| engine's codec | how a term is enforced |
|---|---|
| plain, runs | a placeholder stands for it while the engine works, and its translation is put in afterwards |
| xml, tags | it is given along as a hint, for the engine's own glossary or prompt |

Either way the answer is looked at, and a segment that lacks a term's translation gets the flag "glossary".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b

from aggregator.core.codes import PLACEHOLDER, has_letters, numbers
from aggregator.core.language import canonical
from aggregator.core.memory import Pair
from aggregator.model import NO_HINTS, Codec, Hints, Segment, Term

ANY = "*"
FORCED: frozenset[Codec] = frozenset({"plain", "runs"})
# A letter of a script that is written with spaces: a term that begins or ends with one is a word of its own, and no part of another.
_LETTER = r"[^\W_\u2e80-\ua4cf\uf900-\ufaff\uff00-\uffef]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the glossary. `of` and `into` are language tags that hold for their regions too, or "*"; same texts: not translated."""

    source: str
    target: str
    of: str = ANY
    into: str = ANY


@dataclass(frozen=True, slots=True)
class Forced:
    """A segment in which placeholders stand for terms, and what each of these placeholders is translated to."""

    segment: Segment
    targets: Mapping[int, str]

    def released(self, answer: str) -> str:
        """The answer in canonical form with the terms' translations in their places."""
        return PLACEHOLDER.sub(lambda code: self.targets.get(int(code[1]), code[0]), answer)


class Glossary:
    """All entries; of those for the same words between the same languages the first counts."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries = tuple(entries)
        self._between = lru_cache(maxsize=256)(self._terms_between)

    def terms(self, text: str, pair: Pair) -> tuple[Term, ...]:
        """The terms that occur in a text with placeholders, each once, in order; of overlapping ones the longest."""
        known, pattern = self._between(pair)
        if pattern is None:
            return ()
        found = dict.fromkeys(match["term"] for match in pattern.finditer(text) if match["term"])
        return tuple(Term(source=source, target=known[source]) for source in found)

    def version(self, text: str, pair: Pair) -> str:
        """What tells the terms of a text apart from other ones, or from none: "" for none."""
        terms = sorted((term.source, term.target) for term in self.terms(text, pair))
        return blake2b(repr(terms).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest() if terms else ""

    def forced(self, segment: Segment, pair: Pair) -> Forced:
        """The segment with a placeholder for every occurrence of a term, numbered above those it has."""
        known, pattern = self._between(pair)
        if pattern is None:
            return Forced(segment, {})
        targets: dict[int, str] = {}
        first = max(len(segment.codes), max(numbers(segment.text), default=-1) + 1)

        def placeholder(match: re.Match[str]) -> str:
            if not match["term"]:
                return match[0]
            targets[first + len(targets)] = known[match["term"]]
            return f"{{{first + len(targets) - 1}}}"

        text = pattern.sub(placeholder, segment.text)
        codes = (*segment.codes, *[""] * (first - len(segment.codes) + len(targets))) if targets else segment.codes
        return Forced(replace(segment, text=text, codes=codes), targets)

    def enforced(self, segments: Iterable[Segment], pair: Pair, codec: Codec) -> list[Forced]:
        """The segments as an engine of this codec is to get them."""
        return [self.forced(segment, pair) if codec in FORCED else Forced(segment, {}) for segment in segments]

    def hints(self, segments: Iterable[Segment], pair: Pair) -> Hints:
        """The terms that occur in segments, for engines that can use them."""
        terms = dict.fromkeys(term for segment in segments for term in self.terms(segment.text, pair))
        return Hints(terms=tuple(terms)) if terms else NO_HINTS

    def whole(self, segment: Segment, pair: Pair) -> str:
        """The translation of a segment that consists of terms alone, or an empty string."""
        forced = self.forced(segment, pair)
        return forced.released(forced.segment.text) if forced.targets and not has_letters(forced.segment.text) else ""

    def _terms_between(self, pair: Pair) -> tuple[dict[str, str], re.Pattern[str] | None]:
        """The targets by source between two languages, and what finds the sources, placeholders passed over."""
        known: dict[str, str] = {}
        for entry in self.entries:
            if _holds_for(entry.of, pair.source) and _holds_for(entry.into, pair.target):
                known.setdefault(entry.source, entry.target)
        if not known:
            return known, None
        terms = "|".join(map(_written, sorted(known, key=len, reverse=True)))
        return known, re.compile(rf"{PLACEHOLDER.pattern}|(?P<term>{terms})")


NOTHING = Glossary()


def lacking(answer: str, terms: Sequence[Term]) -> tuple[Term, ...]:
    """The terms whose translation an answer does not have, letter case aside."""
    said = answer.casefold()
    return tuple(term for term in terms if term.target.casefold() not in said)


def undone(answer: str, terms: Sequence[Term]) -> str:
    """The answer with the terms as they are in the source, to be compared with it."""
    if not terms:
        return answer
    known = {term.target: term.source for term in terms}
    targets = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
    return re.sub(targets, lambda match: known[match[0]], answer)


def _written(term: str) -> str:
    """A pattern for a term: as a whole word where its script has words."""
    before = rf"(?<!{_LETTER})" if re.match(_LETTER, term) else ""
    after = rf"(?!{_LETTER})" if re.match(_LETTER, term[-1]) else ""
    return before + re.escape(term) + after


def _holds_for(tag: str, language: str) -> bool:
    known = canonical(language)
    return tag in (ANY, known) or known.startswith(f"{tag}-")

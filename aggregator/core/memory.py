"""Which segments are the same for the memory: the key that a translation is remembered under."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

from aggregator.core import codes, language
from aggregator.core.language import canonical
from aggregator.model import Remembered, Segment

SHORT = 20  # characters; a shorter segment means little without its heading


class Pair(NamedTuple):
    """The languages from and into which a text is translated, as BCP 47."""

    source: str
    target: str


class Profile(NamedTuple):
    """What an engine's translations are remembered under, which tells them from any other engine's; `former` versions used another name."""

    name: str
    former: str


def unit(segment: Segment) -> Segment:
    """The same segment for all that engines and memory need to tell apart: its pairs, but not which codes they are."""
    opening = codes.openers(segment.codes)
    most = max(codes.numbers(segment.text), default=-1) + 1
    heading = segment.heading if len(segment.text) < SHORT else ""
    return Segment(text=segment.text, heading=heading, codes=tuple("[" if number in opening else "" for number in range(most)))


def key(segment: Segment, pair: Pair, *, engine: str, terms: str = "") -> str:
    """The key of what an engine made of a segment: 128 bits in hexadecimal digits.

    `engine` is the name of the engine's profile. `terms` is the version of the glossary's terms in the segment, so that a changed term
    concerns only segments that hold it. Texts in one language and script are the same, whatever the region.
    """
    return _digest(_shared(pair), engine, segment.text, _heading(segment), terms)


def key_by_hand(text: str, pair: Pair) -> str:
    """The key of what a person made of a text: the same under every heading, for every engine and glossary."""
    return _digest(_shared(pair), "", text, "", "")


def keys(segment: Segment, pair: Pair, *, engines: Sequence[Profile], terms: str = "") -> list[tuple[str, ...]]:
    """Every key that a segment may be remembered under, what a person made of it first.

    Each with the one that former versions used, where that is another: they told regions apart, and not all engines of one name.
    """
    by_hand = key_by_hand(segment.text, pair), _digest(pair, "", segment.text, "", "")
    by_engine = [
        (key(segment, pair, engine=name, terms=terms), _digest(pair, former, segment.text, _heading(segment), terms))
        for name, former in engines
    ]
    return [tuple(dict.fromkeys(each)) for each in (by_hand, *by_engine)]


def by_hand(text: str, answer: str, pair: Pair, *, now: datetime) -> Remembered:
    """A person's translation of a text. Raises ValueError, in words, unless it has exactly the text's placeholders."""
    had, has = codes.numbers(text), codes.numbers(codes.canonical(answer))
    if had != has:
        wanted = " ".join(f"{{{number}}}" for number in sorted(had.elements())) or "none at all"
        raise ValueError(f"the translation must have the placeholders of the text, each as often: {wanted}")
    if not codes.bare(answer).strip():
        raise ValueError("the translation is empty")
    return Remembered(
        key=key_by_hand(text, pair),
        source_language=canonical(pair.source),
        target_language=canonical(pair.target),
        source=text,
        text=codes.canonical(answer).strip(),
        locked=True,
        made_at=now,
        used_at=now,
    )


def rekeyed(known: Remembered) -> Remembered:
    """The same under the key that follows from what it says: for what comes from outside."""
    pair = Pair(known.source_language, known.target_language)
    if known.locked:
        return replace(known, key=key_by_hand(known.source, pair), engine="", heading="", terms="", step="")
    return replace(known, key=key(Segment(text=known.source, heading=known.heading), pair, engine=known.engine, terms=known.terms))


def _heading(segment: Segment) -> str:
    return segment.heading if len(segment.text) < SHORT else ""


def _shared(pair: Pair) -> Pair:
    """The pair with one tag for all feeds that write in the same language."""
    return pair._replace(source=language.written(pair.source))


def _digest(pair: Pair, engine: str, text: str, heading: str, terms: str) -> str:
    written = " ".join(unicodedata.normalize("NFC", text).split())
    parts = (canonical(pair.source), canonical(pair.target), engine, written, heading, *filter(None, (terms,)))
    return blake2b("\x00".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

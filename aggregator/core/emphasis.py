"""Emphasis that survives as asterisks: moved off punctuation, or dropped, where CommonMark would show the asterisks instead.

`你好<b>！你</b>他` would be `你好**！你**他`, and neither pair of asterisks counts: a delimiter between a letter and punctuation must have
the letter inside (CommonMark 0.31 section 6.2, left- and right-flanking). One in ten Chinese documents is hit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from aggregator.core.characters import is_punctuation
from aggregator.core.flatten import TOKEN, name_of

_ASTERISKS = {"b": "**", "i": "*"}
_STARS = frozenset(_ASTERISKS)
_EMPHASIS = _STARS | {"del"}
_NAMES = "|".join(sorted(_EMPHASIS))
_TAG = re.compile(rf"</?(?:{_NAMES})>")
_TOUCHING = re.compile(rf"</({_NAMES}|code)><\1>")
_SPACE = "[\\s\ufdea-\ufdec]"  # as it is and in disguise (see markdown)
_SPACE_AT_START = re.compile(rf'((?:<(?:{_NAMES}|a(?: href="[^"]*")?)>)+)((?:{_SPACE}|<br>)+)')
_SPACE_AT_END, _BREAK_AT_END = (  # apart, as each is found by its first character, 4 times faster
    re.compile(rf"({first}(?:{_SPACE}|<br>)*)((?:</(?:{_NAMES}|a)>)+)") for first in (rf"{_SPACE}(?<!{_SPACE}{_SPACE})", "<br>")
)
_SIGNS = frozenset({"a", "img", "code", "ruby", "rt", "rp"})  # they begin and end with punctuation


def settle(html: str) -> str:
    """Flat HTML (see flatten) in which every emphasis that is left will be read as such, and no phrase begins or ends with white space."""
    for _ in range(6):
        settled = _settled_once(html)
        if settled == html:
            return html
        html = settled
    return _TOUCHING.sub("", _TAG.sub("", html))


def _settled_once(html: str) -> str:
    html = _SPACE_AT_START.sub(r"\2\1", _TOUCHING.sub("", html))
    html = _BREAK_AT_END.sub(r"\2\1", _SPACE_AT_END.sub(r"\2\1", html))
    if not _TAG.search(html):
        return html
    parts = TOKEN.split(html)
    pairs = _pairs(parts)
    for opening, closing in pairs:
        _loosen(parts, opening, 1)
        _loosen(parts, closing, -1)
    around: list[int] = []  # where the emphasis opens that is open around this one
    for opening, closing in reversed(pairs):
        while around and around[-1] > closing:
            around.pop()
        if not _stands(parts, opening, closing, inner=bool(around)):
            parts[opening] = parts[closing] = ""
        elif name_of(parts[opening]) in _STARS:
            around.append(opening)
    return "".join(parts)


def _pairs(parts: Sequence[str]) -> list[tuple[int, int]]:
    """Where emphasis opens and closes, inner pairs first."""
    found: list[tuple[int, int]] = []
    opened: list[int] = []
    for place in range(1, len(parts), 2):
        if name_of(parts[place]) not in _EMPHASIS:
            continue
        if parts[place][1] != "/":
            opened.append(place)
        elif opened:
            found.append((opened.pop(), place))
    return found


def _loosen(parts: list[str], tag: int, inward: int) -> None:
    """Move the punctuation at this end of the emphasis out of it, where a letter stands before the tag and text behind it."""
    text = parts[tag + inward]
    if not (text and _is_sign(_end(text, inward)) and _seen(parts, tag, -inward).isalnum()):
        return
    kept = text
    while kept and _is_sign(_end(kept, inward)):
        kept = kept[1:] if inward > 0 else kept[:-1]
    parts[tag + inward] = kept
    if inward > 0:
        parts[tag - 1] += text[: len(text) - len(kept)]
    else:
        parts[tag + 1] = text[len(kept) :] + parts[tag + 1]


def _stands(parts: Sequence[str], opening: int, closing: int, *, inner: bool) -> bool:
    """Whether something is left between the delimiters and both will count, each as what it is meant for."""
    if not any(part.strip() if place % 2 else name_of(part) in _SIGNS for place, part in enumerate(parts[opening + 1 : closing], start=1)):
        return False
    stars = name_of(parts[opening]) in _STARS
    if stars and _are_thirds(_run(parts, opening), _run(parts, closing)):
        return False
    return _flanks(parts, opening, 1, strictly=inner and stars) and _flanks(parts, closing, -1, strictly=inner and stars)


def _are_thirds(one: int, other: int) -> bool:
    """Whether delimiters of such runs may not match (CommonMark 0.31 section 6.2, rules 9 and 10): `*a****b* c**` is half emphasis."""
    return not (one + other) % 3 and bool(one % 3)


def _run(parts: Sequence[str], tag: int) -> int:
    """How many asterisks stand where this tag does, its neighbours' included."""
    first = last = tag
    while first > 1 and not parts[first - 1] and name_of(parts[first - 2]) in _STARS:
        first -= 2
    while last < len(parts) - 2 and not parts[last + 1] and name_of(parts[last + 2]) in _STARS:
        last += 2
    return sum(len(_ASTERISKS[name_of(parts[place])]) for place in range(first, last + 1, 2))


def _flanks(parts: Sequence[str], tag: int, inward: int, *, strictly: bool) -> bool:
    """Whether the delimiter can open (`inward` 1) or close (-1) and, strictly, nothing else: else an inner one may end the outer one."""
    outside, inside = _seen(parts, tag, -inward), _seen(parts, tag, inward)
    hard = bool(inside) and _is_sign(inside)
    if outside.isalnum() and hard:
        return False
    if not strictly or _touches(parts, tag, inward):
        return True
    return not outside.strip() or (_is_sign(outside) and not hard)


def _touches(parts: Sequence[str], tag: int, inward: int) -> bool:
    """Whether the outer emphasis begins or ends at the same place, so that both delimiters are one run."""
    neighbour = parts[tag - 2 * inward] if 0 <= tag - 2 * inward < len(parts) else ""
    return not parts[tag - inward] and name_of(neighbour) in _STARS and (neighbour[1] != "/") == (inward > 0)


def _is_sign(character: str) -> bool:
    """Punctuation as CommonMark means it, or punctuation in disguise (see markdown)."""
    return is_punctuation(character) or "\ufdd0" <= character <= "\ufdef"


def _end(text: str, inward: int) -> str:
    return text[0] if inward > 0 else text[-1]


def _seen(parts: Sequence[str], tag: int, step: int) -> str:
    """The character next to a tag in the Markdown to come: of text, of a sign, or "" at the edge of a line."""
    place = tag + step
    while 0 <= place < len(parts):
        if place % 2 == 0 and parts[place]:
            return _end(parts[place], step)
        name = name_of(parts[place]) if place % 2 else ""
        if name in _SIGNS:
            return "("
        if name in _EMPHASIS and (name in _STARS) != (name_of(parts[tag]) in _STARS):
            return "*"
        if name and name not in _EMPHASIS:
            return ""
        place += step
    return ""

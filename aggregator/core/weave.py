"""Writes an engine's answer as the inline Markdown of one block, so that its emphasis shows and none of its text is markup.

CommonMark reads `**` as emphasis only where it leans on text (section 6.2, flanking), which fails in scripts without spaces:
`**你好！**他说` shows its asterisks. The cure, in this order: white space in a pair moves out; punctuation at its border moves out
(`**你好**！他说`); where nothing but markup or punctuation stands at the border, a space goes in front of or behind the pair.
Raw HTML and zero-width characters would show as well, but sites switch the first off and the second spoils search and copying.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from aggregator.core.codes import BREAK, MARKS, PLACEHOLDER, is_punctuation, openers
from aggregator.core.escape import escape, escape_lines, single_spaced

_BESIDE_WHITE = re.compile(r"\}\s|\s\{")


@dataclass(slots=True)
class _Part:
    """One stretch of the answer; `mark` is the character of an emphasis delimiter, or empty."""

    kind: str  # text, open, close or atom
    text: str
    mark: str = ""


def weave(answer: str, codes: Sequence[str], *, cell: bool = False, prefix: str = "") -> str:
    """The Markdown of canonical text. `cell`: it stands in a table; `prefix` begins every line but the first."""
    text = single_spaced(answer).strip()
    markdown = escape_lines(_lines(_assembled(_leaning(text, codes)) if codes else escape(text)))
    if cell:
        markdown = re.sub(r"\\$", r"\\ ", markdown.replace("|", "\\|"))  # a backslash would take the cell's border in
    return markdown.replace("\n", "\n" + prefix)


def _leaning(text: str, codes: Sequence[str]) -> list[_Part]:
    """The parts of canonical text, delimiters where they show."""
    parts = _parts(_hug(text, codes), codes)
    _widen_underscores(parts)
    _lean_opening(parts)
    _lean_closing(parts)
    _part_neighbours(parts)
    return parts


def _assembled(parts: Sequence[_Part]) -> str:
    written = ""
    for part in parts:
        text = escape(part.text) if part.kind == "text" else part.text
        if text[:1] == "[" and written[-1:] == "!":
            written = written[:-1] + "\\!"  # or the link would be an image
        if text[:1] == "(" and written[-1:] == "]":
            text = "\\" + text  # or what stands before it would be a link
        written += text
    return written


def _lines(markdown: str) -> str:
    lines = [line.strip(" ") for line in markdown.split("\n")]
    return BREAK.join(line for line in lines if line)


def _hug(text: str, codes: Sequence[str]) -> str:
    opening = openers(codes)
    if not opening or not _BESIDE_WHITE.search(text):
        return text
    first = "|".join(str(number) for number in opening)
    second = "|".join(str(number + 1) for number in opening)
    text = re.sub(rf"((?:\{{(?:{first})\}})+)(\s+)", r"\2\1", text)
    text = re.sub(rf"(\s+)((?:\{{(?:{second})\}})+)", r"\2\1", text)
    return re.sub(r"  +", " ", text).strip()


def _parts(text: str, codes: Sequence[str]) -> list[_Part]:
    split = PLACEHOLDER.split(text)
    opening = openers(codes)
    parts = [_Part("text", split[0])]
    for number, after in zip(split[1::2], split[2::2], strict=True):
        parts += [_code(int(number), codes, opening), _Part("text", after)]
    return [part for part in parts if part.text]


def _code(number: int, codes: Sequence[str], opening: frozenset[int]) -> _Part:
    code = codes[number]
    kind = "open" if number in opening else "close" if number - 1 in opening else "atom"
    return _Part(kind, code, code[0] if kind != "atom" and code in MARKS else "")


def _before(parts: Sequence[_Part], place: int) -> str:
    return parts[place - 1].text[-1:] if place else " "


def _after(parts: Sequence[_Part], place: int) -> str:
    return parts[place + 1].text[:1] if place + 1 < len(parts) else " "


def _is_wordlike(char: str) -> bool:
    return not char.isspace() and not is_punctuation(char)


def _widen_underscores(parts: list[_Part]) -> None:
    """`_` opens and closes nothing inside a word, as in Chinese everything is: `*` does."""
    opened: list[int] = []
    for place, part in enumerate(parts):
        if part.mark and part.kind == "open":
            opened.append(place)
        elif part.mark:
            start = opened.pop()
            if part.mark == "_" and (_is_wordlike(_before(parts, start)) or _is_wordlike(_after(parts, place))):
                for end in (parts[start], part):
                    end.mark, end.text = "*", "*" * len(end.text)


def _group(parts: Sequence[_Part], place: int, *, step: int) -> int:
    """The last of the neighbouring delimiters that read as one run with this one."""
    this = parts[place]
    while 0 <= place + step < len(parts) and (parts[place + step].kind, parts[place + step].mark) == (this.kind, this.mark):
        place += step
    return place


def _leans(inner: str, outer: str) -> bool:
    """Whether a delimiter between these characters can open or close towards `inner`."""
    return not inner.isspace() and (not is_punctuation(inner) or outer.isspace() or is_punctuation(outer))


def _lean_opening(parts: list[_Part]) -> None:
    place = len(parts) - 1
    while place >= 0:
        if parts[place].mark and parts[place].kind == "open":
            first = _group(parts, place, step=-1)
            if not _leans(_after(parts, place), _before(parts, first)):
                parts.insert(first, _Part("text", _taken(parts, place + 1, r"^(?:[^\w\s]|_|\s)+") or " "))
            place = first
        place -= 1


def _lean_closing(parts: list[_Part]) -> None:
    place = 0
    while place < len(parts):
        if parts[place].mark and parts[place].kind == "close":
            last = _group(parts, place, step=1)
            if not _leans(_before(parts, place), _after(parts, last)):
                parts.insert(last + 1, _Part("text", _taken(parts, place - 1, r"(?:[^\w\s]|_|\s)+$") or " "))
            place = last
        place += 1


def _taken(parts: Sequence[_Part], place: int, border: str) -> str:
    """The punctuation at a border of this part, taken away from it; empty if it has none or is nothing else."""
    part = parts[place]
    match = re.search(border, part.text) if part.kind == "text" else None
    if match is None or match[0] == part.text:
        return ""
    part.text = part.text[: match.start()] + part.text[match.end() :]
    return match[0]


def _part_neighbours(parts: list[_Part]) -> None:
    """A space between a pair and the next one, where their delimiters would run together."""
    for place in range(len(parts) - 1, 0, -1):
        left, right = parts[place - 1], parts[place]
        if left.kind == "close" and right.kind == "open" and left.mark and left.mark == right.mark:
            parts.insert(place, _Part("text", " "))

"""Cuts Markdown into segments to translate and puts it together again, every byte that is not translated left as it is.

    markdown -> cut -> segments -> an engine -> answers -> rebuild -> markdown

A segment is one block: a paragraph, a heading, an item of a list, a cell of a table. Code blocks, raw HTML and front matter are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from markdown_it.token import Token

from aggregator.core import codes
from aggregator.core.escape import without_controls
from aggregator.core.inline import Look, Piece, bare_text, look, peel, pieces
from aggregator.core.parser import blocks, inline, is_text
from aggregator.core.spans import Span, spans
from aggregator.core.weave import weave
from aggregator.model import Segment

whole = codes.whole
_SHAPE = attrgetter("type", "tag", "info")
_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n[A-Za-z_][\w-]*[ \t]*:(?:.*\r?\n)*?---[ \t]*(?:\r?\n|\Z)")


@dataclass(frozen=True, slots=True)
class _Slot:
    """Where a segment stands and what it must look like again. `head` and `tail` are pairs around it; `seen` is its codes' text."""

    span: Span
    block: int  # which of the document's inline tokens
    head: str
    tail: str
    codes: tuple[str, ...]
    seen: tuple[str, ...]
    look: Look


@dataclass(frozen=True, slots=True)
class Draft:
    """A document cut into segments. `segments` are to be translated, in order."""

    source: str
    segments: tuple[Segment, ...]
    _slots: tuple[_Slot, ...]
    _skeleton: tuple[tuple[str, ...], ...]
    _offset: int  # where the Markdown begins, behind the front matter


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A document put together. `refused` are the segments whose answers could not be used: their source text stands there."""

    markdown: str
    refused: tuple[int, ...]


def cut(markdown: str) -> Draft:
    """The segments of a document, in order, and what `join` needs."""
    front = _FRONT_MATTER.match(markdown)
    offset = front.end() if front else 0
    tokens, references = blocks(markdown[offset:])
    slots, segments = [], []
    heading = ""
    for block, (token, span) in enumerate(spans(tokens, markdown[offset:])):
        children = inline(token.content, references) if span and codes.has_letters(token.content) else []
        found = _numbered(children)
        if span and found and codes.has_letters(found.text):
            segments.append(Segment(text=found.text, heading=heading, codes=found.codes))
            slots.append(_Slot(span, block, found.head, found.tail, found.codes, found.seen, look(children)))
            heading = codes.bare(found.text) if span.heading else heading
    return Draft(markdown, tuple(segments), tuple(slots), _skeleton(tokens), offset)


def join(draft: Draft, texts: Sequence[str | None]) -> str:
    """The document with its segments replaced; None leaves the source text, as does an answer that can't be put in its place."""
    return rebuild(draft, texts).markdown


def rebuild(draft: Draft, texts: Sequence[str | None]) -> Rebuilt:
    """The document with its segments replaced, and which answers were refused.

    The result is parsed again: it has the source's blocks, and every block the links, images, code and emphasis it had and exactly the
    answer's text. A segment for which that does not hold keeps its source text. Raises ValueError unless there is a text for each segment.
    """
    written: dict[int, str] = {}
    answers: dict[int, str] = {}
    for number, (segment, text) in enumerate(zip(draft.segments, texts, strict=True)):
        answer = _decoded(segment, text) if text is not None else ""
        if answer:
            answers[number] = answer
            slot = draft._slots[number]
            written[number] = weave(slot.head + answer + slot.tail, slot.codes, cell=slot.span.cell, prefix=slot.span.prefix)
    kept = _kept(draft, written, answers, frozenset(), list(written))
    refused = tuple(number for number, text in enumerate(texts) if text is not None and number not in kept)
    return Rebuilt(_assembled(draft, written, kept), refused)


def _decoded(segment: Segment, text: str) -> str:
    try:
        return codes.decode(segment, without_controls(text))
    except ValueError:
        return ""


def _kept(
    draft: Draft, written: Mapping[int, str], answers: Mapping[int, str], kept: frozenset[int], candidates: list[int]
) -> frozenset[int]:
    """The candidates that can stand in the document beside those kept already, found by halving."""
    together = kept | frozenset(candidates)
    if not candidates or _intact(draft, _assembled(draft, written, together), answers, together):
        return together
    if len(candidates) == 1:
        return kept
    middle = len(candidates) // 2
    kept = _kept(draft, written, answers, kept, candidates[:middle])
    return _kept(draft, written, answers, kept, candidates[middle:])


def _assembled(draft: Draft, written: Mapping[int, str], kept: frozenset[int]) -> str:
    parts, done = [], 0
    for number in sorted(kept):
        span = draft._slots[number].span
        parts += [draft.source[done : draft._offset + span.start], written[number]]
        done = draft._offset + span.end
    return "".join([*parts, draft.source[done:]])


def _intact(draft: Draft, markdown: str, answers: Mapping[int, str], kept: frozenset[int]) -> bool:
    tokens, references = blocks(markdown[draft._offset :])
    if _skeleton(tokens) != draft._skeleton:
        return False
    contents = [token.content for token in tokens if token.type == "inline"]
    return all(_looks_right(draft._slots[number], contents, references, answers[number]) for number in kept)


def _looks_right(slot: _Slot, contents: Sequence[str], references: dict[str, Any], answer: str) -> bool:
    if not slot.look.marks and contents[slot.block] == answer and is_text(answer):
        return True
    breaks = sum(code.count(codes.BREAK) for code in slot.codes if not code.strip())
    wanted = slot.look.with_text(codes.fill(answer, slot.seen), breaks=breaks)
    return look(inline(contents[slot.block], references)) == wanted


def _skeleton(tokens: Sequence[Token]) -> tuple[tuple[str, ...], ...]:
    """The blocks of a document, and all that is no text to translate."""
    return (*map(_SHAPE, tokens), tuple(token.content for token in tokens if token.type != "inline"))


@dataclass(frozen=True, slots=True)
class _Numbered:
    """One block with its codes numbered: those inside first, those of `head` and `tail` after them."""

    text: str
    head: str
    tail: str
    codes: tuple[str, ...]
    seen: tuple[str, ...]


def _numbered(children: Sequence[Token]) -> _Numbered | None:
    if not children:
        return None
    if (text := bare_text(children)) is not None:
        return _Numbered(text, "", "", (), ())
    head, inner, tail = peel(pieces(children))
    table: list[tuple[str, str]] = []
    opened: list[int] = []
    text = "".join(_encoded(inner, table, opened)).strip()
    before = "".join(_encoded(head, table, opened))
    after = "".join(_encoded(tail, table, opened))
    return _Numbered(text, before, after, tuple(code for code, _ in table), tuple(seen for _, seen in table))


def _encoded(found: Sequence[Piece], table: list[tuple[str, str]], opened: list[int]) -> Iterator[str]:
    """The pieces as text with placeholders; their codes go into the table, a pair's two ends side by side."""
    for piece in found:
        if piece.kind == "text":
            yield piece.text
        elif piece.kind == "close":
            number = opened.pop()
            table[number] = (piece.text, piece.seen)
            yield f"{{{number}}}"
        else:
            yield f"{{{len(table)}}}"
            table.append((piece.text, piece.seen))
            if piece.kind == "open":
                opened.append(len(table))
                table.append(("", ""))

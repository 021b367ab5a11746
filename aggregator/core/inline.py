"""Reads what stands inside a block of Markdown as text, pairs and atoms."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from markdown_it.token import Token

from aggregator.core.codes import BREAK, atoms, is_cjk
from aggregator.core.escape import escape, link_end, single_spaced

_BACKSLASH = re.compile(r"\\([!-/:-@\[-`{-~])")
_PHRASE_END = re.compile(r"[.!?。！？…:：;；][\"'”’」』）)\]]*\s*$")
_HARD_BREAK = ("hardbreak", "")


@dataclass(frozen=True, slots=True)
class Piece:
    """Text as people read it, or a code: `text` is then Markdown, and `seen` what of it the parser reports as text."""

    kind: Literal["text", "open", "close", "atom"]
    text: str
    seen: str = ""


def bare_text(tokens: Sequence[Token]) -> str | None:
    """The text of tokens that are nothing else and hold no atoms, as `pieces` would give it; None for any others."""
    if len(tokens) != 1 or tokens[0].type != "text":
        return None
    text = single_spaced(tokens[0].content)
    return text.strip() if len(atoms(text)) == 1 else None


def pieces(tokens: Sequence[Token]) -> list[Piece]:
    """Inline tokens as text and codes: breaks in mid-phrase joined, atoms in the text found, links that hold only atoms made one atom."""
    found: list[Piece] = []
    ends: list[str] = []
    automatic = False
    for token in tokens:
        if token.info == "auto":
            automatic = token.nesting == 1
        elif automatic:
            found.append(Piece("atom", f"<{token.content}>", token.content))
        elif token.nesting:
            found.append(_pair(token, ends))
        else:
            found.extend(_single(token))
    return _fold(_join_breaks(found))


def _pair(token: Token, ends: list[str]) -> Piece:
    if token.nesting < 0:
        return Piece("close", ends.pop())
    link = token.type == "link_open"
    ends.append(link_end(token.attrs) if link else token.markup)
    return Piece("open", "[" if link else token.markup)


def _single(token: Token) -> list[Piece]:
    match token.type:
        case "text":
            return _text(token.content)
        case "softbreak" | "hardbreak":
            return [Piece("text", BREAK if token.type == "hardbreak" else "\n")]
        case "code_inline":
            padding = " " if _needs_padding(token.content) else ""
            return [Piece("atom", token.markup + padding + token.content + padding + token.markup)]
        case "image":
            return [Piece("atom", "![" + token.content + link_end(token.attrs))]
        case "bare_url":
            return [Piece("atom", token.content, plain_url(token.content))]
        case _:
            return [Piece("atom", token.content)]


def _needs_padding(code: str) -> bool:
    return code[:1] == "`" or code[-1:] == "`" or (code[:1] == " " == code[-1:] and bool(code.strip(" ")))


def plain_url(url: str) -> str:
    """A bare URL as a reader sees it: backslashes of Markdown gone."""
    return _BACKSLASH.sub(r"\1", url)


def _text(content: str) -> list[Piece]:
    found: list[Piece] = []
    for before, atom in atoms(single_spaced(content)):
        if before:
            found.append(Piece("text", before))
        if atom:
            found.append(Piece("atom", escape(atom), atom))
    return found


def _join_breaks(found: list[Piece]) -> list[Piece]:
    joined: list[Piece] = []
    before = ""  # the text so far
    for place, piece in enumerate(found):
        if piece.kind == "text" and piece.text in {BREAK, "\n"}:
            piece = _break(piece.text, before, _next_char(found, place))
        before = (before + (piece.seen if piece.kind == "atom" else piece.text if piece.kind == "text" else ""))[-8:]
        joined.append(piece)
        if piece.text == BREAK and [each.text.strip() for each in joined[-3:]] == ["", "", ""] and joined[-3].text[-3:] == BREAK:
            joined[-3:] = [Piece("atom", "".join(each.text for each in joined[-3:]))]  # a line with nothing but a no-break space
    return joined


def _next_char(found: list[Piece], place: int) -> str:
    return next((piece.text[:1] for piece in found[place + 1 :] if piece.kind in {"text", "atom"}), "")


def _break(text: str, before: str, after: str) -> Piece:
    """A hard break after a finished phrase is meant; any other break is where somebody's line was full."""
    if text == BREAK and _PHRASE_END.search(before):
        return Piece("atom", BREAK)
    glued = before[-1:] and after and is_cjk(before[-1]) and is_cjk(after)
    return Piece("text", "" if glued else " ")


def _fold(found: list[Piece]) -> list[Piece]:
    folded: list[Piece] = []
    opened: list[int] = []
    for piece in found:
        folded.append(piece)
        if piece.kind == "open":
            opened.append(len(folded) - 1)
        elif piece.kind == "close":
            start = opened.pop()
            inside = folded[start:]
            if inside[0].text == "[" and not any(each.kind == "text" and each.text.strip() for each in inside):
                folded[start:] = [Piece("atom", "".join(each.text for each in inside), "".join(each.seen for each in inside))]
    return folded


def peel(found: list[Piece]) -> tuple[list[Piece], list[Piece], list[Piece]]:
    """(outer, inner, outer): pairs around all of the text taken off, so that no engine can lose them."""
    head: list[Piece] = []
    tail: list[Piece] = []
    while found and found[0].kind == "open" and _closing(found) == len(found) - 1:
        head.append(found[0])
        tail.insert(0, found[-1])
        found = found[1:-1]
    return head, found, tail


def _closing(found: list[Piece]) -> int:
    depth = 0
    for place, piece in enumerate(found):
        depth += (piece.kind == "open") - (piece.kind == "close")
        if not depth:
            return place
    return -1


@dataclass(frozen=True, slots=True)
class Look:
    """What a reader of one block gets: its text without white space, and how often each link, image, code, emphasis and break occurs."""

    text: str
    marks: Mapping[tuple[str, ...], int]

    def with_text(self, text: str, *, breaks: int) -> Look:
        """The same markup with other text and another number of line breaks."""
        marks = {mark: count for mark, count in self.marks.items() if mark != _HARD_BREAK}
        return Look("".join(text.split()), marks | {_HARD_BREAK: breaks} if breaks else marks)


def look(tokens: Sequence[Token]) -> Look:
    """What a reader gets of one block's inline tokens."""
    text: list[str] = []
    marks: dict[tuple[str, ...], int] = {}
    for token in tokens:
        if token.type == "text":
            text.append(token.content)
        elif token.type == "bare_url":
            text.append(plain_url(token.content))
        elif token.nesting >= 0 and token.type != "softbreak":
            mark = (token.type, token.content, *map(str, token.attrs.values()))
            marks[mark] = marks.get(mark, 0) + 1
    return Look("".join("".join(text).split()), marks)

"""HTML brought into the shape that Markdown can say: no block inside a phrase, one line in a heading or cell, no markup in code."""

from __future__ import annotations

import re
from collections.abc import Sequence

TOKEN = re.compile(r'(</?[a-z][a-z0-9]*(?:\s[^<>"]*(?:"[^"]*"[^<>"]*)*)?>)')
"""One tag of clean HTML; `split` gives text at even places and tags at odd ones."""

QUOTATION = "\ufded"
"""Stands alone in a paragraph before each outermost quotation, as the converter would write that right under the line before it."""

_NAME = re.compile(r"</?([a-z0-9]+)")
_PHRASE = {"b": "b", "strong": "b", "i": "i", "em": "i", "del": "del", "s": "del", "a": "a"}
_ONE_LINE = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "caption", "td", "th"})
_BLOCKS = frozenset({
    "audio", "blockquote", "div", "hr", "li", "ol", "p", "source", "table", "tbody", "tfoot", "thead", "tr", "ul", "video",
})  # fmt: skip
_LIKE_DIV = frozenset({
    "address", "article", "aside", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "footer", "header", "main", "section",
    "summary",
})  # fmt: skip
_WITHOUT_END = frozenset({"hr", "source"})
_LANGUAGE = re.compile(r'\sclass="(language-[A-Za-z0-9_+#.-]{1,20})"')
# What parts two paragraphs, by the block that they are in.
_BORDERS = {"p": "</p><p>", "li": "<p></p>", "blockquote": "<div></div>"}
_AS_THEY_ARE = frozenset({"img", "ruby", "rt", "rp"})


def name_of(tag: str) -> str:
    """The name of the element that a tag opens or closes, or "" for text."""
    found = _NAME.match(tag)
    return found[1] if found else ""


def flatten(html: str) -> str:
    """Clean, well-nested HTML with the same text and less structure; phrases end before each block and go on in it.

    Two `<br>` in a row or more, with nothing but white space between them, are the border of a paragraph.
    """
    return "".join(_Flattener().run(TOKEN.split(html)))


class _Flattener:
    def __init__(self) -> None:
        self._written: list[str] = []
        self._phrases: list[tuple[str, str]] = []  # open ones: kind, and the opening tag, empty for one that says nothing new
        self._blocks: list[str] = []  # open ones
        self._broken: int | None = None  # where the line break was written that nothing but white space follows so far
        self._lines = 0  # open elements that allow one line only
        self._caption = False  # a table's caption is open, which the converter makes emphasis itself
        self._verbatim = ""  # the pre or code that is open
        self._depth = 0  # how often in itself

    def run(self, tokens: Sequence[str]) -> Sequence[str]:
        for place, token in enumerate(tokens):
            if place % 2 == 0:
                self._text(token)
            elif self._verbatim:
                self._inside_code(token)
            else:
                self._tag(token, name_of(token), token[1] == "/")
        return self._written

    def _text(self, token: str) -> None:
        if token:
            self._written.append(token)
        if token.replace("&nbsp;", "").strip():
            self._broken = None

    def _inside_code(self, token: str) -> None:
        name = name_of(token)
        if name == "code" and self._written[-1] == "<pre>" and (language := _LANGUAGE.search(token)):
            self._written[-1] = f'<pre class="{language[1]}">'
        if name == "br":
            self._written.append("\n")
        if name != self._verbatim:
            return
        self._depth += -1 if token[1] == "/" else 1
        if not self._depth:
            self._verbatim = ""
            self._code(name, closing=True)

    def _tag(self, token: str, name: str, closing: bool) -> None:
        if name in _PHRASE:
            self._phrase(token, _PHRASE[name], closing)
        elif name in ("pre", "code"):
            self._verbatim, self._depth, self._broken = name, 1, None
            self._code(name, closing=False)
        elif name in _ONE_LINE:
            self._one_line(token, closing)
        elif name in _LIKE_DIV:
            self._block("</div>" if closing else "<div>")
        elif name in _BLOCKS:
            self._block(token)
        elif name == "br":
            self._line_break()
        elif name in _AS_THEY_ARE:
            self._broken = None
            self._written.append(token)

    def _line_break(self) -> None:
        if self._lines:
            self._written.append(" ")
        elif self._broken is None:
            self._broken = len(self._written)
            self._written.append("<br>")
        elif self._written[self._broken]:  # the second in a row; more of them say no more
            self._written[self._broken] = ""
            self._interrupt()
            self._written.append(next((_BORDERS[name] for name in reversed(self._blocks) if name in _BORDERS), "<div></div>"))
            self._resume()

    def _code(self, name: str, *, closing: bool) -> None:
        if self._lines or name == "code":
            self._written.append("</code>" if closing else "<code>")
        elif closing:
            self._written.append("</pre>")
            self._resume()
        else:
            self._interrupt()
            self._written.append("<pre>")

    def _phrase(self, token: str, kind: str, closing: bool) -> None:
        if not closing:
            nothing_new = any(open_kind == kind for open_kind, _ in self._phrases) or (self._caption and kind != "a")
            self._phrases.append((kind, "" if nothing_new else token if kind == "a" else f"<{kind}>"))
            self._written.append(self._phrases[-1][1])
        elif self._phrases:
            _, opened = self._phrases.pop()
            self._written.append(f"</{kind}>" if opened else "")

    def _one_line(self, tag: str, closing: bool) -> None:
        self._lines -= closing
        if self._lines:
            self._written.append(" ")
        else:
            self._caption = tag.startswith("<caption")
            self._block(tag)
        self._lines += not closing

    def _block(self, tag: str) -> None:
        if self._lines:
            self._written.append(" ")
            return
        self._broken = None
        self._interrupt()
        self._open_or_close(tag, name_of(tag))
        self._written.append(tag)
        self._resume()

    def _open_or_close(self, tag: str, name: str) -> None:
        if tag[1] == "/":
            if self._blocks[-1:] == [name]:
                self._blocks.pop()
            return
        if name == "blockquote" and name not in self._blocks:
            self._written.append(f"<p>{QUOTATION}</p>")
        if name not in _WITHOUT_END:
            self._blocks.append(name)

    def _interrupt(self) -> None:
        self._written.extend(f"</{kind}>" for kind, opened in reversed(self._phrases) if opened)

    def _resume(self) -> None:
        self._written.extend(opened for _, opened in self._phrases)

"""An item and its translations side by side, paragraph by paragraph, with the numbers and tickers in which they differ."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from aggregator.core import figures, language, names, remembered
from aggregator.core.bilingual import blocks
from aggregator.core.flatten import TOKEN
from aggregator.core.scripts import language_of
from aggregator.model import Page

Part = Literal["title", "summary", "body"]

_MARK = "<mark>{}</mark>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A piece of text in one language as clean HTML. Of a translation: what of the original it has `lost`, and what is `new` in it.

    The latter is marked in it, the former in the original.
    """

    language: str
    html: str
    lost: tuple[str, ...] = ()
    new: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The same piece of an item in its languages, that of the original first. A language that has no such piece is left out."""

    part: Part
    cells: tuple[Cell, ...]


def rows(original: Page, translations: Sequence[Page]) -> list[Row]:
    """Title, summary, then block by block. The text of a translation that has other blocks than the original stands there in one piece."""
    left = list(blocks(remembered.to_html(translations[0].original_body) if translations else original.html))
    right = {page.language: list(blocks(page.html)) for page in translations}
    whole = {tag: "\n".join(texts) for tag, texts in right.items() if len(texts) != len(left)}
    made = [
        _row("title", original, _plain(original.title), {page.language: _plain(page.title) for page in translations}),
        _row("summary", original, _plain(original.summary), {page.language: _plain(page.summary) for page in translations}),
    ]
    for number, block in enumerate(left):
        made.append(_row("body", original, block, {tag: texts[number] for tag, texts in right.items() if tag not in whole}))
    made.append(Row(part="body", cells=tuple(Cell(language=tag, html=html) for tag, html in whole.items())))
    return [replace(row, cells=kept) for row in made if (kept := tuple(cell for cell in row.cells if cell.html))]


def _row(part: Part, original: Page, source: str, translations: Mapping[str, str]) -> Row:
    written_in = language.effective(original.item.language, original.item.detected)
    cells = [_compared(source, html, written_in, tag) for tag, html in translations.items()]
    lost = tuple(dict.fromkeys(word for cell in cells for word in cell.lost))
    return Row(part=part, cells=(Cell(language=original.language, html=marked(source, lost)), *cells))


def _compared(source: str, html: str, written_in: str, target: str) -> Cell:
    """A translation's cell, in it what it has and the original has not."""
    before, after = _text(source), _text(html)
    if before == after:
        return Cell(language=target, html=html)
    lost, new = figures.differing(before, after, source=language_of(written_in), target=language_of(target))
    cell = Cell(language=target, html=marked(html, new), new=tuple(dict.fromkeys(new)))
    return replace(cell, lost=tuple(dict.fromkeys([*lost, *names.lost_tickers(before, after)])))


def marked(html: str, words: Iterable[str]) -> str:
    """Clean HTML with these words marked wherever its text has them, numbers only as a whole."""
    found = sorted({entities.escape(word, quote=False) for word in words if word}, key=len, reverse=True)
    if not found:
        return html
    pattern = re.compile(rf"(?<![\d.,&])(?:{'|'.join(map(re.escape, found))})(?!\d)")
    return "".join(_marks(TOKEN.split(html), pattern))


def _marks(tokens: Sequence[str], pattern: re.Pattern[str]) -> Iterator[str]:
    for place, token in enumerate(tokens):
        yield token if place % 2 else pattern.sub(lambda word: _MARK.format(word[0]), token)


def _plain(text: str) -> str:
    return entities.escape(text, quote=False)


def _text(html: str) -> str:
    return entities.unescape("".join(TOKEN.split(html)[::2]))

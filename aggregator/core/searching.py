"""Texts as a search index holds them, and what people ask of it: words, and in scripts without spaces pairs of neighbours.

阿里巴巴 is held as 阿里 里巴 巴巴 巴, so that every part of it is a run of pairs: a query of two characters is one look, and finds what
looking through all texts would find. Accents and case don't count.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice
from operator import add
from typing import NamedTuple

from aggregator.core import identity
from aggregator.core.patterns import late
from aggregator.model import Item, Query, Translation

MOST = 16_000  # words of a text: PostgreSQL counts places up to 16,383
LONGEST = 64  # characters of a word; more is no word

# Scripts that don't part words, and Hangul, whose words take endings: Thai to Khmer, kana, Bopomofo, Hangul, Han.
_SPACELESS = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u1049\u1780-\u17d3\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003fffd"
)
_PIECE = late(rf"([{_SPACELESS}]+)|[^\W_{_SPACELESS}]+")
_WIDE_SIGNS = late("[\u2026\u3000\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]")  # without them most texts are NFKC already
_ACCENTED = late("[\u00c0-\u024f\u0370-\u03ff\u1e00-\u1fff]")
_MARKS = late("[\u0300-\u036f]+")
_UNSHOWN = late(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_PHRASES = "a|abbr|b|bdi|bdo|cite|code|del|em|font|i|ins|mark|q|s|small|span|strong|sub|sup|u|wbr"
_PHRASE_TAG = late(rf"</?(?:{_PHRASES})\b[^<>]*>", re.IGNORECASE)
_TAG = late(r"</?[a-zA-Z!][^<>]*>")
_LINK_TARGET = late(r"\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?: \"[^\"]*\")?\)")
_SIGNS = str.maketrans("", "", "*[]`\\")
_CHUNK = late(r'"([^"]*)"?|(\S+)')


class Phrase(NamedTuple):
    """Words that have to follow each other; where it is `open`, the last one may go on."""

    words: tuple[str, ...]
    open: bool = False


def words(text: str) -> Iterator[str]:
    """A text in the words of an index, in order: small letters without accents, and pairs of characters with the last one alone."""
    for piece in _PIECE.finditer(_folded(text)):
        run = piece[0]
        if piece[1]:
            yield from map(add, run, run[1:])
            yield run[-1]
        else:
            yield run[:LONGEST]


def phrases(query: str) -> tuple[Phrase, ...]:
    """What a query asks for, all of it: each word, each text "between quotation marks"; `word*` is the beginning of one."""
    found = (_phrase(quoted or word) for quoted, word in _CHUNK.findall(query))
    return tuple(dict.fromkeys(phrase for phrase in found if phrase.words))


def holds(held: str, asked: Iterable[Phrase]) -> bool:
    """Whether a text, as an index holds it, has all these phrases."""
    return all(f" {' '.join(phrase.words)}{'' if phrase.open else ' '}" in f" {held} " for phrase in asked)


def _phrase(text: str) -> Phrase:
    pieces = list(_PIECE.finditer(_folded(text)))
    found = tuple(words(text))
    if not pieces or not pieces[-1][1]:
        return Phrase(found, open=text.endswith("*"))
    return Phrase(found, open=True) if len(pieces[-1][0]) == 1 else Phrase(found[:-1])  # the text may go on behind it


def of_item(item: Item) -> str:
    """What an index holds of an item as it was written, words parted by spaces."""
    return _held([item.title, item.summary, _text_of_html(item.html)], [*_places(item), *_traits(item.language, item.flags)])


def of_translation(item: Item, translation: Translation) -> str:
    """What an index holds of an item's translation."""
    texts = [translation.title, translation.summary, _text_of_markdown(translation.body)]
    return _held(texts, [*_places(item), *_traits(translation.language, translation.flags)])


def traits(query: Query) -> tuple[str, ...]:
    """The words that stand in an index for what a query asks for beside its text."""
    asked = (("s", query.source), ("t", query.tag), ("l", query.language), ("f", query.flag))
    return tuple(_trait(kind, value) for kind, value in asked if value)


def _held(texts: list[str], traits: list[str]) -> str:
    kept = islice((word for text in texts for word in words(text)), MOST)
    return " ".join([*kept, *traits])


def _places(item: Item) -> Iterator[str]:
    yield from (_trait("s", source) for source in (item.source, *item.also_in))
    yield from (_trait("t", tag) for tag in item.tags if tag)


def _traits(language: str, flags: tuple[str, ...]) -> Iterator[str]:
    yield _trait("l", language)
    yield from (_trait("f", flag) for flag in flags)


def _trait(kind: str, value: str) -> str:
    """A word that nobody writes."""
    return f"x{kind}{identity.digest(value)[:16]}"


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKC", _WIDE_SIGNS.sub(" ", text)).casefold()
    return _MARKS.sub("", _ACCENTED.sub(lambda letter: unicodedata.normalize("NFD", letter[0]), plain))


def _text_of_html(text: str) -> str:
    if "<" in text:
        text = _TAG.sub(" ", _PHRASE_TAG.sub("", _UNSHOWN.sub(" ", text)))
    return html.unescape(text) if "&" in text else text


def _text_of_markdown(text: str) -> str:
    return _text_of_html(_LINK_TARGET.sub("]", text).translate(_SIGNS))

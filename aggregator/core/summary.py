"""Summaries of profile `clean`: a beginning of the text that ends where a sentence, a word or at least a character ends."""

from __future__ import annotations

import re
from itertools import islice

from aggregator.core.characters import CJK, decoded, grapheme_border, one_line

_WORDS = 50
_CHARACTERS = 80
_LONGEST = 600  # characters, whatever the language
_SPACELESS = frozenset({"zh", "ja", "yue", "th", "lo", "km", "my"})
_AFTER_CJK_MARK = re.compile(f"(?<=[、。！，：；？」』）】》〉])\n(?=[{CJK}])")  # which brings its own space
# A sentence that was glued to the one before: words in small letters, their full stop, a capitalized word, and on in small letters.
_GLUED = re.compile(
    r"(?<=[a-z,;] )([(]?[a-z]{3,}[)\"'”’]?[.!?][)\"'”’]?)(?=(?!(?:Com|Io|Js|Net|Org|Py)\b)[(\"'“‘]?[A-Z][a-z’']*,?\s[a-z\d])"
)
_MAY_BE_GLUED = re.compile(r"[.!?][)\"'”’]?[(\"'“‘]?[A-Z]")  # what every such place has: most texts have none, and the above takes long
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)|[。！？…]+[”’」』）】]*")
_SPACE = re.compile(r"\s")
_WORD_TAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9.,%&'+/-]*$")


def clean_summary(text: str, language: str) -> str:
    """The beginning of visible text: some 50 words, or 80 characters in languages without spaces. Ends with an ellipsis when cut.

    Lines stay apart, sentences that were glued together part, and what was encoded twice is decoded.
    """
    flat = _parted(one_line(decoded(_on_one_line(text[: 2 * _LONGEST]))))
    spaceless = is_spaceless(language)
    limit = min(_CHARACTERS if spaceless else _words_end(flat), _LONGEST)
    if len(flat) <= limit:
        return flat
    head = flat[: _sentence(flat, limit) or _word(flat, limit)].rstrip()
    if head.endswith("…"):
        return head
    return head + (" …" if head.endswith((".", "!", "?")) and not spaceless else "…")


def _on_one_line(text: str) -> str:
    """The text without line breaks where they would become a space too many."""
    return text if text.isascii() or "\n" not in text else _AFTER_CJK_MARK.sub("", text)


def _parted(flat: str) -> str:
    """The text with a space between sentences that were glued together."""
    return _GLUED.sub(r"\1 ", flat) if _MAY_BE_GLUED.search(flat) else flat


def is_spaceless(language: str) -> bool:
    """Whether a language is written without spaces between words."""
    return language.partition("-")[0] in _SPACELESS


def _words_end(flat: str) -> int:
    """Where the last word within the limit ends."""
    last = next(islice(_SPACE.finditer(flat), _WORDS - 1, None), None)
    return last.start() if last else len(flat)


def _sentence(flat: str, limit: int) -> int:
    """The last end of a sentence in the second half of what may stay, or 0."""
    ends = [match.end() for match in _SENTENCE_END.finditer(flat[: limit + 1]) if limit // 2 <= match.end() <= limit]
    return ends[-1] if ends else 0


def _word(flat: str, limit: int) -> int:
    """The last border of a word, or of a grapheme where no word ends near."""
    if flat[limit].isspace():
        return limit
    border = flat.rfind(" ", limit - 40, limit)
    tail = _WORD_TAIL.search(flat[:limit]) if flat[limit].isascii() else None
    if tail and limit - 40 < tail.start():
        return tail.start()
    if border > 0 and flat[limit].isalpha() and not re.match(f"[{CJK}]", flat[limit]):
        return border
    return grapheme_border(flat, limit)

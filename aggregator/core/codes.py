"""Placeholders: what stands for markup in text that an engine translates, and how its answer is read back.

A code is one piece of Markdown. `{3}` in a segment's text stands for `codes[3]`. A code that is one of `OPENERS` opens a pair, and the next
number closes it: `{0}bold{1}`, both `**`. Every other code is an atom. Literal text that looks like a placeholder is an atom itself, so
no number is ever ambiguous.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence

from aggregator.core.patterns import late
from aggregator.model import Segment

MARKS = frozenset({"*", "_", "**", "__", "~~"})
OPENERS = MARKS | {"["}
BREAK = "  \n"

PLACEHOLDER = late(r"\{([0-9]{1,6})\}")
# what engines make of `{3}` and `<g3>`: full-width signs, any script's digits, spaces inside
LOOSE = late(r"[{｛]\s*(\d{1,6})\s*[}｝]")
LOOSE_TAG = late(r"[<＜]\s*([/／]?)\s*[gG]\s*(\d{1,6})\s*[>＞]")

_ASCII = "!-;=?@A-Z^_a-z{|}~"  # of a URL: no quotes, angle or square brackets, no backtick
_DOMAIN = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
_URL_START = r"(?:https?|ftp)://|www\."
# what begins a word comes first, behind one look at the character before it: most places in a text are inside of words
_ATOM = late(
    rf"(?<![A-Za-z0-9])(?:(?P<url>(?:{_URL_START})[{_ASCII}\\]+)"
    r"|(?<![._%+-])[A-Za-z0-9._%+-]{1,64}@"
    + _DOMAIN
    + r"|(?<!\.)(?:[0-9]{4,6}\.(?:HK|SZ|SS|SH|TW|TWO|KS|KQ|T)|[A-Z]{1,5}\.(?:US|HK|OQ))(?![A-Za-z0-9])"
    r"|(?<!\$)\$[A-Z]{1,6}(?:\.[A-Z]{1,2})?(?![A-Za-z0-9])"
    r"|CVE-[0-9]{4}-[0-9]{4,7}(?![0-9])"
    r"|[0-9a-f]{32}(?:[0-9a-f]{8}(?:[0-9a-f]{24})?)?(?![A-Za-z0-9])"
    r"|(?<![_@])@[A-Za-z0-9_]{2,30}(?![A-Za-z0-9_@])"
    r"|(?<![_&#])#(?:[A-Za-z][A-Za-z0-9_]{1,49}|[^\s#]{1,20}#))"
    r"|\{\{[<%].*?[>%]\}\}"
    r"|\[\[[^\[\]|]{1,80}\|[^\[\]]*\]\]"
    rf"|{LOOSE.pattern.replace('(', '(?:')}|{LOOSE_TAG.pattern.replace('(', '(?:')}"
    r"|[(（][A-Z][A-Z ]{1,15}[:：] ?[A-Z0-9][A-Z0-9.-]{0,11}[)）]"
    r"|[(（][A-Z0-9]{1,6}\.[A-Z]{1,3}[)）]"
)
# one of these stands in every atom but a hash: looking for them is ten times as fast
_SIGN = late(
    r"[@#{｛]|://|www\.|\[\[|\$[A-Z]|CVE-|[<＜]\s*[/／]?\s*[gG]|[(（](?:[A-Z0-9]{1,6}\.|[A-Z][A-Z ]+[:：])|\.(?:HK|S[ZSH]|T|K[SQ]|US|OQ)"
)
_EIGHTHS_OF_A_HASH = late(r"[0-9a-f]{4}")  # every eighth character of 32
_LETTER = late(r"[^\W\d_]")


def trim_url(url: str) -> str:
    """A bare URL without the punctuation of the sentence around it (GFM section 6.9)."""
    while url and (url[-1] in "?!.,:;*_~'|\\{}" or (url[-1] == ")" and url.count(")") > url.count("("))):
        url = url[:-1]
    return url


def atoms(text: str) -> list[tuple[str, str]]:
    """(text before, atom) in turn, the last atom empty: URLs, addresses, tickers, @users, #tags, CVEs, hashes, shortcodes, macros."""
    if not _may_hold_atoms(text):
        return [(text, "")]
    found: list[tuple[str, str]] = []
    done = 0
    while match := _ATOM.search(text, done):
        atom = trim_url(match[0]) if match["url"] else match[0]
        found.append((text[done : match.start()], atom))
        done = match.start() + len(atom)
    found.append((text[done:], ""))
    return found


def _may_hold_atoms(text: str) -> bool:
    return _SIGN.search(text) is not None or _EIGHTHS_OF_A_HASH.search(text[::8]) is not None


def whole(text: str, *, heading: str = "") -> Segment:
    """A segment of plain text, such as a title: white space collapsed, atoms protected, no Markdown read. `fill` is the way back."""
    codes: list[str] = []
    encoded: list[str] = []
    for before, atom in atoms(" ".join(text.split())):
        encoded.append(before)
        if atom:
            encoded.append(f"{{{len(codes)}}}")
            codes.append(atom)
    return Segment(text="".join(encoded), heading=heading, codes=tuple(codes))


def fill(text: str, codes: Sequence[str]) -> str:
    """The text with every placeholder replaced by what it stands for."""
    return PLACEHOLDER.sub(lambda match: codes[int(match[1])], text)


def bare(text: str) -> str:
    """The text without placeholders."""
    return PLACEHOLDER.sub("", text)


def canonical(answer: str) -> str:
    """An engine's answer with its placeholders written as ours."""
    return LOOSE.sub(lambda match: f"{{{int(match[1])}}}", answer) if "{" in answer or "｛" in answer else answer


def numbers(text: str) -> Counter[int]:
    """How often each placeholder occurs in canonical text."""
    return Counter(int(number) for number in PLACEHOLDER.findall(text))


def decode(segment: Segment, answer: str) -> str:
    """An engine's answer as canonical text: exactly the segment's placeholders, its pairs nested and with something in them.

    Raises ValueError that says what is wrong and holds no text.
    """
    text = canonical(answer)
    if not segment.codes and "{" not in segment.text + text:
        return text
    had, has = numbers(segment.text), numbers(text)
    if had != has:
        lost, extra = sum((had - has).values()), sum((has - had).values())
        raise ValueError(f"{lost} of {had.total()} placeholders lost, {extra} invented")
    _check_nesting(text, openers(segment.codes))
    return text


def openers(codes: Sequence[str]) -> frozenset[int]:
    """The numbers that open a pair; each one's successor closes it."""
    found: list[int] = []
    for number, code in enumerate(codes):
        if code in OPENERS and number - 1 not in found[-1:]:
            found.append(number)
    return frozenset(found)


def _check_nesting(text: str, opening: frozenset[int]) -> None:
    parts = PLACEHOLDER.split(text)
    still_open: list[tuple[int, int]] = []  # number, where
    for place in range(1, len(parts), 2):
        number = int(parts[place])
        if number in opening:
            still_open.append((number, place))
        elif number - 1 in opening:
            if not still_open or still_open[-1][0] != number - 1:
                raise ValueError("a pair of placeholders crosses another or is turned round")
            _, start = still_open.pop()
            if place == start + 2 and not parts[start + 1].strip():
                raise ValueError("a pair of placeholders has nothing in it")


def runs(text: str) -> tuple[str, ...]:
    """The bare text before, between and after the placeholders: always one more than there are placeholders."""
    return tuple(PLACEHOLDER.split(text)[::2])


def refill(text: str, new_runs: Sequence[str]) -> str:
    """Canonical text with its runs replaced. Raises ValueError when their number is another."""
    parts = PLACEHOLDER.split(text)
    if len(new_runs) != len(parts[::2]):
        raise ValueError("the number of text runs changed")
    marks = [f"{{{number}}}" for number in parts[1::2]] + [""]
    return "".join(run + mark for run, mark in zip(new_runs, marks, strict=True))


_CJK = (("\u2e80", "\ua4cf"), ("\uf900", "\ufaff"), ("\uff00", "\uffef"), ("\U00020000", "\U0003ffff"))


def is_cjk(char: str) -> bool:
    """Whether a character belongs to a script written without spaces: Han, kana, bopomofo, and their punctuation."""
    return any(first <= char <= last for first, last in _CJK)


def is_punctuation(char: str) -> bool:
    """Punctuation or symbol (CommonMark 0.31 section 2.1)."""
    return unicodedata.category(char)[0] in "PS"


def has_letters(text: str) -> bool:
    """Whether anything in canonical text, placeholders aside, can be translated."""
    return _LETTER.search(text) is not None

"""Finds names and their translations in texts that give both: "蔡崇信(Joe Tsai)", "阿里巴巴(BABA.US)", "Joe Tsai (蔡崇信)".

Where a name in Han characters begins is not written: "联合创始人蔡崇信(Joe Tsai)". What several such places share is the name, or what
is in quotation marks. Else it is the longest part that occurs elsewhere, behind other characters, but not behind so many that it is a
common word; and an office or a small word at its beginning is none of it. What is found is a proposal.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
_NAME = r"[A-Z][A-Za-zÀ-ÿ0-9&.'’-]*(?:[ ·][A-Za-zÀ-ÿ0-9&.'’-]+){0,6}"
_TICKER = r"(?:[A-Z]{2,10}[:：] ?)?(?:[A-Z]{1,6}\.[A-Z]{1,2}|[0-9]{4,6}\.[A-Z]{2,3})|(?:NYSE|NASDAQ|AMEX|HKEX|SEHK)[:：] ?[A-Z0-9.]{1,8}"
_HAN_FIRST = re.compile(
    rf"(?P<before>[^{_HAN}·•]|^)(?P<han>[{_HAN}][{_HAN}·•]{{1,19}})[”」』》]?\s?[(（](?:(?P<ticker>{_TICKER})|(?P<name>{_NAME}))[)）]"
)
_NAME_FIRST = re.compile(rf"(?<![A-Za-z])(?P<name>{_NAME})\s?[(（](?P<han>[{_HAN}][{_HAN}·•]{{1,11}})[)）]")
_QUOTES = frozenset("“「『《\"'")
_LONGEST_ALONE = 6  # characters between two signs that are likely a name and nothing else
_SHORTEST = 2
_MOST_NEIGHBOURS = 8

_OFFICE = (
    "總統|总统|部長|部长|主席|總裁|总裁|記者|记者|編輯|编辑|创始人|創始人|創辦人|执行官|執行官|執行長|董事长|董事長|分析师|分析師|經理|经理|教授|"
    "首相|總理|总理|行長|行长|發言人|发言人|议员|議員|州长|州長|市长|市長|官员|官員|教练|教練|主任|大臣|将军|將軍|作家|导演|導演"
)
_NOT_THE_NAME = re.compile(
    rf"^(?:.*(?:{_OFFICE})|并将|並將|其中|包括|以及|例如|比如|如|及|和|與|与|或|由|對|对|向|在|是|而|其|但|含|名為|名为|叫做)+"
)

Kind = Literal["name", "ticker"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A name in Han characters and what stands for it, found `count` times."""

    han: str
    other: str
    kind: Kind
    count: int


def mine(texts: Collection[str]) -> list[Found]:
    """The pairs that texts give, the most frequent first. A text that is given twice counts once."""
    seen: dict[tuple[str, Kind], Counter[tuple[str, bool]]] = defaultdict(Counter)
    sure: Counter[tuple[str, str]] = Counter()
    for text in dict.fromkeys(texts):
        for match in _HAN_FIRST.finditer(text):
            kind: Kind = "ticker" if match["ticker"] else "name"
            other = " ".join((match["ticker"] or match["name"]).split())
            seen[other, kind][match["han"], match["before"] in _QUOTES] += 1
        sure.update((match["han"], match["name"]) for match in _NAME_FIRST.finditer(text))
    corpus = "\n".join(dict.fromkeys(texts))
    found = [*_names(seen, corpus), *(Found(han=han, other=name, kind="name", count=count) for (han, name), count in sure.items())]
    return sorted(_merged(found), key=lambda each: (-each.count, each.han, each.other))


def _names(seen: Mapping[tuple[str, Kind], Counter[tuple[str, bool]]], corpus: str) -> Iterator[Found]:
    for (other, kind), contexts in seen.items():
        han = _name_of(contexts, corpus)
        if len(han) >= _SHORTEST:
            yield Found(han=han, other=other, kind=kind, count=sum(count for (text, _), count in contexts.items() if text.endswith(han)))


def _name_of(contexts: Counter[tuple[str, bool]], corpus: str) -> str:
    """What of the texts before the parenthesis is the name, "" where that is not known."""
    quoted = [text for text, is_quoted in contexts if is_quoted]
    if quoted:
        return max(sorted(set(quoted)), key=quoted.count)
    texts = sorted({text for text, _ in contexts}, key=len)
    if len(texts) > 1:
        return _bare(_common(texts))
    alone = _bare(texts[0])
    return _bare(_standing_elsewhere(texts[0], corpus)) or (alone if len(alone) <= _LONGEST_ALONE else "")


def _common(texts: Sequence[str]) -> str:
    """The longest end that more than half of the texts share."""
    ends = Counter(text[-length:] for text in texts for length in range(_SHORTEST, len(text) + 1))
    return max((end for end, count in ends.items() if count * 2 > len(texts) and count > 1), key=len, default="")


def _standing_elsewhere(text: str, corpus: str) -> str:
    """The longest end of a text that stands behind two different characters, what is before it here left out."""
    for start in range(len(text) - _SHORTEST + 1):
        end = text[start:]
        before = {corpus[match.start() - 1 : match.start()] for match in re.finditer(re.escape(end), corpus)}
        neighbours = len(before - {text[start - 1 : start]})
        if neighbours > 1:
            return end if neighbours <= _MOST_NEIGHBOURS else ""
    return ""


def _bare(name: str) -> str:
    """A name without the office or small word in front of it, unless nothing would be left."""
    rest = _NOT_THE_NAME.sub("", name)
    return rest if len(rest) >= _SHORTEST else name


def _merged(found: Iterable[Found]) -> Iterator[Found]:
    counts: Counter[tuple[str, str, Kind]] = Counter()
    for each in found:
        counts[each.han, each.other, each.kind] += each.count
    return (Found(han=han, other=other, kind=kind, count=count) for (han, other, kind), count in counts.items())

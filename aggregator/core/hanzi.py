"""Which Han characters belong to one way of writing only, concluded from the national code pages.

A standard lists what is printed in its country: a character in GB 2312 but not in Big5 is a simplified form, one among Big5's frequent
characters but not in GB 2312 a traditional form, and one in Shift JIS level 1 but in neither of them a Japanese form.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product
from typing import NamedTuple


class OneSided(NamedTuple):
    """Characters seen in simplified, in traditional and in Japanese text only."""

    simplified: frozenset[str]
    traditional: frozenset[str]
    japanese: frozenset[str]


@cache
def one_sided() -> OneSided:
    """The three sets, some 2,400, 1,900 and 340 characters."""
    eucs = range(0xA1, 0xFF)
    big5_trail = (*range(0x40, 0x7F), *eucs)
    mainland = frozenset(_page("gb2312", range(0xB0, 0xF8), eucs))
    taiwan = frozenset(_page("big5", range(0xA4, 0xFA), big5_trail))
    frequent = frozenset(_page("big5", range(0xA4, 0xC7), big5_trail))
    japan = frozenset(_page("shift_jis", range(0x88, 0x99), range(0x40, 0xFD)))
    return OneSided(mainland - taiwan, frequent - mainland, japan - mainland - taiwan)


def _page(codec: str, rows: Iterable[int], columns: Iterable[int]) -> Iterator[str]:
    """The Han characters of one double-byte code page."""
    codes = bytes(byte for pair in product(rows, columns) for byte in pair)
    return (character for character in codes.decode(codec, "ignore") if "\u4e00" <= character <= "\u9fff")

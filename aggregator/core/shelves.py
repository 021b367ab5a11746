"""Which feeds share an index page, so that a new one changes one page, whatever else there is.

Few names stand on the first page of a site. Many are spread over pages in their order, and the name itself says whether it opens a page
(content-defined chunking): one that comes or goes moves others only if it is such a name, and then no further than to a neighbour.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, groupby, takewhile
from typing import Literal, NamedTuple

import xxhash

from aggregator.core.feeding import ALL, TAG

Kind = Literal["source", "tag"]

FEW = 200  # names of a kind that stand on the first page
SPREAD = 64  # names on another page, on average
TAGS = (TAG, TAG[:-1] + chr(ord(TAG[-1]) + 1))  # before the first of the names of tags' feeds, and after the last


class Shelf(NamedTuple):
    """The names on one page, of one kind. It goes by the `first`; that is empty on the page before the first name that opens one."""

    kind: Kind
    first: str
    names: tuple[str, ...]


def kind_of(name: str) -> Kind:
    """What a feed is of, if not of everything."""
    return "tag" if name.startswith(TAG) else "source"


def of_kind(names: Iterable[str], kind: Kind) -> list[str]:
    """The distinct names of one kind, in order."""
    return sorted({name for name in names if name != ALL and kind_of(name) == kind})


def opens(name: str) -> bool:
    """Whether a page begins with this name."""
    return xxhash.xxh3_64_intdigest(name.encode(errors="replace")) % SPREAD == 0


def shelves(names: Sequence[str], kind: Kind) -> Iterator[Shelf]:
    """All names of one kind, in order, by page; none where few."""
    if len(names) <= FEW:
        return
    firsts = accumulate(names, lambda first, name: name if opens(name) else first, initial="")
    next(firsts)
    for first, group in groupby(zip(firsts, names, strict=True), key=lambda pair: pair[0]):
        yield Shelf(kind, first, tuple(name for _, name in group))


def opening(backwards: Iterable[str]) -> str:
    """What a page goes by, of one of its names and those before it, the nearest first."""
    return next(filter(opens, backwards), "")


def until_next(first: str, onwards: Iterable[str]) -> tuple[str, ...]:
    """The names on the page that goes by `first`, of that and those after it."""
    return tuple(takewhile(lambda name: name == first or not opens(name), onwards))

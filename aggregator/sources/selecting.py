"""CSS selectors: whether one is one, and which of the elements that it finds count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError


def is_selector(selector: str) -> bool:
    """Whether a page can be asked for this."""
    try:
        LexborHTMLParser("<p>").css(selector)
    except (SelectolaxError, ValueError):
        return False
    return True


def outermost(elements: Sequence[LexborNode]) -> Iterator[LexborNode]:
    """The elements that stand in none of the others: so no part of a page is read twice. They come in document order."""
    taken: set[int] = set()
    for element in elements:
        above = element.parent
        while above is not None and above.mem_id not in taken:
            above = above.parent
        if above is None:
            taken.add(element.mem_id)
            yield element

"""How surely one story is told from another, on pairs made of the recorded lists.

True pairs: two entries whose addresses have the host and a number of seven digits in common (the site's own number of the article,
printed again or corrected); and each article as another publisher might print it: agency in front, a name behind the title, the last tenth
cut, other words here and there, a line of its own at the end. False pairs: all other two articles, as if of one moment, also reports of
a series; and each article that has three figures with all its figures changed, as the report of the next day has them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from itertools import combinations
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import pytest

from aggregator.core import markup, stories
from aggregator.core.normalize import normalize
from aggregator.model import Item, ParsedFeed, RawItem, Source

LISTS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "lists"
pytestmark = pytest.mark.skipif(not LISTS.is_dir(), reason="the recorded lists in ../shared are not here")
AT = datetime(2026, 8, 1, 9, tzinfo=UTC)
Pair = tuple[Item, Item]


@cache
def articles() -> tuple[Item, ...]:
    """The articles of all lists with enough text, each address once, as if all were of one moment."""
    rows = [row for path in sorted(LISTS.rglob("*.json")) for row in json.loads(path.read_text(encoding="utf-8")).get("data") or ()]
    source = Source(name="s", url="https://example.org/")
    raw = (RawItem(link=row["link"], title=row["title"], html=row["description"], language=row.get("language") or "en") for row in rows)
    items = (normalize(entry, source, feed=ParsedFeed(entries=()), now=AT) for entry in raw)
    found = {item.url: replace(item, flags=()) for item in items if stories.bands(item)}
    return tuple(found.values())


def predicted(pair: Pair) -> bool:
    """Whether the program takes two items for one story: they share a band, and agree."""
    one, other = pair
    return bool({*bands(one)} & {*bands(other)}) and stories.same(one, other)


@cache
def bands(item: Item) -> tuple[str, ...]:
    return tuple(stories.bands(item))


def printed_elsewhere(item: Item, dice: Random) -> Item:
    words = item.html.split(" ")
    kept = words[: max(len(words) * 9 // 10, 1)]
    for place in dice.sample(range(len(kept)), len(kept) // 40):
        kept[place] = re.sub(r"[a-z]{4,}", "other", kept[place]) if "<" not in kept[place] else kept[place]
    html = f"<p>HONG KONG (Agency) - {' '.join(kept)}</p><p>Follow us for more news.</p>"
    return replace(item, title=f"{item.title} | The Paper", html=html)


def next_day(item: Item, dice: Random) -> Item:
    def other(figure: re.Match[str]) -> str:
        return str(int(figure[0]) + dice.randint(1, 9))

    return replace(item, title=re.sub(r"\d+", other, item.title), html=re.sub(r"\d+(?![^<]*>)", other, item.html))


def article_number(item: Item) -> tuple[str, str]:
    """Host and number of an address, or what no other address has."""
    number = re.search(r"\d{7,}", item.url)
    return (urlsplit(item.url).netloc, number[0]) if number else ("", item.url)


def true_pairs() -> Iterator[Pair]:
    dice = Random(1)
    yield from (pair for pair in combinations(articles(), 2) if article_number(pair[0]) == article_number(pair[1]))
    yield from ((item, printed_elsewhere(item, dice)) for item in articles())


def false_pairs() -> Iterator[Pair]:
    dice = Random(2)
    yield from (pair for pair in combinations(articles(), 2) if article_number(pair[0]) != article_number(pair[1]))
    yield from ((item, next_day(item, dice)) for item in articles() if len(stories.figures(markup.visible_text(item.html))) >= 3)


def test_stories_are_told_apart_almost_surely_and_mostly_found() -> None:
    found = [predicted(pair) for pair in true_pairs()]
    taken = [f"{one.url} and {other.url}" for one, other in false_pairs() if predicted((one, other))]
    precision, recall = sum(found) / (sum(found) + len(taken)), sum(found) / len(found)
    print(f"precision {precision:.3f}, recall {recall:.3f} ({sum(found)} of {len(found)} found, {len(taken)} taken wrongly)")  # noqa: T201
    assert len(found) > 340
    assert precision >= 0.99, taken
    assert recall >= 0.7

"""However a document is damaged or rewritten between two polls, reading what is new in it gives what reading all of it gives."""

import os
import random
from functools import cache

import pytest

from aggregator.errors import ParseError
from aggregator.sources import feed_split
from aggregator.sources.encoding import decode
from tests.unit.sources.test_feed_news import CORPUS, ODD, atom, entry, item, parse, read_news, rss

MUTATIONS = int(os.environ.get("MUTATIONS", "400"))  # 10,000 take some minutes
PORTIONS = 8  # tests that they are spread over
KEPT = 6  # entries of a recorded feed: as many as show how one gets on with the next
TOKENS = [
    *(
        "<",
        ">",
        "&",
        "]]>",
        "<![CDATA[",
        "<!--",
        "-->",
        "<?x",
        "?>",
        '"',
        "'",
        "</",
        "/>",
        "&nope;",
        "&#128;",
        "&lt;",
        "\x0b",
        "\u0085",
        " ",
    ),
    *(
        "<item>",
        "</item>",
        "<entry>",
        "</entry>",
        "<item/>",
        "</channel>",
        "<channel>",
        "</rss>",
        "<feed>",
        "<title>",
        "</title>",
        "</link>",
    ),
    *(' xml:lang="fr"', ' xml:base="https://b.example/"', ' xmlns:item="urn:i"', ' xmlns="urn:x"', "<language>de</language>", "<a:item>"),
    *("<link>https://moved.example/</link>", "<author><name>N</name></author>", "<content:encoded>x</content:encoded>", "<svg>", "<div>"),
]


@cache
def documents() -> list[str]:
    """Feeds of all formats and of a few entries each."""
    made = [rss(*map(item, range(5))), atom(*map(entry, range(5))), rss(*ODD[:15]), rss(item(1), tail="<ttl>5</ttl>")]
    return made + [cropped(decode(path.read_bytes())[0].lstrip("\ufeff \t\r\n")) for path in CORPUS]


def cropped(text: str) -> str:
    """The document with its first entries alone."""
    found = feed_split.split(text, limit=5000)
    spans = found.spans if found else []
    return text[: spans[KEPT - 1].end] + text[spans[-1].end :] if len(spans) > KEPT else text


def mutated(text: str, dice: random.Random) -> str:
    """The document after one to three changes, most of them within its entries."""
    for _ in range(dice.choice((1, 1, 2, 3))):
        found = feed_split.split(text, limit=5000)
        spans = found.spans if found else []
        one, other = (dice.choice(spans), dice.choice(spans)) if spans else ((0, len(text)), (0, len(text)))
        start, end = one if dice.random() < 0.7 else (0, len(text))
        place = dice.randint(start, end)
        size = dice.choice((1, 1, 5, 30, 300))
        token = dice.choice(TOKENS)
        piece = text[other[0] : other[1]]
        text = dice.choice(
            [
                text[:place] + token + text[place:],
                text[:place] + token + text[place:],
                text[:place] + text[place + size :],
                text[:place] + text[place : place + size] * 2 + text[place + size :],
                text[:start] + piece + text[start:],
                text[:end] + piece + text[end:],
                text[: one[0]] + text[one[1] :],
                text[:place].replace(token, "", 1) + text[place:],
                text[:place] + "字" + text[place + 1 :],
                text[: max(place, 200)] if dice.random() < 0.2 else text[:place] + "x" + text[place:],
            ]
        )
    return text


def spared(number: int) -> bool:
    """Whether anything was left unread of the document after this mutation."""
    before = documents()[number // PORTIONS % len(documents())]
    after = mutated(before, random.Random(number))
    try:
        parse(after)
    except ParseError:
        with pytest.raises(ParseError):
            read_news(before, after)
        return False
    return bool(read_news(before, after).unchanged)


@pytest.mark.parametrize("portion", range(PORTIONS))
def test_of_a_mutated_document_the_same_is_read(portion):
    count = 0
    for number in range(portion, MUTATIONS, PORTIONS):
        try:
            count += spared(number)
        except Exception as error:
            raise AssertionError(f"mutation {number}") from error
    assert count

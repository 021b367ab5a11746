"""deep-translator's Google behind our adapter: answers that belong to their texts, and how many requests an article costs."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from aggregator.core import pages
from aggregator.core.normalize import normalize
from aggregator.core.segment import cut, whole
from aggregator.model import Fetched, Segment, Source
from aggregator.sources.json import JsonKind
from aggregator.translators.deep import DeepTranslator
from aggregator.translators.router import Router
from aggregator.translators.routes import Route
from aggregator.translators.watched import WatchedTranslator
from tests.bench.figures import Record
from tests.unit.translators.engines import Shelf, memory_on
from tests.unit.translators.google_page import GooglePage, google_page, upper

LISTS = Path(__file__).parents[3] / "shared" / "corpus" / "lists"
NOW = datetime(2026, 12, 1, tzinfo=UTC)
CALLS, THREADS = 20_000, 16
PAIRS = (("en", "de"), ("en", "fr"), ("de", "es"))
MOST_REQUESTS = 1.4  # an article

pytestmark = pytest.mark.bench


def test_sixteen_threads_get_their_own_answers(record: Record) -> None:
    async def run(url: str) -> list[str]:
        engine = DeepTranslator("google", url=url, threads=THREADS)

        async def wrong(number: int) -> str:
            source, target = PAIRS[number % len(PAIRS)]
            text = f"Call {'abcdefghij'[number % 10] * (number // 10 % 50 + 1)} {number} from {source} into {target}"
            (answer,) = await engine.translate([text], source=source, target=target)
            return "" if answer == upper(text) else text

        found = []
        for start in range(0, CALLS, 500):
            found += await asyncio.gather(*(wrong(number) for number in range(start, start + 500)))
        await engine.aclose()
        return [text for text in found if text]

    with google_page() as page:
        wrong = asyncio.run(run(page.url))
        crossed = [query["q"] for query in page.queries if not query["q"].endswith(f" from {query['sl']} into {query['tl']}")]
    record(f"{CALLS:,} calls by {THREADS} threads: wrong answers", len(wrong + crossed), most=0)
    assert len(page.queries) == CALLS


@pytest.mark.skipif(not LISTS.is_dir(), reason="the recorded lists in ../shared/corpus are not here")
def test_requests_an_article(record: Record) -> None:
    """Title, summary and body of every recorded item, each item for itself, with the daily test of each pair of languages."""
    found = articles()

    async def run(url: str) -> int:
        engine = WatchedTranslator(DeepTranslator("google", url=url, threads=THREADS))
        missing = 0
        for language, texts in found:
            answers = await engine.translate(texts, source=language, target="de" if language.startswith("zh") else "fr")
            missing += sum(bool(text.strip()) and not answer for text, answer in zip(texts, answers, strict=True))
        await engine.aclose()
        return missing

    with google_page(answer=latin) as page:
        missing = asyncio.run(run(page.url))
        requests = len(page.queries)
    assert missing == 0
    record("requests an article", requests / len(found), most=MOST_REQUESTS)


@pytest.mark.skipif(not LISTS.is_dir(), reason="the recorded lists in ../shared/corpus are not here")
def test_requests_an_article_through_the_router(record: Record) -> None:
    """The same articles with everything that judges answers and asks again: what is doubtful is asked for once more."""
    sure: list[int] = []
    doubtful: list[int] = []

    async def run(page: GooglePage) -> None:
        engine = WatchedTranslator(DeepTranslator("google", url=page.url, threads=THREADS))
        for language, texts in articles():
            before, segments = len(page.queries), [Segment(text=text) for text in texts]
            router = Router({"google": engine}, [Route(engines=("google",))], memory_on(Shelf()))
            answers = await router.translate(segments, source=language, target="de" if language.startswith("zh") else "fr")
            (doubtful if answers.flags else sure).append(len(page.queries) - before)
        await engine.aclose()

    with google_page(answer=latin) as page:
        asyncio.run(run(page))
    record("requests an article that is in doubt", sum(doubtful) / len(doubtful))
    record("requests an article, judged", sum(sure + doubtful) / len(sure + doubtful), most=MOST_REQUESTS)


def articles() -> list[tuple[str, list[str]]]:
    """Language and texts of every item of the recorded lists, as the router would send them."""
    found = []
    for path in sorted(LISTS.glob("*/*.json")):
        source = Source(name=f"{path.parent.name}_{path.stem}".lower(), kind="json", url=f"https://{path.parent.name}.example/{path.name}")
        feed = JsonKind().parse(source, Fetched(url=source.url, body=path.read_bytes()))
        for raw in feed.entries:
            item = normalize(raw, source, feed=feed, now=NOW)
            body = pages.original(item, source, languages=(item.language,)).body
            segments = [whole(item.title), whole(item.summary), *cut(body).segments]
            found.append((item.language or "en", list(dict.fromkeys(segment.text for segment in segments))))
    return found


def latin(text: str) -> str:
    """A made-up word for every word and every pair of Chinese characters; placeholders and names stay, figures are written as in German."""
    figures = _FIGURE.sub(lambda found: found[0].replace(",", "").replace(".", ","), _SCALED.sub(in_digits, text))
    if re.search(r"[\u3400-\u9fff]", text):
        return _HAN_OR_NAME.sub(lambda found: spelled(found[0]), figures).replace("。", ".")
    return re.sub(r"\b[^\W\d_]+\b", lambda found: french(found[0], text), figures)


def french(word: str, text: str) -> str:
    """A made-up word, but real ones for what has a value; what is in capitals among others stays."""
    is_name = len(word) > 1 and word.isupper() and not text.isupper()
    return word if is_name else _FRENCH.get(word.lower()) or word[::-1] + "aeiou"[len(word) % 5]


def spelled(found: str) -> str:
    """A word of the made-up language, as long as a real one would be."""
    if found.isascii():
        return f" {found} "
    return " " + "".join(f"{'bcdfghklmnprst'[ord(char) % 14]}{'aeiou'[ord(char) // 14 % 5]}" for char in found) + " "


def in_digits(found: re.Match[str]) -> str:
    """25.68萬 in full."""
    return f"{(Decimal(found[1].replace(',', '')) * 10 ** sum(_ZEROS[sign] for sign in found[2])).normalize():f}"


_HAN_OR_NAME = re.compile(r"[\u3400-\u9fff]{1,2}|[A-Za-z]+")
_ZEROS = {"千": 3, "万": 4, "萬": 4, "亿": 8, "億": 8, "兆": 12}
_SCALED = re.compile(r"([0-9][0-9,]*(?:\.[0-9]+)?) ?([千万萬亿億兆]+)")
_FIGURE = re.compile(r"(?<![\d.,{])[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?(?![.,]?[0-9}])")
_FRENCH = {
    "thousand": "mille", "million": "millions", "millions": "millions", "billion": "milliards", "billions": "milliards",
    "trillion": "billions", "crore": "crore", "lakh": "lakh", "january": "janvier", "february": "février", "march": "mars",
    "april": "avril", "may": "mai", "june": "juin", "july": "juillet", "august": "août", "september": "septembre",
    "october": "octobre", "november": "novembre", "december": "décembre",
}  # fmt: skip

"""deep-translator's Google behind our adapter: answers that belong to their texts, and how many requests an article costs."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
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
from tests.loopback.server import translated
from tests.unit.translators.engines import Shelf, memory_on
from tests.unit.translators.google_page import GooglePage, google_page, upper

LISTS = Path(__file__).parents[3] / "shared" / "corpus" / "lists"
NOW = datetime(2026, 12, 1, tzinfo=UTC)
CALLS, THREADS = 20_000, 16
PAIRS = (("en", "de"), ("en", "fr"), ("de", "es"))
MOST_REQUESTS = 1.4  # an article

pytestmark = pytest.mark.bench


def test_sixteen_threads_get_their_own_answers() -> None:
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
    print(f"{CALLS} calls by {THREADS} threads: {len(wrong)} wrong answers, {len(crossed)} for another pair")  # noqa: T201 - what `make bench` is for
    assert wrong == crossed == []
    assert len(page.queries) == CALLS


@pytest.mark.skipif(not LISTS.is_dir(), reason="the recorded lists in ../shared/corpus are not here")
def test_requests_an_article() -> None:
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
    sent, each = sum(len(texts) for _, texts in found), requests / len(found)
    print(f"{len(found)} articles, {sent} segments: {requests} requests, {each:.2f} an article")  # noqa: T201
    assert missing == 0
    assert each <= MOST_REQUESTS


@pytest.mark.skipif(not LISTS.is_dir(), reason="the recorded lists in ../shared/corpus are not here")
def test_requests_an_article_through_the_router() -> None:
    """The same articles with everything that judges answers and asks again; what is doubtful of made-up words costs more, by design."""
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
    print(f"{len(sure)} articles: {sum(sure) / len(sure):.2f} requests; {len(doubtful)} doubtful: {sum(doubtful) / len(doubtful):.2f}")  # noqa: T201
    assert sum(sure) / len(sure) <= MOST_REQUESTS


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
    """A made-up word for every word and every pair of Chinese characters, placeholders and numbers as they are."""
    return re.sub(r"[\u3400-\u9fff]{1,2}|[^\W\d_]+", lambda found: spelled(found[0]), text).replace("。", ".")


def spelled(word: str) -> str:
    """A word of the made-up language; one from Chinese is as long as a real one would be."""
    if word.isascii():
        return translated(word)
    return " " + "".join(f"{'bcdfghklmnprst'[ord(char) % 14]}{'aeiou'[ord(char) // 14 % 5]}" for char in word) + " "

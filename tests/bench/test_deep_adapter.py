"""deep-translator's Google behind our adapter: answers that belong to their texts, and how many requests an article costs."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aggregator.core import pages
from aggregator.core.normalize import normalize
from aggregator.core.segment import cut
from aggregator.model import Fetched, Item, Source
from aggregator.sources.json import JsonKind
from aggregator.translators.deep import DeepTranslator
from aggregator.translators.items import translate_item
from aggregator.translators.router import Router
from aggregator.translators.routes import Route
from aggregator.translators.watched import WatchedTranslator
from tests.loopback.server import translated
from tests.unit.translators.engines import Shelf
from tests.unit.translators.google_page import google_page, upper

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
    """Every recorded item into a language that it is not in, each sent for itself; words in capitals, so that it passes for no language."""
    found = [(item, body, "de" if item.language.startswith("zh") else "fr") for item, body in articles()]

    async def run(url: str) -> tuple[int, int]:
        engine = WatchedTranslator(DeepTranslator("google", url=url, threads=THREADS))
        router = Router({"google": engine}, [Route(engines=("google",))], Shelf())
        done = untranslated = 0
        for item, body, target in found:
            result = await translate_item(router, item, body, target=target, source_language=item.language or "en", now=NOW)
            done, untranslated = done + 1, untranslated + result.untranslated
        await router.aclose()
        return done, untranslated

    with google_page(answer=latin) as page:
        done, untranslated = asyncio.run(run(page.url))
        requests = len(page.queries)
    each = f"{requests} requests, {requests / done:.2f} an article"
    print(f"{done} articles, {sum(len(cut(body).segments) for _, body, _ in found)} segments: {each}; {untranslated} untranslated")  # noqa: T201
    assert requests / done <= MOST_REQUESTS


def articles() -> list[tuple[Item, str]]:
    """Items and bodies of the recorded lists."""
    found = []
    for path in sorted(LISTS.glob("*/*.json")):
        source = Source(name=f"{path.parent.name}_{path.stem}".lower(), kind="json", url=f"https://{path.parent.name}.example/{path.name}")
        feed = JsonKind().parse(source, Fetched(url=source.url, body=path.read_bytes()))
        for raw in feed.entries:
            item = normalize(raw, source, feed=feed, now=NOW)
            found.append((item, pages.original(item, source, languages=(item.language,)).body))
    return found


def latin(text: str) -> str:
    """A translation into an alphabet of as many words as there were words or pairs of Chinese characters."""
    return translated(
        re.sub(r"[\u3400-\u9fff]{1,2}", lambda found: " " + "".join(chr(97 + ord(char) % 26) * 2 for char in found[0]) + " ", text)
    )

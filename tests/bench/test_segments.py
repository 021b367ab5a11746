"""What cutting documents into segments and putting them together again costs, against nothing but rendering them, in one run."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import compress, pairwise
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

import pytest
from markdown_it import MarkdownIt

from aggregator.core import frontmatter, markup
from aggregator.core.segment import cut, rebuild
from aggregator.model import Item
from aggregator.store import open_store
from aggregator.translators.items import translate_item
from aggregator.translators.pseudo import PseudoTranslator
from aggregator.translators.recalling import SegmentMemory
from aggregator.translators.router import Router
from aggregator.translators.routes import Route
from tests.bench.costs import note
from tests.bench.figures import Record

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 5
Text = TypeVar("Text")
NOW = datetime(2026, 5, 1, tzinfo=UTC)
ITEM = Item(id="i", source="s", guid="g", url="https://a.example/1", title="标题", html="", summary="", published=NOW, language="zh-CN")

pytestmark = pytest.mark.bench


class Counting(PseudoTranslator):
    """Knows how many texts it was asked for."""

    asked = 0

    async def translate(self, texts: Sequence[str], **asked: Any) -> Sequence[str]:
        self.asked += len(texts)
        return await super().translate(texts, **asked)


def documents() -> list[str]:
    """Documents of recorded items where they are at hand, those of the seeds otherwise."""
    paths = sorted((ROOT.parent / "shared" / "corpus" / "lists").glob("*/*.json"))
    bodies = [entry.get("description") or "" for path in paths for entry in json.loads(path.read_text("utf-8"))["data"]]
    seeds = (frontmatter.parse(path.read_text("utf-8"))[1] for path in sorted((ROOT / "seeds").rglob("*.md")))
    return [made for body in bodies if (made := markup.to_markdown(body, "clean"))] or list(seeds)


def there_and_back(markdown: str) -> None:
    draft = cut(markdown)
    rebuilt = rebuild(draft, [segment.text for segment in draft.segments])
    assert not rebuilt.refused


def there_and_back_in_the_other_case(markdown: str) -> None:
    draft = cut(markdown)
    rebuilt = rebuild(draft, [segment.text.swapcase() for segment in draft.segments])
    assert not rebuilt.refused


def cpu(work: Callable[[Text], object], texts: list[Text]) -> float:
    """CPU seconds of this process, the median of some rounds."""
    times = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for text in texts:
            work(text)
        times.append(time.process_time() - started)
    return median(times)


@pytest.mark.parametrize(
    ("work", "name"),
    [
        (there_and_back, "segments there and back, times rendering"),
        (there_and_back_in_the_other_case, "segments there and back in the other case, times rendering"),
    ],
)
def test_segments_there_and_back(work: Callable[[str], None], name: str, record: Record) -> None:
    texts = documents()
    render = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render
    theirs, ours = cpu(render, texts), cpu(work, texts)
    record(f"{name.partition(',')[0]}: documents a second", len(texts) / ours)
    record(name, theirs / ours, "x")


def test_documents_whose_segments_are_all_remembered(tmp_path: Path, record: Record) -> None:
    """From Markdown to Markdown, through the memory in SQLite: looked up, judged, put together; the engine is asked nothing."""
    texts, engine = documents(), Counting()
    with closing(open_store(f"sqlite:///{tmp_path / 'store.db'}")) as store, asyncio.Runner() as runner:
        router = Router({engine.name: engine}, [Route("*", "*", (engine.name,))], SegmentMemory(store, clock=lambda: NOW))

        async def asked(texts: list[str]) -> list[int]:
            """How many of its segments the engine was asked for, of each text."""
            counts = [engine.asked]
            for text in texts:
                await translate_item(router, ITEM, text, target="de", source_language="zh-CN", now=NOW)
                counts.append(engine.asked)
            return [after - before for before, after in pairwise(counts)]

        assert any(runner.run(asked(texts)))
        remembered = list(compress(texts, (not count for count in runner.run(asked(texts)))))  # what is not believed is asked for again
        assert len(remembered) > len(texts) / 2
        before, ours = engine.asked, cpu(lambda texts: runner.run(asked(texts)), [remembered])
        assert engine.asked == before
    render = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render
    note("translating a document", ours / len(remembered), bench=__name__)
    record("documents out of the memory: documents a second", len(remembered) / ours)
    record("documents out of the memory, times rendering", cpu(render, remembered) / ours, "x")

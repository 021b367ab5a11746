"""What cutting documents into segments and putting them together again costs, against nothing but rendering them, in one run."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest
from markdown_it import MarkdownIt

from aggregator.core import frontmatter, markup
from aggregator.core.segment import cut, rebuild
from tests.bench.costs import note
from tests.bench.figures import Record

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 5

pytestmark = pytest.mark.bench


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


def cpu(work: Callable[[str], object], texts: list[str]) -> float:
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
    note("translating a document", ours / len(texts), bench=__name__)
    record(f"{name.partition(',')[0]}: documents a second", len(texts) / ours)
    record(name, theirs / ours, "x")

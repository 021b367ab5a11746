"""Every recorded item, made a document, translated by engines that spoil markup: whatever they do, the document keeps its own."""

from __future__ import annotations

import asyncio
import html
import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from aggregator.core import markup
from aggregator.core.segment import cut, rebuild
from aggregator.errors import TranslationError
from aggregator.model import Codec
from aggregator.translators.answers import Answers
from aggregator.translators.router import Router
from aggregator.translators.routes import Route
from tests.golden.faulty import Fault, FaultyEngine
from tests.unit.translators.engines import Shelf, memory_on

LISTS = Path(__file__).parents[2].parent / "shared" / "corpus" / "lists"
ORACLE = MarkdownIt("commonmark").enable(["table", "strikethrough"])  # without any rule of ours
FAULTS: list[tuple[Fault, Codec]] = [
    ("none", "plain"),
    ("none", "xml"),
    ("lose 5 %", "plain"),
    ("lose 5 %", "xml"),
    ("lose all", "plain"),
    ("space and widen half", "tags"),
    ("space and widen half", "xml"),
    ("renumber 5 %", "plain"),
    ("shuffle words", "plain"),
    ("inject", "plain"),
]


def bodies() -> Iterator[str]:
    """The text of each recorded item, as HTML: its body, or else its headline and summary."""
    paths = sorted(LISTS.rglob("*.json"))
    if not paths:
        pytest.skip("the recorded inputs of ../shared are not there")
    for path in paths:
        found = json.loads(path.read_text("utf-8"))
        for entry in found.get("data") or found["news"]:
            short = (entry.get(name) for name in ("headline", "summary"))
            yield entry.get("description") or "".join(f"<p>{html.escape(text)}</p>" for text in short if text)


@cache
def documents() -> tuple[str, ...]:
    """A document of each recorded item."""
    return tuple(dict.fromkeys(made for body in bodies() if (made := markup.to_markdown(body, "clean"))))


def chosen(number: int) -> tuple[str, ...]:
    """What the test of one fault looks at: all documents with WHOLE=1, else every tenth, so that each meets one of the ten."""
    return documents() if os.environ.get("WHOLE") else documents()[number :: len(FAULTS)]


def translated(markdown: str, engine: FaultyEngine) -> tuple[str, Answers, tuple[int, ...]]:
    """The document, what the router answered, and which answers did not fit their block."""
    draft = cut(markdown)
    router = Router({engine.name: engine}, [Route("*", "*", (engine.name,))], memory_on(Shelf()))
    try:
        answers = asyncio.run(router.translate(draft.segments, source="en", target="zh-CN"))
    except TranslationError:  # not one answer to be believed: no translation is made of it
        answers = Answers(found=(None,) * len(draft.segments), counts=Counter(untranslated=len(draft.segments)))
    rebuilt = rebuild(draft, answers.texts)
    return rebuilt.markdown, answers, rebuilt.refused


def shape(markdown: str) -> list[object]:
    """What must not change: the blocks in order, and in each how often which link, image, code and emphasis stands."""
    found: list[object] = []
    for token in ORACLE.parse(markdown):
        found.append((token.type, token.tag, token.info))
        if token.type in ("fence", "code_block", "html_block"):
            found.append(token.content)
        marks = Counter((each.type, str(each.attrs.get("href", each.attrs.get("src", each.content)))) for each in token.children or ())
        found.append({mark: count for mark, count in marks.items() if not re.fullmatch("text|softbreak|hardbreak|.*_close", mark[0])})
    return found


@pytest.mark.parametrize(("fault", "codec"), FAULTS)
def test_no_document_is_damaged(fault: Fault, codec: Codec) -> None:
    counts: Counter[str] = Counter()
    damaged = 0
    looked_at = chosen(FAULTS.index((fault, codec)))
    for markdown in looked_at:
        result, answers, refused = translated(markdown, FaultyEngine(fault, codec=codec))
        counts += answers.counts
        counts["refused"] += len(refused)
        damaged += shape(result) != shape(markdown)
    print(f"{fault} ({codec}): {len(looked_at)} documents, {damaged} damaged; segments {dict(counts)}")  # noqa: T201
    assert damaged == 0
    if fault != "inject":  # which is not to be believed
        assert counts["untranslated"] + counts["refused"] <= 0.01 * sum(counts.values())


OWN = """## A *new* `release`

Hello, **world!** This is [a page](https://a.example/x "T") with `code`, **[a bold link](https://a.example/y)** and *more.*

> Quoted **text**, with a ticker (NYSE: IBM) and $TSLA.
> ![a picture](https://a.example/p.png) It goes on here.

- one **point**
- ~~another~~ point at https://a.example/z
  1. nested *and (emphasized)*

| Name | Value |
|---|---|
| **bold** cell | a `b` c |

    code stays

***both of them*** at the end. He said **"hello!"** then. Twice the *word* and the *word*.
"""


@pytest.mark.parametrize(("fault", "codec"), FAULTS)
@pytest.mark.parametrize("seed", range(5))
def test_no_document_of_our_own_is_damaged(fault: Fault, codec: Codec, seed: int) -> None:
    result, answers, refused = translated(OWN, FaultyEngine(fault, codec=codec, seed=seed))
    assert shape(result) == shape(OWN)
    if fault not in ("inject", "shuffle words"):
        assert (answers.untranslated, refused) == (0, ())


def test_an_engine_that_changes_nothing_leaves_every_document_as_it_shows() -> None:
    for markdown in documents():
        draft = cut(markdown)
        rebuilt = rebuild(draft, [segment.text for segment in draft.segments])
        assert (rebuilt.refused, visible(rebuilt.markdown)) == ((), visible(markdown))


def visible(markdown: str) -> str:
    return re.sub(r"\s|<br />", "", ORACLE.render(markdown))


def test_one_changed_paragraph_does_not_cost_the_article_again() -> None:
    sent = whole = 0
    for markdown in (*chosen(0), *chosen(5)):
        draft = cut(markdown)
        if len(draft.segments) < 10:
            continue
        engine = FaultyEngine("none")
        router = Router({engine.name: engine}, [Route("*", "*", (engine.name,))], memory_on(Shelf()))
        middle = sorted(range(len(draft.segments)), key=lambda place: len(draft.segments[place].text))[len(draft.segments) // 2]
        edited = cut(
            rebuild(draft, [f"{each.text} Edited." if place == middle else None for place, each in enumerate(draft.segments)]).markdown
        )
        whole += asyncio.run(router.translate(draft.segments, source="en", target="zh-CN")).characters
        sent += asyncio.run(router.translate(edited.segments, source="en", target="zh-CN")).characters
    print(f"one changed paragraph: {sent} of {whole} characters sent again, {sent / whole:.1%}")  # noqa: T201
    assert 0 < sent <= 0.27 * whole

"""What readers call our feeds: as the source calls itself, with the language, and the same from the first day on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from aggregator.model import Fetched, Source
from aggregator.pipeline import LEASE, Pipeline
from tests.system.press import SOURCE, Press, press
from tests.validation.rules import ATOM, DC

UNTITLED = replace(SOURCE, title="", tags=("markets",))
HEAD = "<rss version='2.0'><channel><title>{title}</title><link>https://paper.example/</link><description>{day}</description>{items}</channel></rss>"
ITEM = "<item><guid>{n}</guid><title>第 {n} 条新闻</title><link>https://paper.example/{n}</link><description>软件的新闻{n}。</description></item>"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Press]:
    with press(tmp_path) as here:
        yield here


def sourced(here: Press, *sources: Source) -> Pipeline:
    """The pipeline with these sources."""
    here.store.sync_sources(sources, now=here.now)
    return replace(here.pipeline, sources={source.name: source for source in sources})


def deliver(here: Press, *titles: str, source: Source = UNTITLED) -> Pipeline:
    """One document for each title, each with an item more than the one before it, and what is published of them."""
    pipeline = sourced(here, source)
    for title in titles:
        read(here, pipeline, title, count=len(here.store.first_seen(source.name)) + 1)
        publish(here, pipeline)
    return pipeline


def read(here: Press, pipeline: Pipeline, title: str, *, count: int) -> None:
    """One document of the paper with a title and so many items."""
    (state,) = here.store.claim_sources(now=here.now, limit=1, lease=LEASE, names=[SOURCE.name])
    body = HEAD.format(title=title, day=here.now, items="".join(ITEM.format(n=n) for n in range(count))).encode()
    asyncio.run(pipeline.take(state, Fetched(url=SOURCE.url, body=body)))
    here.now += LEASE


def publish(here: Press, pipeline: Pipeline) -> None:
    while marks := here.store.claim_marks(now=here.now, limit=100, lease=LEASE):
        pipeline.publish(list(marks))


def titles(here: Press) -> Mapping[str, str]:
    """The titles of the feeds, by path below the feeds' folder."""
    found = {path.removeprefix("feeds/"): data for path, (data, _) in here.files().items() if path.endswith(".json")}
    return {path.removesuffix(".json"): json.loads(data)["title"] for path, data in found.items()}


def root(here: Press, name: str) -> etree._Element:
    return etree.parse(here.folder / "feeds" / name).getroot()


def test_a_source_without_a_title_is_called_what_it_calls_itself(here: Press) -> None:
    deliver(here, "Paper &amp;amp; Co")
    assert titles(here) == {
        "zh-CN/paper": "Paper & Co (zh-CN)",
        "zh-CN/all": "Site (zh-CN)",
        "zh-CN/tag/markets": "Site: markets (zh-CN)",
    }
    channel = root(here, "zh-CN/paper.rss")[0]
    assert channel.findtext("link") == "https://paper.example/"
    for name in ("paper", "all"):
        item = root(here, f"zh-CN/{name}.rss").find("channel/item")
        assert (item.findtext("source"), item.findtext(f"{{{DC}}}creator")) == ("Paper & Co", "Paper & Co")
        assert root(here, f"zh-CN/{name}.atom").findtext(f"{{{ATOM}}}entry/{{{ATOM}}}source/{{{ATOM}}}title") == "Paper & Co"


def test_the_configuration_s_word_goes_first(here: Press) -> None:
    deliver(here, "Paper", source=replace(UNTITLED, title="My paper", link_base="https://me.example/"))
    assert titles(here)["zh-CN/paper"] == "My paper (zh-CN)"
    assert root(here, "zh-CN/paper.rss")[0].findtext("link") == "https://me.example/"


def test_languages_and_variants_are_told_apart_and_a_new_one_changes_no_title(here: Press) -> None:
    pipeline = deliver(here, "Paper")
    before = titles(here)
    here.translate(*here.store.items(here.store.newest(feed="paper", language="zh-CN", limit=1)).values(), "fr")
    publish(here, pipeline)
    assert titles(here).items() > before.items()
    assert {titles(here)[f"{name}"] for name in ("zh-CN/paper", "fr/paper", "fr/paper.bilingual")} == {
        "Paper (zh-CN)",
        "Paper (fr)",
        "Paper (fr, bilingual)",
    }


def test_a_title_with_the_day_in_it_does_not_flicker_and_a_new_name_is_taken_over(here: Press) -> None:
    deliver(here, "Paper", *(f"Paper, May {day}" for day in range(1, 4)))
    assert titles(here)["zh-CN/paper"] == "Paper (zh-CN)"
    deliver(here, "New Paper", "New Paper")
    assert titles(here)["zh-CN/paper"] == "Paper (zh-CN)"
    deliver(here, "New Paper")
    assert titles(here)["zh-CN/paper"] == "New Paper (zh-CN)"


def test_a_new_name_reaches_feeds_that_nothing_else_has_changed(here: Press) -> None:
    pipeline = deliver(here, "Paper")
    for _ in range(3):
        assert not here.store.claim_marks(now=here.now, limit=100, lease=LEASE)
        read(here, pipeline, "New Paper", count=1)
    marked = {(mark.kind, mark.key) for mark in here.store.claim_marks(now=here.now, limit=100, lease=LEASE)}
    assert marked == {("feed", "all"), ("feed", "paper"), ("feed", "tag/markets")}


def test_another_address_keeps_the_name_until_its_document_says_otherwise(here: Press) -> None:
    deliver(here, "Paper")
    moved = replace(UNTITLED, url="https://new.example/feed")
    pipeline = sourced(here, moved)
    assert pipeline.empty_feed("paper", "fr").title == "Paper"


def test_publishing_everything_again_changes_nothing(here: Press) -> None:
    pipeline = deliver(here, "Paper", "Paper", "Other", "Other", "Other")
    before = here.files()
    here.store.mark_all()
    publish(here, pipeline)
    assert here.files() == before

"""Titles and summaries of feeds by template, the same in every format."""

from __future__ import annotations

import html
import io
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import feedparser

from aggregator.core.templates import Templates
from aggregator.model import Feed, Page
from aggregator.publishers.feeds import FeedPublisher

Pages = Callable[..., Page]
Feeds = Callable[..., Feed]


def read(data: bytes) -> Any:
    return feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)


def shown(feed: Feed, **templates: str) -> list[tuple[str, str]]:
    """(title, summary) of each entry, which every format has alike."""
    documents = {document.path.rpartition(".")[2]: document.data for document in FeedPublisher(templates=Templates(**templates)).feed(feed)}
    found = [(item["title"], item.get("summary", "")) for item in json.loads(documents["json"])["items"]]
    assert [(entry.title, entry.get("summary", "")) for entry in read(documents["atom"]).entries] == found
    assert [(entry.title, html.unescape(entry.get("summary", ""))) for entry in read(documents["rss"]).entries] == found
    return found


def test_a_bilingual_feed_has_titles_and_summaries_in_both_languages_and_an_original_its_own(feed: Feeds) -> None:
    translated, original = shown(feed(variant="bilingual"))
    assert translated == ("Title <b> & more / 标题 <b> & more", "Summary < 50 & more / 摘要 < 50 & more")
    assert original == ("标题 <b> & more", "摘要 < 50 & more")
    assert shown(feed())[0] == ("Title <b> & more", "Summary < 50 & more")


def test_titles_and_summaries_are_made_by_template(feed: Feeds) -> None:
    templates = {"title": "[{language}] {title}", "summary": "{source}:\n {summary}", "bilingual_title": "{original} | {title}"}
    assert shown(feed(), **templates)[0] == ("[zh-CN] Title <b> & more", "News: Summary < 50 & more")
    both = shown(feed(variant="bilingual"), **templates)
    assert [title for title, _ in both] == ["标题 <b> & more | Title <b> & more", "标题 <b> & more"]


def test_a_template_makes_no_title_of_nothing(feed: Feeds, translated: Pages) -> None:
    page = replace(translated(), title="")
    summary = "Summary < 50 & more"
    assert shown(feed(page, variant="bilingual"), bilingual_title="{source}: {title}") == [(summary, f"{summary} / 摘要 < 50 & more")]

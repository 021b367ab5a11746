"""Profile `clean` over recorded lists of items: no defect of those measured is left, and no letter is lost."""

import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from aggregator.core import frontmatter, images, pages, wraps
from aggregator.core.markup import visible_text
from aggregator.core.normalize import normalize
from aggregator.model import Fetched, Source
from aggregator.sources.json import JsonKind

LISTS = Path(__file__).parents[3] / "shared" / "corpus" / "lists"
pytestmark = pytest.mark.skipif(not LISTS.is_dir(), reason="the recorded lists in ../shared/corpus are not here")
NOW = datetime(2026, 12, 1, tzinfo=UTC)
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
GLUED = re.compile(r"(?:[a-z]{2}|[)”\"’])[.!?][A-Z][a-z]|[\u4e00-\u9fff]\n[\u4e00-\u9fff]")
RELATIVE = re.compile(r'\s(?:href|src)="(?!https?://|mailto:)')
HARD_BREAK = re.compile(r"^(?P<line>.{60,}[^\s.!?:;…。！？：；\"'”’」』)）*_])\\\n(?=[a-z])", re.MULTILINE)


@cache
def published():
    """(raw, item, document) of every recorded item."""
    found = []
    for path in sorted(LISTS.glob("*/*.json")):
        name = f"{path.parent.name}_{path.stem}"
        source = Source(name=name, kind="json", url=f"https://{path.parent.name}.example/{path.name}", timezone="Asia/Shanghai")
        feed = JsonKind().parse(source, Fetched(url=source.url, body=path.read_bytes()))
        for raw in feed.entries:
            item = normalize(raw, source, feed=feed, now=NOW)
            page = pages.original(item, source, languages=(item.language,))
            found.append((raw, item, frontmatter.render(page, zone=ZoneInfo("Asia/Shanghai"))))
    return found


def test_there_is_something_to_measure():
    assert len(published()) > 300
    assert sum(bool(RELATIVE.search(raw.html)) for raw, _, _ in published()) > 20


def test_no_entities_are_left_in_titles_and_summaries():
    assert [text for _, item, _ in published() for text in (item.title, item.summary) if ENTITY.search(text)] == []


def test_no_sentences_are_glued_in_summaries():
    assert [item.summary for _, item, _ in published() if GLUED.search(item.summary)] == []


def test_no_address_is_relative():
    assert [item.url for _, item, _ in published() if RELATIVE.search(item.html) or not item.url.startswith("http")] == []
    assert [document for *_, document in published() if re.search(r"\]\((?!https?://|mailto:|<)", document)] == []


def test_no_line_is_broken_in_mid_sentence():
    assert [found["line"] for *_, document in published() for found in HARD_BREAK.finditer(document)] == []
    assert [item.url for _, item, _ in published() if wraps.unwrapped(item.html) != item.html] == []


def test_no_body_without_anything_is_published_as_if_it_were_whole():
    bare = [document for _, item, document in published() if not visible_text(item.html) and "<img" not in item.html]
    assert all("\nempty: true\n" in document for document in bare)
    assert [item.url for _, item, document in published() if "\nempty: true\n" in document and visible_text(item.html)] == []


def test_no_picture_is_without_an_address_and_none_is_data():
    assert [item.url for _, item, _ in published() if images.are_broken(item.html) or "data:image" in item.html] == []


def test_nothing_is_invisible_and_blank_lines_are_single():
    assert [document for *_, document in published() if re.search("[\u200b\u2060\ufeff\u00ad]|\n\n\n", document)] == []


def test_no_letter_is_lost():
    for raw, item, _ in published():
        sent = images.addressed(wraps.without_macros(raw.html))
        assert "".join(visible_text(item.html).split()) == "".join(visible_text(sent).split()), item.url

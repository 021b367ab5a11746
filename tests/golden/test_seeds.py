"""Every article of seeds/ becomes the document that stands in seeds/expected/, byte for byte."""

import tomllib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from aggregator.core import frontmatter, pages
from aggregator.core.normalize import normalize, skip_reason
from aggregator.model import Fetched, Source
from aggregator.sources.feed import FeedKind
from aggregator.sources.html import HtmlKind
from aggregator.sources.json import JsonKind

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
EXPECTED = SEEDS / "expected"
SITE_ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2025, 12, 1, tzinfo=UTC)
SOURCES = tomllib.loads((SEEDS / "sources.toml").read_text(encoding="utf-8"))["sources"]
KINDS = {"feed": FeedKind(), "html": HtmlKind(), "json": JsonKind()}


def source(name: str) -> Source:
    settings = SOURCES[name]
    options = {key: settings[key] for key in ("items", "fields", "date_format") if key in settings}
    return Source(name=name, options=options, **{key: value for key, value in settings.items() if key not in options})


@cache
def documents(name: str) -> dict[str, str]:
    """The documents that a seed becomes, by path."""
    settings = source(name)
    body = (SEEDS / settings.url.removeprefix("{origin}/")).read_bytes()
    feed = KINDS[settings.kind].parse(settings, Fetched(url=settings.url.replace("{origin}", "https://seeds.example"), body=body))
    found = {}
    for raw in feed.entries:
        item = normalize(raw, settings, feed=feed, now=NOW)
        if not skip_reason(raw, item, settings):
            page = pages.original(item, settings, languages=(item.language,))
            path = frontmatter.path(page, zone=SITE_ZONE)
            assert path not in found, "two articles of one source must not share a file"
            found[path] = frontmatter.render(page, zone=SITE_ZONE)
    return found


@pytest.mark.parametrize("name", SOURCES)
def test_the_settings_are_good(name):
    assert list(KINDS[source(name).kind].problems(source(name))) == []


@pytest.mark.parametrize("name", SOURCES)
def test_a_seed_becomes_what_it_must(name):
    expected = {path: (EXPECTED / path).read_bytes().decode() for path in documents(name)}
    assert documents(name) == expected


def test_no_expected_document_is_left_over():
    written = {path.relative_to(EXPECTED).as_posix() for path in EXPECTED.rglob("*") if path.is_file()}
    assert written == {path for name in SOURCES for path in documents(name)}


def test_the_api_and_the_list_become_the_same_files():
    assert documents("investing_cn") == documents("investing_cn_list")
    assert len(documents("investing_cn")) == 6


def test_an_article_is_one_item_in_all_three_shapes():
    feeds = {}
    for name in ("investing_cn", "investing_cn_list", "investing_cn_rss"):
        settings = source(name)
        body = (SEEDS / settings.url.removeprefix("{origin}/")).read_bytes()
        feed = KINDS[settings.kind].parse(settings, Fetched(url="https://seeds.example/", body=body))
        items = [normalize(raw, settings, feed=feed, now=NOW) for raw in feed.entries if raw.kind != "2"]
        feeds[name] = {(item.id, item.url, item.title) for item in items}
    assert feeds["investing_cn"] == feeds["investing_cn_list"] == feeds["investing_cn_rss"]

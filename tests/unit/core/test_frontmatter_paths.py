"""Where documents stand: see aggregator.core.frontmatter.path."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from aggregator.core import frontmatter, identity
from aggregator.model import Item, Page, Source

SHANGHAI = ZoneInfo("Asia/Shanghai")
ITEM = Item(
    id="0c5f4c0e-3f0a-5d0b-9a53-6f8f7a2b6d31",
    source="investing_cn",
    guid="2669387",
    url="https://cn.investing.com/news/article-2669387",
    title="标题",
    html="",
    summary="",
    published=datetime(2025, 2, 13, 3, 36, 36, tzinfo=UTC),
    language="zh-CN",
)
COMPAT = Source(name="investing_cn", url="https://cn.investing.com/", folder="investing", profile="compat")
CLEAN = replace(COMPAT, profile="clean")


def original(source: Source = COMPAT, **changes: Any) -> Page:
    item = replace(ITEM, **changes)
    return Page(item=item, source=source, language=item.language, title=item.title, summary="", body="", html="", languages=())


def translated(source: Source = COMPAT, **changes: Any) -> Page:
    return replace(original(source, **changes), language="en", title="Title")


def path(page: Page) -> str:
    return frontmatter.path(page, zone=SHANGHAI)


def alternative(page: Page) -> str:
    return frontmatter.alternative_path(page, zone=SHANGHAI)


def test_a_translation_has_the_target_language_in_folder_and_name() -> None:
    assert path(translated()) == "en/news/investing/2669387.en.md"
    assert path(translated(CLEAN)) == "en/news/investing/2669387.en.md"


DIREXION = datetime(2025, 2, 12, 20, 30, 39, tzinfo=UTC)
COMPAT_PATHS = [
    ({}, "zh-CN/news/investing/2669387.zh-CN.md"),
    ({"language": "en", "guid": "tag:reuters.com,2025:newsml_L1N3P50BU0"}, "en/news/investing/tagreuters.com,2025newsml_L1N3P50BU0.en.md"),
    ({"guid": r'a\b/c*d?e:f"g<h>i|j'}, "zh-CN/news/investing/abcdefghij.zh-CN.md"),
    ({"guid": "../../etc/passwd"}, "zh-CN/news/investing/....etcpasswd.zh-CN.md"),
    ({"guid": ".."}, "zh-CN/news/investing/...zh-CN.md"),
    ({"guid": "index"}, "zh-CN/news/investing/index-0c5f4c0e3f0a.zh-CN.md"),
    ({"guid": "?_Index"}, "zh-CN/news/investing/_Index-0c5f4c0e3f0a.zh-CN.md"),
    ({"guid": "index.html"}, "zh-CN/news/investing/index.html-0c5f4c0e3f0a.zh-CN.md"),
    ({"guid": "index2"}, "zh-CN/news/investing/index2.zh-CN.md"),
    ({"guid": "???"}, "zh-CN/news/investing/0c5f4c0e3f0a.zh-CN.md"),
    ({"guid": "a\x00b\nc\ud800"}, "zh-CN/news/investing/abc-0c5f4c0e3f0a.zh-CN.md"),
    ({"language": "../../x"}, "und/news/investing/2669387.und.md"),
    ({"language": ""}, "und/news/investing/2669387.und.md"),
    ({"language": "zh_CN"}, "zh_CN/news/investing/2669387.zh_CN.md"),
    (
        {"guid": "", "title": "Direxion Launches 2 Leveraged AMD ETFs Amid AI Chip Race", "published": DIREXION},
        "zh-CN/news/investing/39e39ef86ef9f7f091102da92d9ba0af.zh-CN.md",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "expected"), COMPAT_PATHS)
def test_compat_path(changes: dict[str, Any], expected: str) -> None:
    assert path(original(**changes)) == expected


def test_compat_name_of_a_translation_without_an_id_is_made_from_the_original_title() -> None:
    stem = path(original(guid="")).removesuffix(".zh-CN.md").rpartition("/")[2]
    assert path(translated(guid="")) == f"en/news/investing/{stem}.en.md"


def test_compat_name_is_exact_up_to_what_a_file_system_can_hold() -> None:
    longest = "x" * (255 - len(".zh-CN.md"))
    assert path(original(guid=longest)) == f"zh-CN/news/investing/{longest}.zh-CN.md"
    for guid in (longest + "x", "长" * 100, "x" * 5000):
        name = path(original(guid=guid)).rpartition("/")[2]
        assert name.endswith("-0c5f4c0e3f0a.zh-CN.md")
        assert len(name.encode()) <= 255


CLEAN_NAMES = [
    ("2669387", "2669387"),
    ("some-post-1", "some-post-1"),
    ("550e8400-e29b-41d4-a716-446655440000", "550e8400-e29b-41d4-a716-446655440000"),
    ("https://www.example.org/2024/09/Some_Title.html", "example-org-2024-09-some-title-html-0c5f4c0e3f0a"),
    ("tag:reuters.com,2025:newsml_L1N3P50BU0", "reuters-com-2025-newsml-l1n3p50bu0-0c5f4c0e3f0a"),
    ("UPPER", "upper-0c5f4c0e3f0a"),
    ("日本", "0c5f4c0e3f0a"),
    ("..", "0c5f4c0e3f0a"),
    ("-x", "x-0c5f4c0e3f0a"),
    ("", "0c5f4c0e3f0a"),
    ("con", "con-0c5f4c0e3f0a"),
    ("lpt1", "lpt1-0c5f4c0e3f0a"),
    ("index", "index-0c5f4c0e3f0a"),
    ("_index", "index-0c5f4c0e3f0a"),
    ("index-2", "index-2"),
    ("a" * 64, "a" * 64),
    ("a" * 65, "a" * 40 + "-0c5f4c0e3f0a"),
    ("é ﬁ", "e-fi-0c5f4c0e3f0a"),
]


@pytest.mark.parametrize(("guid", "name"), CLEAN_NAMES)
def test_clean_path(guid: str, name: str) -> None:
    page = original(CLEAN, guid=guid)
    assert path(page) == f"zh-CN/news/investing/{name}.zh-cn.md"
    marked = name if name.endswith("0c5f4c0e3f0a") else f"{name}-0c5f4c0e3f0a"
    assert alternative(page) == f"zh-CN/news/investing/{marked}.zh-cn.md"


def test_alternative_of_a_compat_translation_has_the_short_id() -> None:
    assert alternative(translated()) == "en/news/investing/2669387-0c5f4c0e3f0a.en.md"
    assert len(alternative(translated(guid="长" * 100)).rpartition("/")[2].encode()) <= 255


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("investing", "investing"),
        ("a/b", "a/b"),
        ("../../etc", "etc"),
        ("/abs", "abs"),
        ("..", "investing-cn"),
        ("a\\..\\b", "a..b"),
        ("", "investing_cn"),
        ("x\x00y", "xy"),
    ],
)
def test_folder_stays_under_the_root(folder: str, expected: str) -> None:
    for source in (replace(COMPAT, folder=folder), replace(CLEAN, folder=folder)):
        assert path(original(source)).rpartition("/")[0] == f"zh-CN/news/{expected}"


def test_clean_name_without_a_link_is_the_id_s() -> None:
    assert path(original(CLEAN, url="")) == "zh-CN/news/investing/0c5f4c0e3f0a.zh-cn.md"


@pytest.mark.parametrize("source", [COMPAT, CLEAN])
def test_an_item_whose_id_others_had_too_has_a_name_of_its_own(source: Source) -> None:
    ids = [identity.apart(ITEM.id, part) for part in "ab"]
    pages = [make(source, id=id) for id in (ITEM.id, *ids) for make in (original, translated)]
    assert len(set(map(path, pages))) == len(pages)
    slugs = [frontmatter.parse(frontmatter.render(page, zone=SHANGHAI))[0].get("slug") for page in pages[::2]]
    assert len(set(slugs)) == (1 if source is COMPAT else 3)

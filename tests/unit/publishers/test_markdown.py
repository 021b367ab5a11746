from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from aggregator.model import Feed, Page, Source
from aggregator.publishers.files import write
from aggregator.publishers.markdown import MarkdownPublisher

PUBLISHER = MarkdownPublisher(zone=ZoneInfo("Asia/Shanghai"))
COMPAT = Source(name="news", url="https://example.org/feed", profile="compat")
Pages = Callable[..., Page]


def test_a_compat_original_never_replaces_a_file(original: Pages) -> None:
    (document,) = PUBLISHER.page(original(COMPAT))
    assert document.keep
    assert document.data.endswith(document.owner)
    assert document.key in document.data
    assert document.path == "zh-CN/news/news/100.zh-CN.md"


def test_a_compat_original_is_renewed_where_the_source_says_so(original: Pages) -> None:
    (document,) = PUBLISHER.page(original(replace(COMPAT, update_translations=True)))
    assert not document.keep
    assert document.owner == b"](https://example.org/100)\n"


def test_a_compat_translation_has_an_owner_and_another_place(translated: Pages) -> None:
    (document,) = PUBLISHER.page(translated(COMPAT))
    assert not document.keep
    assert document.path == "en/news/news/100.en.md"
    assert document.alternative == "en/news/news/100-0c5f4c0e3f0a.en.md"
    assert document.data.endswith(document.owner)


def test_a_clean_document_names_the_same_article_in_other_sources(original: Pages) -> None:
    (document,) = PUBLISHER.page(original(also_in=("two", "three"), also_at=("https://two.example/1",)))
    assert b'\nalso_in:\n  - "https://two.example/1"\n' in document.data
    assert b"also_in" not in PUBLISHER.page(original(also_in=("two",)))[0].data


def test_a_clean_document_has_an_owner_and_another_place(original: Pages) -> None:
    (document,) = PUBLISHER.page(original())
    assert document.path == "zh-CN/news/news/100.zh-cn.md"
    assert document.alternative == "zh-CN/news/news/100-0c5f4c0e3f0a.zh-cn.md"
    assert document.data.endswith(document.owner)


def test_the_label_may_change_without_making_another_document(original: Pages) -> None:
    (before,), (after,) = PUBLISHER.page(original(label="Old")), PUBLISHER.page(original(label="New"))
    assert before.data != after.data
    assert before.data.endswith(after.owner)


def test_a_document_is_utf_8_even_where_the_text_is_not(original: Pages) -> None:
    (document,) = PUBLISHER.page(original(COMPAT, title="a\ud800b"))
    assert 'title: "标' not in document.data.decode()
    assert 'title: "a?b"' in document.data.decode()


def test_feeds_are_none_of_its_business(feed: Callable[..., Feed]) -> None:
    assert PUBLISHER.feed(feed()) == ()


@pytest.mark.parametrize("profile", ["compat", "clean"])
def test_two_items_with_one_name_both_have_a_document(profile: str, translated: Pages, tmp_path: Path) -> None:
    source = replace(COMPAT, profile=profile, folder="shared")
    first = translated(source)
    second = translated(replace(source, name="other"), id="99999999-2222-5333-8444-555555555555", url="https://example.com/100")
    for _ in range(2):
        places = [write(document, {"content": tmp_path}).path for page in (first, second) for document in PUBLISHER.page(page)]
    assert len(set(places)) == 2
    assert b"https://example.org/100" in (tmp_path / places[0]).read_bytes()
    assert b"https://example.com/100" in (tmp_path / places[1]).read_bytes()

import uuid
from datetime import UTC, datetime

import pytest

from aggregator.core.identity import absolute_url, body_digest, canonical_url, digest, guid_of, item_id, link_number, translation_id
from aggregator.model import RawItem, Source


def source(name="s", **settings):
    return Source(name=name, url="https://example.org/feed", **settings)


def test_ids_are_version_5_uuids():
    assert uuid.UUID(item_id(RawItem(guid="1"), source())).version == 5


def test_the_guid_decides_whatever_else_changes():
    assert item_id(RawItem(guid=" a ", title="x", link="https://e.org/1"), source()) == item_id(RawItem(guid="a", title="y"), source())
    assert item_id(RawItem(guid="a"), source()) != item_id(RawItem(guid="a"), source("other"))


def test_without_a_guid_the_link_decides_and_survives_trackers_and_https():
    one = RawItem(link="http://www.example.org/a?utm_source=rss&id=3#top", title="x")
    assert item_id(one, source()) == item_id(RawItem(link="https://example.org/a?id=3", title="y"), source())
    assert item_id(one, source()) != item_id(RawItem(link="https://example.org/a?id=4"), source())
    assert item_id(RawItem(link="/a?id=3"), source()) == item_id(RawItem(link="https://example.org/a?id=3"), source())


def test_without_both_title_date_and_text_decide():
    entry = RawItem(title="t", published="2025-01-01", text="x")
    assert item_id(entry, source()) == item_id(RawItem(title="t ", published="2025-01-01", text="x"), source())
    others = [RawItem(title="t", published="2025-01-02", text="x"), RawItem(title="t", published="2025-01-01", text="y"), RawItem()]
    assert len({item_id(other, source()) for other in [entry, *others]}) == 4
    assert item_id(RawItem(published=datetime(2025, 1, 1, tzinfo=UTC)), source()) != item_id(RawItem(), source())


def test_a_guid_and_a_link_of_the_same_letters_are_two_items():
    assert item_id(RawItem(guid="https://e.org/1"), source()) != item_id(RawItem(link="https://e.org/1"), source())


def test_one_article_through_three_sources_of_a_site_is_one_item():
    api = source("api", identity="link-number", link_base="https://cn.investing.com")
    listed, rss = source("list", identity="link-number"), source("rss", identity="link-number")
    ids = {
        item_id(RawItem(guid="2669387", link="/news/stock-market-news/article-2669387"), api),
        item_id(RawItem(guid="7", link="https://CN.investing.com/news/economy/article-2669387/?utm_medium=x"), listed),
        item_id(RawItem(link="http://cn.investing.com/news/article-2669387#comments"), rss),
    }
    assert len(ids) == 1
    assert item_id(RawItem(link="https://de.investing.com/news/article-2669387"), rss) not in ids


def test_a_sponsored_link_without_number_is_one_item_too():
    api = source("api", identity="link-number", link_base="https://cn.investing.com")
    rss = source("rss", identity="link-number")
    assert item_id(RawItem(guid="9", link="/brokers/x"), api) == item_id(RawItem(link="https://cn.investing.com/brokers/x"), rss)
    assert guid_of(RawItem(guid="9", link="/brokers/x"), "link-number") == "9"


def test_what_files_are_named_after():
    entry = RawItem(guid="tag:reuters.com,2025:x", link="https://e.org/article-12")
    assert guid_of(entry, "guid") == guid_of(entry, "link") == "tag:reuters.com,2025:x"
    assert guid_of(entry, "link-number") == link_number(entry.link) == "12"
    assert guid_of(RawItem(link="https://e.org/1"), "guid") == ""
    assert link_number("https://e.org/a-12/b") == link_number("http://[bad-1") == ""


@pytest.mark.parametrize("policy", ["guid", "link", "link-number"])
@pytest.mark.parametrize("link", ["http://[::1", "\ud800", "http://\x00", "//", "http://e.org:99999999/", "mailto:x", "%"])
def test_no_link_is_too_broken_for_an_id(policy, link):
    assert uuid.UUID(item_id(RawItem(link=link, title="\udfff"), source(identity=policy)))


def test_a_translation_has_an_id_of_its_own():
    assert len({"1", translation_id("1", "en"), translation_id("1", "de"), translation_id("2", "en")}) == 4
    assert translation_id("1", "en") == translation_id("1", "en")


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTPS://User:pw@Example.ORG:443/a%7Eb?z=1&utm_source=x&a=2&fbclid=3#part", "https://example.org/a~b?a=2&z=1"),
        ("http://example.org:8080/?spm=1", "http://example.org:8080/"),
        ("https://example.org/#!/news/1", "https://example.org/#!/news/1"),
        ("https://example.org/新闻", "https://example.org/%E6%96%B0%E9%97%BB"),
        (" no url ", "no%20url"),
    ],
)
def test_one_spelling_of_a_url(url, canonical):
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


def test_links_become_absolute_by_the_first_base_that_can():
    assert absolute_url("/a", "", "nonsense", "https://e.org/x/") == "https://e.org/a"
    assert absolute_url(" https://e.org/ü ", "https://other/") == "https://e.org/ü"
    assert absolute_url("//cdn/x", "https://e.org/") == "https://cdn/x"
    assert absolute_url("/a") == "/a"


def test_digests_tell_texts_and_their_borders_apart():
    assert len(digest("a")) == 32
    assert len({digest("a", "b"), digest("ab"), digest("ab", ""), digest("", "ab"), digest("b", "a")}) == 5
    assert body_digest(b"") != body_digest(b"\0")

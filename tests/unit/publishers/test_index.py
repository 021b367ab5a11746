from __future__ import annotations

from collections.abc import Callable

import pytest
from lxml import etree
from lxml import html as dom

from aggregator.model import Document, Feed
from aggregator.publishers.index import index


def documents(*feeds: Feed, base_url: str = "", title: str = "T") -> dict[str, Document]:
    return {document.path: document for document in index(feeds, title=title, base_url=base_url, formats=("rss", "atom"))}


@pytest.mark.parametrize(
    "title", ["<script>x</script>", '"><img src=x onerror=y>', "{title} {0}", "\0\u2028\ud800", "</title><base href=x>"]
)
def test_no_title_is_more_than_text(feed: Callable[..., Feed], title: str) -> None:
    page = dom.document_fromstring(documents(feed(title=title), feed(title=title, name="all"), title=title)["index.html"].data)
    assert not page.xpath("//script | //img | //base | //@onerror")
    assert len(page.xpath("//tr")) == 2
    assert len(page.xpath("//td/a")) == 4


def test_the_feed_of_everything_comes_first_and_is_found_by_readers(feed: Callable[..., Feed]) -> None:
    made = documents(feed(name="tag/x"), feed(name="a"), feed(name="all"), feed(name="a", language="de"))
    page = dom.document_fromstring(made["index.html"].data)
    assert page.xpath("//td/a[1]/@href") == ["feeds/de/a.rss", "feeds/en/all.rss", "feeds/en/a.rss", "feeds/en/tag/x.rss"]
    assert page.xpath("//link[@rel='alternate']/@href") == ["feeds/en/all.rss", "feeds/en/all.atom"]
    assert made == documents(feed(name="a", language="de"), feed(name="all"), feed(name="a"), feed(name="tag/x"))


def test_bilingual_feeds_are_on_the_page_and_in_a_list_of_their_own(feed: Callable[..., Feed]) -> None:
    made = documents(feed(), feed(variant="bilingual"), feed(language="zh-CN"))
    page = dom.document_fromstring(made["index.html"].data)
    assert page.xpath("//th/text()") == ["The News", "The News, bilingual", "The News"]
    assert page.xpath("//td/a[1]/@href") == ["feeds/en/news.rss", "feeds/en/news.bilingual.rss", "feeds/zh-CN/news.rss"]
    lists = ["opml/en.xml", "opml/en.bilingual.xml", "opml/zh-CN.xml"]
    assert page.xpath("//h2/following-sibling::p/a/@href") == lists
    named = {path: etree.fromstring(made[path].data).xpath("//@xmlUrl") for path in ("opml.xml", *lists)}
    assert named == {
        "opml.xml": ["feeds/en/news.rss", "feeds/zh-CN/news.rss"],
        "opml/en.xml": ["../feeds/en/news.rss"],
        "opml/en.bilingual.xml": ["../feeds/en/news.bilingual.rss"],
        "opml/zh-CN.xml": ["../feeds/zh-CN/news.rss"],
    }


def test_a_list_is_relative_where_the_address_is_not_known(feed: Callable[..., Feed]) -> None:
    assert b'xmlUrl="feeds/en/news.rss"' in documents(feed())["opml.xml"].data
    assert b'xmlUrl="https://e.example/feeds/en/news.rss"' in documents(feed(), base_url="https://e.example")["opml.xml"].data

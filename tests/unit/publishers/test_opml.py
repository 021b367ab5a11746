from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from aggregator.model import Feed, Source
from aggregator.publishers.opml import opml, subscriptions

Feeds = Callable[..., Feed]


def outlines(data: bytes) -> list[dict[str, str]]:
    return [dict(outline.attrib) for outline in etree.fromstring(data).iterfind("body/outline/outline")]


def test_every_feed_stands_once_in_the_folder_of_its_language(feed: Feeds) -> None:
    data = opml([feed(language="zh-CN"), feed()], title="All <feeds>", base_url="https://me.example/")
    root = etree.fromstring(data)
    assert root.get("version") == "2.0"
    assert root.findtext("head/title") == "All <feeds>"
    assert [folder.get("text") for folder in root.iterfind("body/outline")] == ["en", "zh-CN"]
    assert outlines(data)[0] == {
        "type": "rss",
        "text": "The News (en)",
        "title": "The News (en)",
        "xmlUrl": "https://me.example/feeds/en/news.rss",
        "htmlUrl": "https://example.org/",
        "language": "en",
    }


def test_titles_are_unique_without_regard_to_case(feed: Feeds) -> None:
    feeds = [
        feed(name="a"),
        feed(name="b"),
        feed(name="c", title="THE NEWS"),
        feed(name="a", variant="bilingual"),
        feed(name="b"),
        feed(name="d", title=""),
    ]
    titles = [outline["title"] for outline in outlines(opml(feeds, title="x", base_url=""))]
    assert titles == ["The News (en)", "The News (en, bilingual)", "The News (en) b", "The News (en) b 2", "THE NEWS (en) c", "d (en)"]


def test_another_format_and_no_base_url(feed: Feeds) -> None:
    (outline,) = outlines(opml([feed(link="javascript:x")], title="x", base_url="", form="atom"))
    assert outline["xmlUrl"] == "/feeds/en/news.atom"
    assert "htmlUrl" not in outline


def test_hostile_titles_and_order_change_nothing(feed: Feeds) -> None:
    feeds = [feed(name="a", title="x\x00\ud800<y>"), feed(name="b", title="\n")]
    data = opml(feeds, title="\x01", base_url="")
    assert data == opml(reversed(feeds), title="\x01", base_url="")
    assert [outline["title"] for outline in outlines(data)] == ["x<y> (en)", "b (en)"]


def test_no_feeds_is_still_a_list() -> None:
    assert etree.fromstring(opml([], title="x", base_url="")).find("body") is not None


def test_subscriptions_have_titles_of_their_own_and_are_feeds_only() -> None:
    facts = [("b", "Same", "feed"), ("a", "same", "feed"), ("c", "", "feed"), ("d", "D", "json"), ("e", "E", "html")]
    sources = [
        Source(name=name, url=f"https://x.example/?f={name}&x", title=title, kind=kind, tags=("t", "新")) for name, title, kind in facts
    ]
    listed = [outline.attrib for outline in etree.fromstring(subscriptions(sources, title="T")).iter("outline")]
    assert [(each["title"], each["text"], each["xmlUrl"]) for each in listed] == [
        ("same", "same", "https://x.example/?f=a&x"),
        ("Same b", "Same b", "https://x.example/?f=b&x"),
        ("c", "c", "https://x.example/?f=c&x"),
    ]
    assert {each["category"] for each in listed} == {"t,新"}

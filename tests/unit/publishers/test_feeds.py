from __future__ import annotations

import io
import json
import posixpath
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import feedparser
import pytest
from lxml import etree

from aggregator.model import Feed, Media, Page, Source
from aggregator.publishers.feeds import FeedPublisher
from tests.validation import rules

Pages = Callable[..., Page]
Feeds = Callable[..., Feed]

PUBLISHER = FeedPublisher(base_url="https://me.example/reader/")
CORPUS = Path(__file__).parents[3].parent / "shared" / "corpus" / "feeds"
ATOM = "{http://www.w3.org/2005/Atom}"
MEDIA = "{http://search.yahoo.com/mrss/}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
NOTE = '<p lang="en"><em>Not translated: 1 part of this text, left in zh-CN.</em></p>'


def written(feed: Feed, publisher: FeedPublisher = PUBLISHER) -> dict[str, bytes]:
    return {document.path.rpartition(".")[2]: document.data for document in publisher.feed(feed)}


def read(data: bytes) -> Any:
    return feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)


def test_the_same_article_in_other_sources_is_linked(feed: Feeds, original: Pages, translated: Pages) -> None:
    there = {"also_in": ("two", "three"), "also_at": ("https://two.example/1", "")}
    documents = written(feed(original(**there), translated(**there)))
    for form in ("rss", "atom"):
        links = etree.fromstring(documents[form]).findall(f".//{ATOM}link[@rel='related']")
        assert [(link.get("href"), link.get("title")) for link in links] == [("https://two.example/1", "two")] * 2
    assert [item["_also_in"] for item in json.loads(documents["json"])["items"]] == [
        [{"source": "two", "url": "https://two.example/1"}]
    ] * 2


def test_paths_of_a_feed(feed: Feeds) -> None:
    assert [document.path for document in PUBLISHER.feed(feed())] == ["en/news.rss", "en/news.atom", "en/news.json", "style.css"]
    assert {document.root for document in PUBLISHER.feed(feed())} == {"feeds"}
    (only, _) = FeedPublisher(formats=("atom",)).feed(feed(variant="bilingual"))
    assert only.path == "en/news.bilingual.atom"
    assert PUBLISHER.feed(feed(archive=7))[0].path == "en/archive/news/7.rss"


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("investing_cn", "en/investing_cn.json"),
        ("Heise.de", "en/Heise.de.json"),
        ("tag/markets", "en/tag/markets.json"),
        ("tag/AI", "en/tag/ai-0a40e3c91a.json"),
        ("tag/ai", "en/tag/ai.json"),
        ("tag/ai-0a40e3c91a", "en/tag/ai-0a40e3c91a-"),
        ("tag/人工智能", "en/tag/"),
        ("tag/../../x", "en/tag/x-"),
        ("tag/", "en/tag/"),
        ("../x", "en/x-"),
        ("x.bilingual", "en/x-bilingual-"),
    ],
)
def test_names_become_paths_without_leaving_the_folder_or_colliding(feed: Feeds, name: str, path: str) -> None:
    (document,) = FeedPublisher(formats=("json",)).feed(feed(name=name))
    assert document.path.startswith(path)
    assert ".." not in document.path
    assert document.path.count("/") == path.count("/")


def test_a_hostile_language_is_undetermined(feed: Feeds) -> None:
    assert PUBLISHER.feed(feed(language="../../etc"))[0].path == "und/news.rss"


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_an_xml_feed_reads_back(feed: Feeds, form: str) -> None:
    parsed = read(written(feed())[form])
    assert not parsed.bozo
    assert parsed.feed.title == "The News (en)"
    assert parsed.feed.language == "en"
    assert parsed.feed.link == "https://example.org/"
    assert [entry.title for entry in parsed.entries] == ["Title <b> & more", "标题 <b> & more"]
    assert [entry.link for entry in parsed.entries] == ["https://example.org/100"] * 2
    assert [entry.author for entry in parsed.entries] == ["Zhang"] * 2
    assert parsed.entries[0].content[0].value == f"{NOTE}\n<p>one</p>\n<p>two</p>"
    assert parsed.entries[0].content[0].language == "en"
    assert parsed.entries[1].id == "urn:uuid:11111111-2222-5333-8444-555555555555"
    assert parsed.entries[0].published_parsed[:4] == (2025, 1, 1, 8)


def test_a_summary_is_text_in_atom_and_escaped_in_rss_where_readers_take_it_for_html(feed: Feeds) -> None:
    assert read(written(feed())["atom"]).entries[0].summary == "Summary < 50 & more"
    assert read(written(feed())["rss"]).entries[0].summary == "Summary &lt; 50 &amp; more"


def test_json_feed(feed: Feeds) -> None:
    document = json.loads(written(feed())["json"])
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert document["feed_url"] == "https://me.example/reader/feeds/en/news.json"
    assert document["home_page_url"] == "https://example.org/"
    assert document["language"] == "en"
    translated, original = document["items"]
    assert translated["title"] == "Title <b> & more"
    assert translated["content_html"] == f"{NOTE}\n<p>one</p>\n<p>two</p>"
    assert translated["date_published"] == "2025-01-01T08:00:00+00:00"
    assert translated["_translation"] == {
        "engine": "opencc",
        "date": "2025-01-02T00:00:00+00:00",
        "from": "zh-CN",
        "verified": False,
        "untranslated": 1,
    }
    assert "_translation" not in original
    assert original["id"] == "urn:uuid:11111111-2222-5333-8444-555555555555"


def test_an_item_has_another_id_in_each_language_and_the_same_one_in_each_format(feed: Feeds, original: Pages, translated: Pages) -> None:
    documents = written(feed(translated(), original()))
    ids = [entry.id for entry in read(documents["rss"]).entries]
    assert ids == [entry.id for entry in read(documents["atom"]).entries] == [item["id"] for item in json.loads(documents["json"])["items"]]
    assert ids[0] != ids[1]
    assert all(entry_id.startswith("urn:uuid:") for entry_id in ids)


def test_one_page_twice_is_one_entry(feed: Feeds, original: Pages) -> None:
    documents = written(feed(original(), original()))
    assert len(read(documents["rss"]).entries) == len(json.loads(documents["json"])["items"]) == 1


def test_links_of_an_atom_feed_stand_in_order(feed: Feeds) -> None:
    root = etree.fromstring(written(feed())["atom"])
    links = [(link.get("rel"), link.get("hreflang"), link.get("href")) for link in root.findall(f"{ATOM}link")]
    assert links == [
        ("self", None, "https://me.example/reader/feeds/en/news.atom"),
        ("alternate", "zh-CN", "https://me.example/reader/feeds/zh-CN/news.atom"),
        ("alternate", None, "https://example.org/"),
    ]
    entry = root.find(f"{ATOM}entry")
    assert [(link.get("rel"), link.get("hreflang")) for link in entry.findall(f"{ATOM}link")] == [("via", "zh-CN"), ("alternate", "zh-CN")]
    assert [element.get(LANG) for element in (root, entry)] == ["en", "en"]


def test_rss_links_to_itself_and_to_its_other_languages(feed: Feeds) -> None:
    channel = etree.fromstring(written(feed())["rss"])[0]
    assert [(link.get("rel"), link.get("href")) for link in channel.findall(f"{ATOM}link")] == [
        ("self", "https://me.example/reader/feeds/en/news.rss"),
        ("alternate", "https://me.example/reader/feeds/zh-CN/news.rss"),
    ]
    assert channel.find("item/guid").get("isPermaLink") == "false"
    assert channel.find(f"item/{ATOM}link").get("rel") == "via"


def test_without_a_base_url_a_feed_does_not_say_where_it_stands(feed: Feeds) -> None:
    documents = written(feed(link=""), FeedPublisher())
    assert links(etree.fromstring(documents["atom"])) == {"alternate": "../zh-CN/news.atom"}
    assert etree.fromstring(documents["rss"])[0].find("link").text.startswith("urn:uuid:")
    assert not {"feed_url", "home_page_url"} & set(json.loads(documents["json"]))
    assert not any(read(documents[form]).bozo for form in ("rss", "atom"))


def test_a_source_s_secrets_are_in_no_feed(feed: Feeds) -> None:
    for data in written(feed()).values():
        assert not any(secret in data for secret in (b"canary", b"password", b"user:"))
    assert etree.fromstring(written(feed())["rss"])[0].find("item/source").get("url") == "https://example.org/feed"
    source = etree.fromstring(written(feed())["atom"]).find(f"{ATOM}entry/{ATOM}source")
    assert source.find(f"{ATOM}title").text == "News"


def test_a_translation_names_its_engine(feed: Feeds) -> None:
    for form in ("rss", "atom"):
        first, second = read(written(feed())[form]).entries
        assert first.translation_provenance["engine"] == "opencc"
        assert first.translation_provenance["verified"] == "false"
        assert first.translation_provenance["untranslated"] == "1"
        assert "translation_provenance" not in second


def test_times_are_the_item_s_and_never_the_translation_s(feed: Feeds, translated: Pages) -> None:
    parsed = read(written(feed(translated()))["atom"])
    assert parsed.feed.updated.startswith("2025-01-01T08:00:00")
    assert parsed.entries[0].updated.startswith("2025-01-01T08:00:00")
    edited = translated(updated=datetime(2025, 1, 3, tzinfo=UTC))
    assert read(written(feed(edited))["rss"]).feed.updated == "Fri, 03 Jan 2025 00:00:00 +0000"


def test_an_entry_whose_translation_was_changed_is_updated_and_its_source_is_not(feed: Feeds, translated: Pages) -> None:
    page = translated()
    made = replace(page.translation, changed_at=datetime(2025, 1, 4, tzinfo=UTC))
    data = written(feed(replace(page, translation=made)))
    entry = etree.fromstring(data["atom"]).find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}updated").startswith("2025-01-04T00:00:00")
    assert entry.findtext(f"{ATOM}published") == entry.findtext(f"{ATOM}source/{ATOM}updated") == "2025-01-01T08:00:00+00:00"
    assert json.loads(data["json"])["items"][0]["date_modified"] == "2025-01-04T00:00:00+00:00"
    assert read(data["rss"]).entries[0].published == "Wed, 01 Jan 2025 08:00:00 +0000"


def test_entries_updated_at_once_have_distinct_times_that_do_not_depend_on_their_neighbours(feed: Feeds, original: Pages) -> None:
    pages = [original(id=str(uuid5(NAMESPACE_URL, str(number)))) for number in range(50)]
    alone = {read(written(feed(page))["atom"]).entries[0].updated for page in pages}
    together = {entry.updated for entry in read(written(feed(*pages))["atom"]).entries}
    assert len(together) == 50
    assert together == alone


def test_an_empty_feed_is_a_feed(feed: Feeds) -> None:
    documents = written(feed(pages=()))
    for form in ("rss", "atom"):
        assert not read(documents[form]).bozo
        assert read(documents[form]).feed.updated_parsed[0] == 1970
    assert json.loads(documents["json"])["items"] == []


def test_bilingual_halves_alternate_and_name_their_language(feed: Feeds) -> None:
    translated, original = json.loads(written(feed(variant="bilingual"))["json"])["items"]
    assert translated["content_html"].replace("\n", "") == (
        f'{NOTE}<div lang="en"><p>one</p></div><div lang="zh-CN"><p>一</p></div>'
        '<div lang="en"><p>two</p></div><div lang="zh-CN"><p>二</p></div>'
    )
    assert original["content_html"] == "<p>正文</p>"


def test_bilingual_halves_of_different_shape_follow_each_other(feed: Feeds, translated: Pages) -> None:
    page = replace(translated(), original_body="一\n\n二\n\n三")
    (item,) = json.loads(written(feed(page, variant="bilingual"))["json"])["items"]
    assert item["content_html"].count("<div") == 2
    assert item["content_html"].index("two") < item["content_html"].index("一")


def test_what_an_item_lacks_is_made_up_for(feed: Feeds, original: Pages) -> None:
    page = replace(original(url="", authors=("", "\x00"), label="", tags=("", " ")), title="", summary="", html="")
    documents = written(feed(page))
    for form in ("rss", "atom"):
        (entry,) = read(documents[form]).entries
        assert entry.title == entry.id == "urn:uuid:0c5f4c0e-3f0a-5d0b-9a53-6f8f7a2b6d31"
        assert entry.author == "The News"
        assert "tags" not in entry
    (item,) = json.loads(documents["json"])["items"]
    assert "url" not in item
    assert item["content_html"]


def test_entities_of_the_reference_format_become_text(feed: Feeds, original: Pages) -> None:
    page = replace(original(Source(name="news", url="", profile="compat")), title="A &amp; B&#39;s", summary="x &lt; y")
    (entry,) = read(written(feed(page))["atom"]).entries
    assert (entry.title, entry.summary) == ("A & B's", "x < y")


def test_building_again_gives_the_same_bytes_whatever_the_hour(feed: Feeds) -> None:
    first = [document.data for document in PUBLISHER.feed(feed())]
    second = [document.data for document in FeedPublisher(base_url="https://me.example/reader").feed(feed())]
    assert first == second
    year = str(time.gmtime().tm_year).encode()
    assert not any(year in data for data in first if year != b"2025")


def test_a_translation_tells_what_is_wrong_with_it(feed: Feeds, translated: Pages) -> None:
    made = replace(translated().translation, flags=("ending", "numbers"), of_digest="before")
    page = replace(translated(), translation=made, item=replace(translated().item, digest="after"))
    documents = written(feed(page))
    (item,) = json.loads(documents["json"])["items"]
    assert (item["_translation"]["flags"], item["_translation"]["outdated"]) == (["ending", "numbers"], True)
    assert "<em>The original was changed after this translation was made.</em>" in item["content_html"]
    for form in ("rss", "atom"):
        told = read(documents[form]).entries[0].translation_provenance
        assert (told["flags"], told["outdated"], told["engine"]) == ("ending numbers", "true", "opencc")
    assert "outdated" not in written(feed(translated()))["rss"].decode()


HISTORY = "{http://purl.org/syndication/history/1.0}"
HUB = FeedPublisher(base_url="https://me.example/reader/", hub="https://hub.example/?a=b&c")


def links(element: Any) -> dict[str, str]:
    """The addresses of Atom links, by relation; of the site and other languages the last."""
    return {link.get("rel"): link.get("href") for link in element.findall(f"{ATOM}link")}


def test_a_feed_leads_to_its_newest_archive_and_an_archive_to_the_one_before_and_to_the_feed(feed: Feeds) -> None:
    current, archive = written(feed(archives=7)), written(feed(archive=7, archives=6))
    for form, root in (("rss", "{}[0]"), ("atom", "{}")):
        shown, old = (etree.fromstring(documents[form]) for documents in (current, archive))
        shown, old = (shown[0], old[0]) if root == "{}[0]" else (shown, old)
        assert links(shown)["prev-archive"] == f"https://me.example/reader/feeds/en/archive/news/7.{form}"
        assert "current" not in links(shown)
        assert shown.find(f"{HISTORY}archive") is None
        assert links(old)["self"] == f"https://me.example/reader/feeds/en/archive/news/7.{form}"
        assert links(old)["prev-archive"] == f"https://me.example/reader/feeds/en/archive/news/6.{form}"
        assert links(old)["current"] == f"https://me.example/reader/feeds/en/news.{form}"
        assert old.find(f"{HISTORY}archive") is not None
        assert not any(link.get("hreflang") and link.get("type") for link in old.findall(f"{ATOM}link"))
    assert json.loads(current["json"])["next_url"] == "https://me.example/reader/feeds/en/archive/news/7.json"
    assert json.loads(archive["json"])["next_url"] == "https://me.example/reader/feeds/en/archive/news/6.json"


def test_the_first_archive_has_none_before_it(feed: Feeds) -> None:
    documents = written(feed(archive=1, archives=0))
    assert "prev-archive" not in links(etree.fromstring(documents["atom"]))
    assert "next_url" not in json.loads(documents["json"])


def test_a_hub_is_named_in_every_format_but_not_in_archives(feed: Feeds) -> None:
    documents = written(feed(), HUB)
    assert (
        links(etree.fromstring(documents["rss"])[0])["hub"]
        == links(etree.fromstring(documents["atom"]))["hub"]
        == "https://hub.example/?a=b&c"
    )
    assert json.loads(documents["json"])["hubs"] == [{"type": "WebSub", "url": "https://hub.example/?a=b&c"}]
    assert not any(b"hub.example" in data for form, data in written(feed(archive=2, archives=1), HUB).items() if form != "css")


def test_a_json_feed_names_its_other_languages(feed: Feeds) -> None:
    assert json.loads(written(feed())["json"])["_languages"] == {"zh-CN": "https://me.example/reader/feeds/zh-CN/news.json"}


@pytest.mark.parametrize(("name", "archive"), [("news", 0), ("tag/x", 0), ("news", 3), ("tag/x", 3)])
def test_xml_feeds_name_the_stylesheet_beside_them(feed: Feeds, name: str, archive: int) -> None:
    *documents, style = PUBLISHER.feed(feed(name=name, archive=archive))
    assert style.path == "style.css"
    for document in documents[:2]:
        (instruction,) = etree.fromstring(document.data).xpath("/processing-instruction()")
        assert instruction.target == "xml-stylesheet"
        assert instruction.get("type") == "text/css"
        assert posixpath.normpath(f"{posixpath.dirname(document.path)}/{instruction.get('href')}") == style.path


def test_an_episode_has_what_podcast_players_look_for(feed: Feeds, original: Pages) -> None:
    episode = original(media=(Media(url="https://a.example/1.mp3", type="audio/mpeg", duration=61),), image="https://a.example/1.png")
    item = etree.fromstring(written(feed(episode))["rss"])[0].find("item")
    itunes = {etree.QName(child).localname: child for child in item if etree.QName(child).namespace == rules.ITUNES}
    assert (itunes["duration"].text, itunes["author"].text, itunes["image"].get("href")) == ("61", "Zhang", "https://a.example/1.png")

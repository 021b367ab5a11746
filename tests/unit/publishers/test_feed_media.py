from __future__ import annotations

import json
from collections.abc import Callable

from lxml import etree

from aggregator.model import Feed, Media, Page
from aggregator.publishers.feeds import FeedPublisher

Pages = Callable[..., Page]
Feeds = Callable[..., Feed]

ATOM = "{http://www.w3.org/2005/Atom}"
MEDIA = "{http://search.yahoo.com/mrss/}"


def written(feed: Feed) -> dict[str, bytes]:
    return {document.path.rpartition(".")[2]: document.data for document in FeedPublisher().feed(feed)}


MIXED = (
    Media(url="https://example.org/a b.mp3", type="audio/mpeg", length=1000, duration=61, title="Episode"),
    Media(url="https://example.org/b.mp3", type="nonsense"),
    Media(url="https://example.org/c", type="image/webp; q=1", role="image", width=640, height=480),
    Media(url="javascript:alert(1)", type="audio/mpeg"),
    Media(url="https://example.org/b.mp3", length=-1),
)


def test_media_of_an_atom_entry(feed: Feeds, original: Pages) -> None:
    entry = etree.fromstring(written(feed(original(media=MIXED, image="https://example.org/i.png")))["atom"]).find(f"{ATOM}entry")
    enclosures = [dict(link.attrib) for link in entry.findall(f"{ATOM}link") if link.get("rel") == "enclosure"]
    assert enclosures == [
        {"rel": "enclosure", "href": "https://example.org/a%20b.mp3", "type": "audio/mpeg", "title": "Episode", "length": "1000"},
        {"rel": "enclosure", "href": "https://example.org/b.mp3", "type": "audio/mpeg"},
    ]
    assert dict(entry.find(f"{MEDIA}content").attrib) == {
        "url": "https://example.org/c",
        "type": "image/webp",
        "width": "640",
        "height": "480",
    }
    assert entry.find(f"{MEDIA}thumbnail").get("url") == "https://example.org/i.png"


def test_media_of_an_rss_item_the_first_as_its_one_enclosure(feed: Feeds, original: Pages) -> None:
    item = etree.fromstring(written(feed(original(media=MIXED)))["rss"])[0].find("item")
    assert [dict(enclosure.attrib) for enclosure in item.findall("enclosure")] == [
        {"url": "https://example.org/a%20b.mp3", "length": "1000", "type": "audio/mpeg"}
    ]
    assert [content.get("url") for content in item.findall(f"{MEDIA}content")] == ["https://example.org/b.mp3", "https://example.org/c"]
    assert item.find("{http://www.itunes.com/dtds/podcast-1.0.dtd}duration").text == "61"


def test_media_of_a_json_item(feed: Feeds, original: Pages) -> None:
    (item,) = json.loads(written(feed(original(media=MIXED[:2])))["json"])["items"]
    assert item["attachments"] == [
        {
            "url": "https://example.org/a%20b.mp3",
            "mime_type": "audio/mpeg",
            "title": "Episode",
            "size_in_bytes": 1000,
            "duration_in_seconds": 61,
        },
        {"url": "https://example.org/b.mp3", "mime_type": "audio/mpeg"},
    ]


def test_a_media_type_without_any_clue_is_bytes(feed: Feeds, original: Pages) -> None:
    (item,) = json.loads(written(feed(original(media=(Media(url="https://example.org/x"),))))["json"])["items"]
    assert item["attachments"][0]["mime_type"] == "application/octet-stream"

"""A podcast is still one when it comes out: what players look for in its episodes passes from a source's feed to ours."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import feedparser
from lxml import etree

from aggregator.core.normalize import normalize
from aggregator.model import Fetched
from aggregator.pipeline import LEASE
from aggregator.sources.feed import FeedKind
from tests.system.press import SOURCE, press
from tests.system.test_titles import UNTITLED, publish, sourced
from tests.validation import problems
from tests.validation.rules import ATOM, ITUNES

LANGUAGE = "en"
PICTURE = "https://talk.example/cover.jpg?size=3000"
PODCAST = b"""<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><title>Talk</title>
<itunes:image href="https://talk.example/cover.jpg?size=3000"/><itunes:category text="News"/><itunes:author>The Talkers</itunes:author>
<item><guid>a</guid><title>Rates</title><link>https://talk.example/a</link><description>On rates.</description>
<pubDate>Fri, 01 May 2026 06:00:00 GMT</pubDate><itunes:author>Ann</itunes:author>
<enclosure url="https://talk.example/a.mp3" length="123456" type="audio/mpeg"/><itunes:duration>1:01:01</itunes:duration>
<itunes:season>2</itunes:season><itunes:episodeType>Full</itunes:episodeType><itunes:episode>14</itunes:episode><itunes:explicit>no</itunes:explicit>
<itunes:image href="https://talk.example/a.jpg"/></item>
<item><guid>b</guid><title>Trailer</title><link>https://talk.example/b</link><description>Soon.</description>
<pubDate>Fri, 01 May 2026 05:00:00 GMT</pubDate>
<enclosure url="https://talk.example/b.mp3" length="0" type="audio/mpeg"/>
<itunes:episodeType>serial</itunes:episodeType><itunes:explicit>yes</itunes:explicit></item>
</channel></rss>"""


def test_what_a_podcast_says_of_its_episodes_comes_out_as_it_went_in(tmp_path: Path) -> None:
    with press(tmp_path) as here:
        read = FeedKind().parse(SOURCE, Fetched(url=SOURCE.url, body=PODCAST))
        items = [normalize(entry, SOURCE, feed=read, now=here.now) for entry in read.entries]
        here.bring(*items)
        here.translate(items[0], "fr")
        here.publish()
        documents = {name: data for name, (data, _) in here.files().items() if name.endswith("/paper.rss")}
    assert len(documents) == 2
    for name, data in documents.items():
        assert problems(name, data) == []
        episode, *others = etree.fromstring(data).iter("item")
        assert told(episode) == {
            "duration": "3661",
            "season": "2",
            "episode": "14",
            "episodeType": "full",
            "explicit": "false",
            "author": "Ann",
        }
        assert [told(other) for other in others] in ([], [{"explicit": "true", "author": "The Paper"}])
        read_back = feedparser.parse(data).entries[0]
        assert (read_back.itunes_season, read_back.itunes_episode, read_back.itunes_duration) == ("2", "14", "3661")
        assert read_back.image.href == "https://talk.example/a.jpg"
        assert [(link.href, link.length, link.type) for link in read_back.enclosures] == [
            ("https://talk.example/a.mp3", "123456", "audio/mpeg")
        ]


def test_a_podcast_s_picture_is_that_of_its_feed_in_every_language(tmp_path: Path) -> None:
    with press(tmp_path) as here:
        pipeline = sourced(here, replace(UNTITLED, language=LANGUAGE))
        (state,) = here.store.claim_sources(now=here.now, limit=1, lease=LEASE, names=[UNTITLED.name])
        asyncio.run(pipeline.take(state, Fetched(url=SOURCE.url, body=PODCAST)))
        here.translate(*here.store.items(here.store.newest(feed="all", language=LANGUAGE, limit=1)).values(), "fr")
        publish(here, pipeline)
        documents = {name.removeprefix("feeds/"): data for name, (data, _) in here.files().items() if name.startswith("feeds/")}
    for language in (LANGUAGE, "fr"):
        channel = etree.fromstring(documents[f"{language}/paper.rss"])[0]
        assert [channel.findtext(f"image/{name}") for name in ("url", "title", "link")] == [
            PICTURE, f"Talk ({language})", channel.findtext("link"),
        ]  # fmt: skip
        assert channel.find(f"{{{ITUNES}}}image").get("href") == PICTURE
        assert etree.fromstring(documents[f"{language}/paper.atom"]).findtext(f"{{{ATOM}}}logo") == PICTURE
        assert json.loads(documents[f"{language}/paper.json"])["icon"] == PICTURE
        assert not [found for form in ("rss", "atom", "json") for found in problems(form, documents[f"{language}/paper.{form}"])]
        assert b"cover.jpg" not in documents[f"{language}/all.rss"]


def told(item: etree._Element) -> dict[str, str]:
    """The texts of an item's elements of iTunes."""
    names = ((etree.QName(child), child.text) for child in item)
    return {name.localname: text for name, text in names if name.namespace == ITUNES and text}

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.normalize import normalize
from aggregator.errors import ParseError
from aggregator.model import Fetched, Media, ParsedFeed, Source
from aggregator.sources.feed import FeedKind

SOURCE = Source(name="s", url="https://news.example/feed")
NOW = datetime(2026, 12, 1, tzinfo=UTC)
CORPUS = sorted((Path(__file__).resolve().parents[4] / "shared" / "corpus" / "feeds").glob("*"))
NAMESPACES = """xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:georss="http://www.georss.org/georss" xmlns:gml="http://www.opengis.net/gml"
"""


def parse(body, *, source=SOURCE, **headers):
    body = body.encode() if isinstance(body, str) else body
    return FeedKind().parse(source, Fetched(url="https://news.example/feed", body=body, headers=headers))


def rss(items, head=""):
    return f'<?xml version="1.0"?><rss version="2.0" {NAMESPACES}><channel><link>https://www.site.example/news/</link>{head}{items}</channel></rss>'


def atom(entries, attributes="", head=""):
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><title>T</title>{head}{entries}</feed>'


def only(body, **options):
    (entry,) = parse(body, **options).entries
    return entry


# identity and addresses


def test_an_entry_without_anything_is_still_an_entry():
    entry = only(rss("<item></item>"))
    assert (entry.guid, entry.link, entry.title, entry.html, entry.published) == ("", "", "", "", None)


@pytest.mark.parametrize("guid", ["tag:a.example,2025:1", "/a/1", "http://a.example/a/../b?", "?p=4101", "../../etc/passwd", "a b"])
def test_a_guid_stays_as_it_was_given(guid):
    assert only(rss(f"<item><guid>{guid}</guid></item>")).guid == guid
    assert only(atom(f"<entry><id>{guid}</id></entry>")).guid == guid


def test_a_guid_that_is_a_permalink_serves_as_link():
    assert only(rss("<item><guid>/a/1</guid></item>")).link == "https://www.site.example/a/1"
    assert only(rss('<item><guid isPermaLink="false">/a/1</guid></item>')).link == ""
    assert only(rss("<item><guid>/a/1</guid><link>/b</link></item>")).link == "https://www.site.example/b"


def test_relative_addresses_belong_to_the_site_in_rss_and_to_the_document_in_atom():
    enclosure = '<enclosure url="b.mp3" type="audio/mpeg" length="5"/>'
    entry = only(rss(f'<item><link>a/1</link><description>&lt;img src="x.png"></description>{enclosure}</item>'))
    assert (entry.link, entry.base) == ("https://www.site.example/news/a/1", "https://www.site.example/news/")
    assert entry.media == (Media(url="https://www.site.example/news/b.mp3", type="audio/mpeg", length=5),)
    entry = only(atom('<entry><link href="a/1"/><content type="html">x</content></entry>'))
    assert (entry.link, entry.base) == ("https://news.example/a/1", "https://news.example/feed")


def test_a_text_that_stands_elsewhere_gives_an_entry_without_a_link_its_address():
    elsewhere = '<content type="text/html" src="/a/1"/>'
    assert only(atom(f"<entry><title>x</title>{elsewhere}</entry>")).link == "https://news.example/a/1"
    assert only(atom(f'<entry><link href="/b"/>{elsewhere}</entry>')).link == "https://news.example/b"


def test_an_xml_base_holds_where_it_is_in_force_and_does_not_leak_into_the_next_entry():
    based = '<entry xml:base="https://b.example/x/"><link href="1"/><content type="html">a</content></entry>'
    first, second = parse(atom(f'{based}<entry><link href="2"/><content>b</content></entry>')).entries
    assert (first.link, first.base) == ("https://b.example/x/1", "https://b.example/x/")
    assert (second.link, second.base) == ("https://news.example/2", "https://news.example/feed")


def test_an_impossible_address_costs_nothing_but_itself():
    entry = only(rss('<item><link>http://[x</link><title>a</title><enclosure url="http://[y" type="image/png"/></item>'))
    assert (entry.title, entry.link) == ("a", "http://[x")


# texts


def test_content_is_the_body_and_the_description_the_summary():
    entry = only(rss("<item><description>short</description><content:encoded>&lt;p>the whole text&lt;/p></content:encoded></item>"))
    assert (entry.html, entry.summary) == ("<p>the whole text</p>", "short")
    entry = only(rss("<item><content:encoded>&lt;p>the whole text&lt;/p></content:encoded><description>short</description></item>"))
    assert (entry.html, entry.summary) == ("<p>the whole text</p>", "short")


def test_a_description_alone_is_the_body():
    entry = only(rss("<item><description>&lt;b>all&lt;/b></description></item>"))
    assert (entry.html, entry.text, entry.summary) == ("<b>all</b>", "", "")


def test_a_content_that_is_only_a_teaser_gives_way_to_the_longer_description():
    entry = only(
        rss("<item><description>A long description of what happened.</description><content:encoded>A long…</content:encoded></item>")
    )
    assert (entry.html, entry.summary) == ("A long description of what happened.", "A long…")


@pytest.mark.parametrize("order", [1, -1])
def test_captions_and_podcast_texts_do_not_take_the_place_of_the_description(order):
    elements = [
        "<description>The real text</description>",
        '<media:content url="https://i.example/a.jpg" medium="image"><media:description>A caption</media:description></media:content>',
        "<itunes:summary>For players</itunes:summary>",
        "<itunes:subtitle>Smaller</itunes:subtitle>",
        "<media:title>File name</media:title>",
        "<title>Headline</title>",
    ][::order]
    entry = only(rss(f"<item>{''.join(elements)}</item>"))
    assert (entry.html, entry.summary, entry.title) == ("The real text", "", "Headline")


def test_they_serve_where_there_is_nothing_else():
    assert only(rss("<item><itunes:summary>For players</itunes:summary></item>")).text == "For players"
    group = (
        '<media:group xmlns:media="http://search.yahoo.com/mrss/"><media:description>What the film shows</media:description></media:group>'
    )
    assert only(atom(f"<entry><title>Film</title>{group}</entry>")).text == "What the film shows"


def test_plain_text_is_told_from_markup():
    entry = only(atom('<entry><content type="text">1 &lt; 2 &amp; 3</content><summary type="text">a &lt; b</summary></entry>'))
    assert (entry.text, entry.html, entry.summary) == ("1 < 2 & 3", "", "a &lt; b")


def test_xhtml_is_taken_without_its_wrapper():
    entry = only(atom('<entry><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>a &amp; b</p></div></content></entry>'))
    assert entry.html.strip() == "<p>a &amp; b</p>"


def test_markup_of_an_atom_entry_is_preferred_to_its_plain_text():
    entry = only(
        atom('<entry><content type="text">a rather long plain text</content><content type="html">&lt;p>rich&lt;/p></content></entry>')
    )
    assert entry.html == "<p>rich</p>"


def test_an_embedded_picture_is_no_text():
    entry = only(atom('<entry><title>x</title><content type="image/png">iVBORw0KGgo=</content></entry>'))
    assert (entry.html, entry.text) == ("", "")


@pytest.mark.parametrize(
    ("written", "title", "is_text"),
    [
        ("Tom &amp; Jerry", "Tom & Jerry", True),
        ("Tom &amp;amp; Jerry", "Tom &amp; Jerry", False),
        ("List&lt;String&gt; in Java", "List<String> in Java", True),
        ("a &lt;em&gt;new&lt;/em&gt; day", "a <em>new</em> day", False),
        ("one&lt;br&gt;two", "one<br>two", False),
        ("5 &lt; 6", "5 < 6", True),
        ("<![CDATA[<b>bold</b>]]>", "<b>bold</b>", False),
    ],
)
def test_a_title_in_rss_is_markup_only_where_it_shows(written, title, is_text):
    entry = only(rss(f"<item><title>{written}</title></item>"))
    assert (entry.title, entry.title_is_text) == (title, is_text)


@pytest.mark.parametrize(("kind", "is_text"), [("text", True), ("html", False)])
def test_a_title_in_atom_is_what_its_type_says(kind, is_text):
    entry = only(atom(f'<entry><title type="{kind}">a &lt;b>c&lt;/b></title></entry>'))
    assert (entry.title, entry.title_is_text) == ("a <b>c</b>", is_text)


@pytest.mark.parametrize("text", ["CAFÉ\xa0: un franc", "Ü® und É»", "Â£ wrongly written stays", "naïve «É»"])
def test_good_text_is_not_guessed_at_again(text):
    assert only(rss(f"<item><title>{text}</title><description>{text}</description></item>")).title == text


def test_a_language_of_its_own_is_kept_per_entry():
    first, second = parse(atom('<entry xml:lang="en"><title>a</title></entry><entry><title>b</title></entry>', 'xml:lang="ja"')).entries
    assert (first.language, second.language) == ("en", "ja")
    assert only(rss("<item><dc:language>pt-BR</dc:language><title>a</title></item>", "<language>es</language>")).language == "pt-BR"


# dates


@pytest.mark.parametrize("raw", ["2025-09-26 10:17:15", "2025-06-11 17:20", "Fri, 26 Sep 2025 10:17:15 +0800", "2025-09-26T10:17:15Z"])
def test_a_date_is_passed_on_as_it_came(raw):
    assert only(rss(f"<item><pubDate>{raw}</pubDate></item>")).published == raw


# Guesses of the parser's, each of which is another date than was written: a day of this month, no time, the first of January.
@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        ("2025. 9. 26. 오후 6:17", datetime(2025, 9, 26, 18, 17, tzinfo=UTC)),
        ("2025年九月26日", datetime(2025, 9, 26, tzinfo=UTC)),
        ("2025-09-26 10:17:15 +0800 CST", datetime(2025, 9, 26, 2, 17, 15, tzinfo=UTC)),
        ("2025-09-26 10h17", datetime(2025, 9, 26, 10, 17, tzinfo=UTC)),
        ("2004-július-13T9:15-05:00", datetime(2004, 7, 13, 14, 15, tzinfo=UTC)),
        ("Κυρ, 11 Ιούλ 2004 12:00:00 EST", datetime(2004, 7, 11, 17, tzinfo=UTC)),
        ("2025-269", datetime(2025, 9, 26, tzinfo=UTC)),
        ("2025", None),
        ("2025-09-26 at noon", None),
        ("0", None),
        ("yesterday", None),
    ],
)
def test_a_date_is_what_was_written_or_none(raw, moment):
    item = normalize(only(rss(f"<item><pubDate>{raw}</pubDate></item>")), SOURCE, feed=ParsedFeed(entries=()), now=NOW)
    assert (item.published, "undated" in item.flags) == (moment or NOW, moment is None)


def test_words_for_months_are_those_of_the_entry_the_source_or_the_feed():
    entries = (
        "<item><dc:language>hr</dc:language><pubDate>26 listopada 2025</pubDate></item><item><pubDate>26 listopada 2025</pubDate></item>"
    )
    feed = parse(rss(entries, "<language>pl</language>"))
    croatian, polish = (normalize(entry, SOURCE, feed=feed, now=NOW) for entry in feed.entries)
    assert (croatian.published, polish.published) == (datetime(2025, 10, 26, tzinfo=UTC), datetime(2025, 11, 26, tzinfo=UTC))
    assert "zoneless" in polish.flags


def test_a_form_of_dates_that_the_configuration_gives_is_read_in_the_sources_zone():
    source = Source(name="s", url="https://news.example/feed", timezone="Asia/Shanghai", options={"date_format": "%d/%m/%Y %H:%M"})
    entries = parse(rss("<item><pubDate>06/09/2025 10:17</pubDate></item><item><pubDate>soon</pubDate></item>"), source=source).entries
    assert [entry.published for entry in entries] == [datetime(2025, 9, 6, 10, 17, tzinfo=ZoneInfo("Asia/Shanghai")), "soon"]
    body = '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "date_published": "06/09/2025 10:17"}]}'
    assert only(body, source=source).published == entries[0].published
    assert FeedKind().problems(source) == []
    assert [key for key, _ in FeedKind().problems(replace(source, options={"date_format": "%d/%m"}))] == ["date_format"]


def test_a_date_of_change_is_not_taken_for_one_of_publication():
    entry = only(atom("<entry><updated>2025-01-02T03:04:05Z</updated></entry>"))
    assert (entry.published, entry.updated) == (None, "2025-01-02T03:04:05Z")


# people, pictures, tags


@pytest.mark.parametrize(
    ("elements", "authors"),
    [
        ("<dc:creator>Ruth Okafor</dc:creator>", ("Ruth Okafor",)),
        ("<dc:creator>A</dc:creator><dc:creator>B</dc:creator><itunes:author>A</itunes:author>", ("A", "B")),
        ("<author>ed@news.example (Edna Field)</author>", ("Edna Field",)),
        ("<author>ed@news.example</author>", ("ed@news.example",)),
        ("<author> </author>", ()),
        ("", ()),
    ],
)
def test_authors_are_names(elements, authors):
    assert only(rss(f"<item>{elements}</item>")).authors == authors


def test_an_atom_entry_without_an_author_has_the_feeds():
    head = "<author><name>The Desk</name><email>desk@news.example</email></author>"
    first, second = parse(atom("<entry><title>a</title></entry><entry><author><name>Paul</name></author></entry>", head=head)).entries
    assert (first.authors, second.authors) == (("The Desk",), ("Paul",))


def test_media_are_kept_each_once_with_what_is_known_of_them():
    entry = only(
        rss(
            '<item><enclosure url="https://m.example/31.mp3" length="40480231" type="audio/mpeg"/>'
            "<itunes:duration>1:02:03</itunes:duration>"
            '<media:content url="https://m.example/b.jpg" medium="image" width="1600" height="900"/>'
            '<media:content url="https://m.example/c.mp4" type="video/mp4" duration="61"/>'
            '<media:thumbnail url="https://m.example/s.jpg" width="320"/>'
            '<media:thumbnail url="https://m.example/b.jpg"/>'
            '<itunes:image href="https://m.example/i.jpg"/></item>'
        )
    )
    assert entry.media == (
        Media(url="https://m.example/31.mp3", type="audio/mpeg", length=40480231, duration=3723),
        Media(url="https://m.example/b.jpg", role="image", width=1600, height=900),
        Media(url="https://m.example/c.mp4", type="video/mp4", role="media", duration=61),
        Media(url="https://m.example/i.jpg", role="image"),
        Media(url="https://m.example/s.jpg", role="image", width=320),
    )
    assert entry.image == "https://m.example/b.jpg"


@pytest.mark.parametrize(
    ("word", "explicit"),
    [("true", True), ("Yes", True), ("explicit", True), ("false", False), ("no", False), ("clean", False), ("", None), ("18+", None)],
)
def test_an_episode_says_where_it_belongs_and_whom_it_is_for(word, explicit):
    told = f"<itunes:season>2</itunes:season><itunes:episode>14</itunes:episode><itunes:explicit>{word}</itunes:explicit>"
    (played,) = only(rss(f'<item><enclosure url="https://m.example/a.mp3" type="audio/mpeg"/>{told}</item>')).media
    assert (played.season, played.episode, played.explicit) == (2, 14, explicit)


def test_what_stands_in_a_media_group_belongs_to_the_entry_and_its_texts_do_not():
    group = (
        '<media:group><media:title>File</media:title><media:content url="https://m.example/a.jpg" medium="image" width="10"/>'
        '<media:content url="https://m.example/b.mp4" type="video/mp4"/><media:thumbnail url="https://m.example/t.jpg"/>'
        "<media:description>A caption</media:description></media:group>"
    )
    for elements in (f"<title>T</title>{group}<description>Text</description>", f"{group}<description>Text</description><title>T</title>"):
        entry = only(rss(f"<item>{elements}</item>"))
        assert (entry.title, entry.html, entry.image) == ("T", "Text", "https://m.example/a.jpg")
        assert [(one.url[-5:], one.role) for one in entry.media] == [("a.jpg", "image"), ("b.mp4", "media"), ("t.jpg", "image")]


@pytest.mark.parametrize(
    "element",
    [
        '<enclosure url="https://m.example/a.jpg" type="image/jpeg" length="x"/>',
        '<enclosure url="https://m.example/a.jpg"/>',
        '<media:thumbnail url="https://m.example/a.jpg"/>',
        '<itunes:image href="https://m.example/a.jpg"/>',
        "<image>https://m.example/a.jpg</image>",
    ],
)
def test_an_entrys_picture_is_found(element):
    assert only(rss(f"<item>{element}<title>t</title></item>")).image == "https://m.example/a.jpg"


def test_a_recording_is_no_picture():
    assert only(rss('<item><enclosure url="https://m.example/a.mp3" type="audio/mpeg"/></item>')).image == ""


def test_tags_are_labels_each_once():
    entry = only(
        rss("<item><category>Metal</category><category domain='x'> Metal </category><dc:subject>Work</dc:subject><category/></item>")
    )
    assert entry.tags == ("Metal", "Work")
    assert only(atom('<entry><category term="kurashi" label="くらし"/><category term="b"/></entry>')).tags == ("くらし", "b")


# the document


def test_what_the_document_says_of_itself():
    head = (
        "<title>T</title><language>zh-cn</language><ttl>30</ttl><atom:link rel='self' href='https://n.example/f'/><atom:link rel='hub' href='https://h.example/'/>"
        "<skipHours><hour>1</hour><hour>24</hour><hour>x</hour></skipHours><skipDays><day>Sunday</day><day>monday</day><day>Someday</day></skipDays>"
    )
    feed = parse(rss("", head))
    assert (feed.title, feed.link, feed.language, feed.ttl) == ("T", "https://www.site.example/news/", "zh-cn", timedelta(minutes=30))
    assert (feed.skip_hours, feed.skip_days, feed.hub, feed.self_url) == ((0, 1), (0, 6), "https://h.example/", "https://n.example/f")


@pytest.mark.parametrize(
    ("head", "ttl"),
    [
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", timedelta(minutes=30)),
        ("<sy:updatePeriod> daily\n</sy:updatePeriod>", timedelta(days=1)),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", timedelta(hours=1)),
        ("<ttl>5</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", timedelta(hours=1)),
        ("<ttl>99999999999999999999</ttl>", None),
        ("<ttl>999999999</ttl>", timedelta(days=366)),
        ("<ttl>-5</ttl>", None),
        ("<ttl>soon</ttl>", None),
        ("", None),
    ],
)
def test_how_long_it_asks_to_wait(head, ttl):
    assert parse(rss("", head)).ttl == ttl


def test_a_feed_without_entries_is_a_feed():
    assert parse(rss("")).entries == ()
    assert parse('<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"/>').entries == ()


def test_no_more_entries_are_read_than_wanted():
    items = "".join(f"<item><title>{n}</title></item>" for n in range(9))
    source = Source(name="s", url=SOURCE.url, max_items=3)
    assert [entry.title for entry in parse(rss(items), source=source).entries] == ["0", "1", "2"]
    assert [entry.title for entry in parse(rss(items)[:-6], source=source).entries] == ["0", "1", "2"]  # ill-formed likewise


@pytest.mark.parametrize("content_type", ["text/html", "application/octet-stream", "image/png", ""])
def test_a_feed_is_known_by_what_it_is_and_not_by_what_it_is_called(content_type):
    assert only(rss("<item><title>a</title></item>"), **{"content-type": content_type}).title == "a"


def test_nothing_is_fetched_and_no_file_is_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "feed.xml").write_text(rss("<item><title>secret</title></item>"))
    for body in (b"feed.xml", b"http://127.0.0.1:9/feed", str(tmp_path / "feed.xml").encode()):
        with pytest.raises(ParseError):
            parse(body)
    entity = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    assert only(entity + rss("<item><title>a&x;b</title></item>").removeprefix('<?xml version="1.0"?>')).title in ("ab", "a&x;b")


def test_entities_do_not_multiply():
    entities = '<!ENTITY a "aaaaaaaaaa">' + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise("abcdefgh"))
    body = f"<?xml version='1.0'?><!DOCTYPE rss [{entities}]><rss version='2.0'><channel><item><title>&h;</title></item></channel></rss>"
    assert len(only(body).title) < 1000


# ill-formed documents


@pytest.mark.parametrize(
    "body",
    [
        rss("<item><title>one</title></item><item><title>two</title></item>").removesuffix("</channel></rss>"),
        rss("<item><title>one</title></item><item><title>two</title>"),
        rss("<item><title>one</title><description>a & b &nbsp; <br> c</description></item><item><title>two</title></item>"),
        "\n\n  " + rss("<item><title>one</title></item><item><title>two</title></item>"),
        rss("<item><title>o\x0bne</title></item><item><title>two</title></item>"),
        rss("<item><title>one</title><x:y>1</x:y></item><item><title>two</title></item>"),
        rss("</item></width></category><item><title>one</title></height></media:player></item><item><title>two</title></item>"),
        rss("<item><title>one</title><gml:Point srsName='EPSG:x'><gml:pos>1 2</gml:pos></gml:Point></item><item><title>two</title></item>"),
        rss("<item><title>one</title><description>&#x110000; &#55296; &#99999999999;</description></item><item><title>two</title></item>"),
        '<!DOCTYPE rss [<!ENTITY path "C:\\data\\1">]>'
        + rss("<item><title>one</title></item><item><title>two</title></item>").removeprefix('<?xml version="1.0"?>'),
    ],
)
def test_of_an_ill_formed_document_what_can_be_read_is(body):
    assert [entry.title for entry in parse(body).entries] == ["one", "two"]


def test_well_known_prefixes_need_no_declaration():
    items = "<rss:item><rss:title>one</rss:title></rss:item><rss:item><rss:title>two</rss:title><rss:link>https://a.example/2</rss:link></rss:item>"
    feed = parse(f"<rss version=2.0><rss:channel><rss:title>T</rss:title>{items}</rss:channel></rss>")
    assert [entry.title for entry in feed.entries] == ["one", "two"]
    assert (feed.title, feed.entries[1].link) == ("T", "https://a.example/2")


def test_what_was_wrong_is_told():
    (complaint,) = parse(rss("<item><title>one</title><p></item>")).complaints
    assert complaint == "not well-formed in line 4: mismatched tag"
    assert parse(rss("<item><title>one</title></item>")).complaints == ()


def test_elements_with_defaults_in_a_document_type_are_read():
    body = '<!DOCTYPE rss [<!ENTITY nbsp "&#160;"><!ENTITY eacute "&#233;">]>' + rss(
        "<item><title>caf&eacute;&nbsp;!</title></item>"
    ).removeprefix('<?xml version="1.0"?>')
    assert only(body).title == "café\xa0!"


@given(st.binary(max_size=200), st.integers(0, 400), st.sampled_from(["", "text/xml; charset=gbk", "text/html"]))
def test_whatever_comes_is_a_feed_or_a_parse_error(noise, place, content_type):
    good = rss('<item><title>one</title><guid>1</guid><media:thumbnail url="a"/><description>&lt;p>x</description></item>').encode()
    for body in (noise, good[:place] + noise + good[place:], good[place:] + noise):
        try:
            feed = parse(body, **{"content-type": content_type})
        except ParseError as error:
            assert error.kind in ("not_a_feed", "empty", "bot_wall")
        else:
            assert repr(feed).encode()


@pytest.mark.skipif(not CORPUS, reason="the recorded feeds (../shared/corpus) are not here")
@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_recorded_feeds_lose_no_entry_no_title_and_no_date(path):
    headers = {"content-type": "application/xml", "content-location": "https://news.example/feed"}
    stock = feedparser.parse(io.BytesIO(path.read_bytes()), response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    ours = parse(path.read_bytes(), **headers).entries
    if ours and not stock.entries:
        return  # what feedparser itself does not find
    assert [entry.title for entry in ours] == [entry.get("title", "") for entry in stock.entries]
    for entry, stocked in zip(ours, stock.entries, strict=True):
        item = normalize(entry, SOURCE, feed=ParsedFeed(entries=()), now=NOW)
        parts = stocked.get("published_parsed") or stocked.get("updated_parsed")
        if "undated" in item.flags:
            assert not parts or parts.tm_year < 1970
        else:
            assert item.published.replace(microsecond=0) == datetime(*parts[:6], tzinfo=UTC)


def test_stray_elements_with_the_names_of_lists_cost_themselves_only():
    strays = "".join(f"<{name}>x</{name}>" for name in ("links", "authors", "tags", "media_content", "title_detail", "skip_hours"))
    feed = parse(rss(f"<item><title>One</title><link>https://e.org/1</link>{strays}</item>", head=strays))
    assert [(entry.title, entry.link) for entry in feed.entries] == [("One", "https://e.org/1")]


# older pages


@pytest.mark.parametrize(
    ("relation", "field"),
    [("prev-archive", "prev_archive"), ("next", "next_page"), ("prev", "previous_page"), ("previous", "previous_page")],
)
def test_older_pages_are_found_and_their_addresses_are_absolute(relation, field):
    assert getattr(parse(atom("", head=f'<link rel="{relation}" href="?page=2"/>')), field) == "https://news.example/feed?page=2"
    assert getattr(parse(rss("", head=f'<atom:link rel="{relation}" href="/2"/>')), field) == "https://news.example/2"
    assert getattr(parse(rss("")), field) == ""


def test_a_torrent_that_is_enclosed_stays():
    torrent = "magnet:?xt=urn:btih:c12fe1c06bba254a9dc9f519b335aa7c1367a88a&dn=Set"
    entry = only(rss(f'<item><enclosure url="{torrent.replace("&", "&amp;")}" type="application/x-bittorrent" length="1"/></item>'))
    assert [media.url for media in normalize(entry, SOURCE, feed=ParsedFeed(entries=()), now=NOW).media] == [torrent]

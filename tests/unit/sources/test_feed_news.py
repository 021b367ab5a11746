"""Reading only what is new in a feed gives what reading all of it gives."""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import Fetched, ParsedFeed, Source
from aggregator.sources import feed_split
from aggregator.sources.encoding import decode
from aggregator.sources.feed import FeedKind

URL = "https://news.example/feed"
SOURCE = Source(name="s", url=URL)
CORPUS = sorted((Path(__file__).resolve().parents[4] / "shared" / "corpus" / "feeds").glob("*.xml"))
NAMESPACES = """xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/"
 xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:thr="http://purl.org/syndication/thread/1.0"
 xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns:xhtml="http://www.w3.org/1999/xhtml\""""


def parse(body: str | bytes, known: frozenset[str] = frozenset(), source: Source = SOURCE) -> ParsedFeed:
    data = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    return FeedKind().parse(source, Fetched(url=URL, body=data), known=known)


whole_reading = lru_cache(maxsize=4)(parse)


def remembered(feed: ParsedFeed) -> frozenset[str]:
    return frozenset((feed.context, feed.around, *feed.digests, *feed.unchanged))


def told(feed: ParsedFeed) -> ParsedFeed:
    """What a feed says beside its entries."""
    return replace(feed, entries=(), digests=(), unchanged=(), around="")


def rss(*items: str, head: str = "<title>T</title><link>https://site.example/</link>", tail: str = "", attributes: str = "") -> str:
    return f'<?xml version="1.0"?><rss version="2.0" {NAMESPACES} {attributes}><channel>{head}{" ".join(items)}{tail}</channel></rss>'


def atom(*entries: str, head: str = "<title>T</title>", tail: str = "", attributes: str = "") -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {NAMESPACES} {attributes}>{head}{" ".join(entries)}{tail}</feed>'


def item(number: object, more: str = "") -> str:
    return f"<item><title>n{number}</title><guid>{number}</guid>{more}</item>"


def entry(number: object, more: str = "", attributes: str = "") -> str:
    return f"<entry {attributes}><title>n{number}</title><id>{number}</id>{more}</entry>"


def read_news(before: str, after: str) -> ParsedFeed:
    """What is read of the second document by who knows the first one; never another result than that of reading all of it."""
    known = remembered(whole_reading(before))
    news, whole = parse(after, known), whole_reading(after)
    if news.unchanged:
        new = [each for each, digest in zip(whole.entries, whole.digests, strict=True) if digest not in known]
        assert list(news.entries) == new
        assert news.digests == tuple(digest for digest in whole.digests if digest not in known)
        assert news.unchanged == tuple(digest for digest in whole.digests if digest in known)
    else:
        assert news.entries == whole.entries
    if news.same:
        assert not news.entries
        assert told(whole) == told(whole_reading(before))
        assert (news.more, *news.complaints) == (whole.more, *whole.complaints)
    else:
        assert told(news) == told(whole)
    return news


def titles(feed: ParsedFeed) -> list[str]:
    return [each.title for each in feed.entries]


# what is read, and what is not


@pytest.mark.parametrize(("build", "one"), [(rss, item), (atom, entry)])
def test_only_new_and_changed_entries_are_read(build, one):
    before = build(one(1), one(2), one(3))
    assert titles(read_news(before, build(one(4), one(1), one(2), one(3)))) == ["n4"]
    assert titles(read_news(before, build(one(1), one(2, "<author><name>x</name></author>"), one(3)))) == ["n2"]
    assert titles(read_news(before, build(one(3), one(1)))) == []
    assert titles(read_news(before, build(one(1), one(4), one(2), one(5)))) == ["n4", "n5"]


def test_a_document_of_which_nothing_is_known_is_read_whole():
    assert titles(parse(rss(item(1), item(2)), frozenset(["something", "else"]))) == ["n1", "n2"]


@pytest.mark.parametrize(
    "counters",
    [
        ("<slash:comments>1</slash:comments>", "<slash:comments>20</slash:comments>"),
        ('<link rel="replies" href="/c" thr:count="1"/>', '<link rel="replies" href="/c" thr:count="12"/>'),
        ("<media:statistics views='5'/>", "<media:statistics views='60'/>"),
        ('<media:starRating count="1" average="5.0"/>', '<media:starRating count="2" average="4.5"/>'),
    ],
)
def test_a_counter_makes_no_entry_new(counters):
    one, other = counters
    assert titles(read_news(atom(entry(1, one), entry(2)), atom(entry(1, other), entry(2)))) == []
    quoted = [f"<content><![CDATA[{each}]]></content>" for each in counters]
    assert titles(read_news(atom(entry(1, quoted[0])), atom(entry(1, quoted[1])))) == ["n1"]


def test_what_stands_around_the_entries_is_always_read():
    before = rss(item(1), item(2), tail="<language>fr</language><ttl>5</ttl>")
    after = rss(item(1), item(3), item(2), tail="<language>fr</language><ttl>60</ttl><skipDays><day>Monday</day></skipDays>")
    news = read_news(before, after)
    assert titles(news) == ["n3"]
    assert (news.language, news.skip_days) == ("fr", (0,))


@pytest.mark.parametrize(
    "change",
    [
        {"head": "<title>T</title><link>https://moved.example/</link>"},
        {"tail": "<language>fr</language>"},
        {"attributes": 'xml:base="https://other.example/"'},
        {"attributes": 'xml:lang="de"'},
        {"attributes": 'xmlns:b="urn:b"'},
    ],
)
def test_where_what_entries_take_from_their_document_has_changed_all_are_read(change):
    assert titles(read_news(rss(item(1), item(2)), rss(item(1), item(2), item(3), **change))) == ["n1", "n2", "n3"]


def test_an_author_of_the_feed_that_changes_changes_all_entries_of_an_atom_feed():
    heads = [f"<title>T</title><author><name>{name}</name></author>" for name in ("A", "B")]
    assert len(read_news(atom(entry(1), head=heads[0]), atom(entry(1), head=heads[1])).entries) == 1


def test_entities_of_the_document_type_belong_to_what_entries_take_from_it():
    documents = [f'<!DOCTYPE rss [<!ENTITY who "{who}">]>' + rss(item(1, "<author>&who;</author>"), item(2))[21:] for who in ("A", "B")]
    assert read_news(documents[0], documents[1]).entries[0].authors == ("B",)


def test_other_settings_of_the_source_read_everything_again():
    body = rss(item(1))
    known = remembered(parse(body))
    assert titles(parse(body, known)) == []
    assert titles(parse(body, known, Source(name="s", url=URL, timezone="Asia/Tokyo"))) == ["n1"]


def test_no_more_entries_than_wanted_count():
    source = Source(name="s", url=URL, max_items=2)
    known = remembered(parse(rss(item(1), item(2), item(3)), source=source))
    assert len(known) == 4
    for body, wanted in ((rss(item(0), item(1), item(2)), ["n0"]), (rss(item(1), item(2)), []), (rss(item(2), item(3), item(1)), ["n3"])):
        assert titles(parse(body, known, source)) == wanted


# odd documents

ODD = [
    item(1, "<description><![CDATA[ </item><item> ]]></description>"),
    item(2, "<!-- </item> <item> -->"),
    item(3, "<?php echo '</item>' ?>"),
    item(4, "<media:item>x</media:item><items>y</items><source url='u'>z</source>"),
    item(5, "<description>&lt;item&gt;&amp;lt;/item></description>"),
    "<item/>",
    '<item a="x>y" b=\'"\'/>',
    '<item xml:lang="ja" xml:base="https://b.example/"><title>六</title><link>a</link></item >',
    item(7, '<content:encoded><div xmlns="http://www.w3.org/1999/xhtml"><p>a</p></div></content:encoded>'),
    item(8, '<x:title xmlns:x="urn:x">t</x:title>'),
    item(9, '<title xmlns="urn:x">t</title>'),
    item(10, "<image><url>u</url><title>t</title></image>"),
    item(11, "<textInput><title>t</title></textInput>"),
    item(12, '<media:group><media:content url="a.jpg"/></media:group>'),
    item(13, "<description>\U0001f600 \u6f22 &#x4e00;</description>"),
    item(14, "<xhtml:body><xhtml:svg></xhtml:svg></xhtml:body>"),
    '<item xmlns="urn:nobody">x</item>',
    "<entry><title>of another format</title></entry>",
    "<!-- between -->",
    "<language>de</language>",
    "<title>in between</title>",
    "&amp;",
    item(15, "<item>nested</item>"),
    item(16, "<b>ill-formed"),
    item(17, "&eacute;"),
    "<item>",
    "</item>",
    "<![CDATA[<item>]]>",
    "\x0b",
]


@pytest.mark.parametrize("odd", ODD[:15])
def test_odd_entries_are_told_from_each_other(odd):
    assert titles(read_news(rss(item(20), odd, item(21)), rss(item(22), item(20), odd, item(21)))) == ["n22"]


def documents() -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(ODD) | st.integers(20, 30).map(item), max_size=7)


@given(documents(), documents(), st.permutations(range(4)))
def test_of_odd_documents_the_same_is_read(before, added, order):
    parts = [before[::2], added, before[1::2], []]
    read_news(rss(*before), rss(*(piece for place in order for piece in parts[place])))


@given(st.lists(st.sampled_from(ODD), max_size=5), st.lists(st.sampled_from(ODD), max_size=5), st.booleans())
def test_of_odd_atom_documents_the_same_is_read(before, added, is_prefixed):
    def build(pieces: Iterable[str]) -> str:
        body = atom(*(re.sub(r"(</?)item\b", r"\1entry", piece) for piece in pieces))
        return re.sub(r"(</?)(?=(?:feed|entry|title)\b)", r"\1a:", body).replace("xmlns=", "xmlns:a=", 1) if is_prefixed else body

    read_news(build(before), build([*added, *before]))


@given(st.text(alphabet="<>/!-[]?CDATA\"' itemx", max_size=60))
def test_the_scanner_never_reads_more_than_there_is(noise):
    text = rss(item(1), noise, item(2))
    found = feed_split.split(text, limit=9)
    for start, end in found.spans if found else ():
        assert text[start:end].startswith("<item")
        assert text[start:end].endswith(">")


@pytest.mark.parametrize("piece", ["<item ", "<item a='", "<!--", "<![CDATA[", "<item></item>", "<item><", "<?", "</item>"])
def test_the_scanner_is_linear(piece):
    feed_split.split("<rss>" + piece * 50_000, limit=5)  # the time of the test is what it measures: quadratic, it takes minutes


def test_an_entry_in_what_nobody_reads_is_still_an_entry():
    assert titles(parse(rss("<generator><x>", item(1), "</x></generator>", item(2)))) == ["n1", "n2"]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-16-le", "shift_jis"])
def test_the_encoding_makes_no_difference(encoding):
    body = rss(item("漢"), item("字")).replace("?>", f' encoding="{encoding}"?>', 1)
    more = body.replace("</channel>", item("六") + "</channel>")
    assert titles(parse(more.encode(encoding), remembered(parse(body.encode(encoding))))) == ["n六"]


# recorded feeds


def changed(text: str, places: Iterable[int]) -> str:
    """The document with a word more in the titles of some entries, and with a later build date."""
    found = feed_split.split(text, limit=5000)
    assert found
    for place in sorted(places, reverse=True):
        start, end = found.spans[place]
        was = text[start:end]
        now = re.sub(r"(<title[^>]*>(?:<!\[CDATA\[)?)", r"\1Corrected: ", was, count=1)
        text = text[:start] + (now if now != was else was.replace("</", "<!-- edited --></", 1)) + text[end:]
    return re.sub(r"(<lastBuildDate>)[^<]*", r"\1Sat, 03 Jan 2026 10:00:00 GMT", text)


@pytest.mark.skipif(not CORPUS, reason="the recorded feeds (../shared/corpus) are not here")
@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_of_recorded_feeds_the_changed_entries_are_read_as_in_a_whole_reading(path):
    text, _ = decode(path.read_bytes())
    count = len(whole_reading(text).digests)
    for places in ([], [0], [0, count // 2, count - 1], range(count)):
        if count:
            news = read_news(text, changed(text, set(places)))
            assert len(news.entries) == len(set(places))


@pytest.mark.skipif(not CORPUS, reason="the recorded feeds (../shared/corpus) are not here")
def test_few_recorded_feeds_have_to_be_read_whole():
    whole = [path.stem for path in CORPUS if not parse(path.read_bytes()).context]
    assert len(whole) <= 2  # both are not well-formed

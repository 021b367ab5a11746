"""Odd lists of subscriptions: what can be read is read, what can't is said, and nothing else than a ParseError is raised."""

import codecs
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import ParseError
from aggregator.sources.opml import read_list

A, B = "https://a.example/f", "https://b.example/f"
TWO = f'<outline text="Ä" xmlUrl="{A}"/><outline text="B" xmlUrl="{B}"/>'
XML = '<?xml version="1.0" encoding="{}"?>'
FOAF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:rss="http://purl.org/rss/1.0/"
 xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#" xmlns:foaf="http://xmlns.com/foaf/0.1/"><foaf:Agent><foaf:name>A</foaf:name>
 <foaf:weblog><foaf:Document rdf:about="https://a.example/"><rdfs:seeAlso><rss:channel rdf:about="https://a.example/f"/></rdfs:seeAlso>
 </foaf:Document></foaf:weblog></foaf:Agent></rdf:RDF>"""
ENTITIES = "".join(f'<!ENTITY {y} "{f"&{x};" * 10}">' for x, y in zip("abcdefgh", "bcdefghi", strict=True))
BOMB = f'<!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa">{ENTITIES}]>'
OUTSIDE = '<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def opml(inside, before="", version="2.0"):
    return f'{before}<opml version="{version}"><head><title>T</title></head><body>{inside}</body></opml>'


ODD = {  # name: (file, addresses that are read)
    "plain": (opml(TWO, XML.format("UTF-8")), [A, B]),
    "no encoding declared": (opml(TWO, '<?xml version="1.0"?>'), [A, B]),
    "no declaration": (opml(TWO), [A, B]),
    "version 1.0": (opml(TWO, version="1.0"), [A, B]),
    "no version": (f"<opml><body>{TWO}</body></opml>", [A, B]),
    "UTF-8 with a mark": (codecs.BOM_UTF8 + opml(TWO).encode(), [A, B]),
    "UTF-16 with a mark": (opml(TWO, XML.format("UTF-16")).encode("utf-16"), [A, B]),
    "UTF-16 without a mark": (opml(TWO).encode("utf-16-le"), [A, B]),
    "UTF-16 declared, UTF-8 written": (opml(TWO, XML.format("UTF-16")), [A, B]),
    "Latin-1 declared": (opml(TWO, XML.format("ISO-8859-1")).encode("latin-1"), [A, B]),
    "Latin-1 undeclared": (opml(TWO).encode("latin-1"), [A, B]),
    "GBK declared": (opml(TWO, XML.format("gbk")).encode("gbk", "ignore"), [A, B]),
    "an unknown encoding": (opml(TWO, XML.format("x-klingon")), [A, B]),
    "broken UTF-8": (opml(TWO, XML.format("UTF-8")).encode().replace(b"T<", b"\xff\xfe<"), [A, B]),
    "space before the declaration": ("\n\n " + opml(TWO, XML.format("UTF-8")), [A, B]),
    "words before the list": ("Exported by Reader 1.0\n" + opml(TWO), [A, B]),
    "xmlURL": (opml(TWO.replace("xmlUrl", "xmlURL")), [A, B]),
    "xmlurl": (opml(TWO.replace("xmlUrl", "xmlurl")), [A, B]),
    "everything in capitals": (opml(TWO).upper().replace("HTTPS://A.EXAMPLE/F", A).replace("HTTPS://B.EXAMPLE/F", B), [A, B]),
    "single quotes": (opml(TWO).replace('"', "'"), [A, B]),
    "no quotes": (opml(f"<outline xmlUrl={A} /><outline xmlUrl={B} />"), [A, B]),
    "no type and no title": (opml(f'<outline xmlUrl="{A}"/>'), [A]),
    "title without text": (opml(f'<outline title="t" xmlUrl="{A}"/>'), [A]),
    "spaces around an address": (opml(f'<outline xmlUrl=" \n{A} "/>'), [A]),
    "an entity of HTML": (opml(f'<outline text="a&nbsp;&eacute;&mdash;" xmlUrl="{A}"/>'), [A]),
    "a bare ampersand": (opml(f'<outline text="Q&A" xmlUrl="{A}?a=1&b=2"/>'), [f"{A}?a=1&b=2"]),
    "a bare bracket": (opml(f'<outline text="a < b" xmlUrl="{A}"/>'), [A]),
    "no body": (f'<opml version="2.0">{TWO}</opml>', [A, B]),
    "no head": (f'<opml version="2.0"><body>{TWO}</body></opml>', [A, B]),
    "no opml": (f"<body>{TWO}</body>", [A, B]),
    "outlines alone": (TWO, [A, B]),
    "outlines in the head": (f"<opml><head>{TWO}</head></opml>", [A, B]),
    "cut off": (opml(TWO)[:-60], [A]),
    "not closed": (opml(TWO.replace("/>", ">")), [A, B]),
    "ends without beginnings": (f"</outline></body>{opml('</outline>' * 3 + TWO + '</outline>' * 3 + TWO)}", [A, B, A, B]),
    "nested 100 deep": (opml('<outline text="x">' * 100 + TWO + "</outline>" * 100), [A, B]),
    "nested 5,000 deep": (opml('<outline text="x">' * 5000 + TWO), [A, B]),
    "a feed in a feed": (opml(f'<outline xmlUrl="{A}"><outline xmlUrl="{B}"/></outline>'), [A, B]),
    "duplicates": (opml(TWO + TWO), [A, B, A, B]),
    "empty addresses": (opml('<outline xmlUrl=""/><outline xmlUrl="  "/>' + TWO), [A, B]),
    "relative addresses": (opml('<outline xmlUrl="/f"/><outline xmlUrl="f.xml"/>'), ["/f", "f.xml"]),
    "javascript": (opml('<outline xmlUrl="javascript:alert(1)"/>'), ["javascript:alert(1)"]),
    "NULs": (opml(TWO).replace("xmlUrl", "xml\0Url").replace("b.example", "b.\0example"), [A, B]),
    "control characters": (opml(TWO).replace("Ä", "\x01\x08\x1f"), [A, B]),
    "another namespace": (f'<opml xmlns="urn:x"><body>{TWO}</body></opml>', [A, B]),
    "a prefix": (f'<o:opml xmlns:o="http://opml.org/spec2"><o:outline xmlUrl="{A}"/></o:opml>', [A]),
    "a comment": (opml(f"<!-- <outline xmlUrl='{B}'/> --><outline xmlUrl='{A}'/>"), [A]),
    "CDATA": (opml(f"<![CDATA[ x ]]>{TWO}"), [A, B]),
    "an entity bomb": (opml(f'<outline text="&i;" xmlUrl="{A}"/>', BOMB), [A]),
    "an entity from outside": (opml(f'<outline text="&x;" xmlUrl="{A}"/>', OUTSIDE), [A]),
    "a broken document type": (opml(TWO, "<!DOCTYPE opml [<!foo<![x]>"), [A, B]),
    "RDF with FOAF": (FOAF, [A]),
    "a list in a list": (opml(f'<outline type="include" url="https://l.example/"/><outline xmlUrl="{A}"/>'), [A]),
    "pages only": (opml('<outline text="x" htmlUrl="https://p.example/"/>'), []),
    "folders only": (opml('<outline text="x"><outline text="y"/></outline>'), []),
    "no outline": (opml(""), []),
}


def read(file):
    return read_list(file if isinstance(file, bytes) else file.encode())


@pytest.mark.parametrize(("file", "addresses"), ODD.values(), ids=ODD)
def test_what_can_be_read_of_an_odd_list_is_read(file, addresses):
    assert sorted(feed.url for feed in read(file).feeds) == sorted(addresses)


@pytest.mark.parametrize(
    ("file", "what"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("<!DOCTYPE html><html><body><a href='x'>Log in</a></body></html>", "an HTML page"),
        ("<rss version='2.0'><channel><title>x</title></channel></rss>", "a feed"),
        ('{"feeds": []}', "something else"),
        (b"\x89PNG\r\n\x1a\n\0\0", "something else"),
        ("https://127.0.0.1/list.opml", "something else"),
    ],
)
def test_what_is_no_list_is_named(file, what):
    with pytest.raises(ParseError, match=f"no list of subscriptions .*{what}") as caught:
        read(file)
    assert "Export" in caught.value.advice


@pytest.mark.parametrize(
    "name", ["plain", "UTF-8 with a mark", "UTF-16 with a mark", "Latin-1 declared", "Latin-1 undeclared", "no encoding declared"]
)
def test_titles_survive_every_encoding(name):
    assert read(ODD[name][0]).feeds[0].title == "Ä"


def test_titles_are_one_line_with_entities_decoded_and_no_file_in_them():
    assert read(ODD["an entity of HTML"][0]).feeds[0].title == "a\xa0é—"
    for name in ("an entity bomb", "an entity from outside"):
        assert len(read(ODD[name][0]).feeds[0].title) < 5


def test_folders_and_categories_are_kept():
    inside = (
        f'<outline text="News"><outline title="World"><outline xmlUrl="{A}"/></outline><outline xmlUrl="{B}" category="/x/y,z"/></outline>'
    )
    assert [feed.folders for feed in read(opml(inside)).feeds] == [("News", "World"), ("x", "y", "z", "News")]
    assert read(ODD["a feed in a feed"][0]).feeds[1].folders == ()


def test_what_is_no_feed_is_said():
    assert read(ODD["a list in a list"][0]).complaints == ("https://l.example/ is a list of its own: fetch it and import it, too",)
    assert "p.example" in read(ODD["pages only"][0]).complaints[0]
    assert "no known encoding" in read(ODD["broken UTF-8"][0]).complaints[0]


def test_ten_thousand_feeds_nested_or_not_are_read_in_time():
    for end in ("/>", ">"):
        began = time.process_time()
        outlines = "".join(f'<outline text="{n}" xmlUrl="https://a.example/{n}"{end}' for n in range(10_000))
        assert len(read(opml(outlines)).feeds) == 10_000
        assert time.process_time() - began < 30


@given(
    st.lists(
        st.sampled_from(
            ["<opml>", "<outline ", "xmlUrl=", f'"{A}"', "/>", ">", "</outline>", "<!", "<![", "&#x;", "<!--", "]]>", "\0", "é"]
        )
    )
)
def test_any_markup_is_read_or_refused(pieces):
    try:
        assert all(feed.url for feed in read("".join(pieces)).feeds)
    except ParseError as error:
        assert error.advice

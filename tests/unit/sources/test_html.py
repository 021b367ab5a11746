import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import ParseError
from aggregator.model import Fetched, Source
from aggregator.sources.html import HtmlKind

FIELDS = {"title": "h2", "link": "h2 a", "published": ".date"}


def source(items="article", fields=None, **settings):
    options = {"items": items, "fields": FIELDS if fields is None else fields}
    options |= {key: settings.pop(key) for key in ("date_format", "next") if key in settings}
    return Source(name="s", url="https://n.example/news/", kind="html", options=options, **settings)


def parse(page, url="https://n.example/news/?key=s3cret", content_type="text/html", **settings):
    body = page if isinstance(page, bytes) else page.encode()
    return HtmlKind().parse(source(**settings), Fetched(url=url, body=body, headers={"content-type": content_type}))


def only(page, **settings):
    (entry,) = parse(page, **settings).entries
    return entry


def refused(page, **settings):
    with pytest.raises(ParseError) as caught:
        parse(page, **settings)
    return caught.value


def article(inside, attributes=""):
    return f"<article {attributes}><h2><a href='a-1'>Title</a></h2>{inside}</article>"


def test_entries_come_in_the_order_of_the_page_with_what_it_says_of_itself():
    feed = parse("<html lang=es><title> Portada\n | N </title>" + article("") + "<article><h2>B</h2></article>")
    assert [(entry.title, entry.link) for entry in feed.entries] == [("Title", "https://n.example/news/a-1"), ("B", "")]
    assert (feed.title, feed.language, feed.link, feed.complaints) == ("Portada | N", "es", "https://n.example/news/", ())


@pytest.mark.parametrize(
    ("field", "written", "inside", "value"),
    [
        ("guid", {"id": "@data-id"}, "", "17"),
        ("guid", {"id": "b @data-nr"}, "<p>x</p><p><b data-nr=4>", "4"),
        ("guid", {"id": "p b@DATA-NR"}, "<p><b data-nr=4>", "4"),
        ("title", {"title": "p"}, "<p> </p><p>A <b>b</b>,\n c<br>d&amp;lt;</p>", "A b, c d&lt;"),
        ("title", {"title": "img@alt"}, "<img alt=' What is seen '>", "What is seen"),
        ("title", {"link": "h2 a"}, "", "Title"),
        ("link", {"link": "a.more"}, "<a class=more>x</a><a class=more href='/b'>y</a>", "https://n.example/b"),
        ("link", {"link": "a.more@data-url"}, "<a class=more data-url=//o.example/c>", "https://o.example/c"),
        ("link", {"link": "a[href*='@']"}, "<a href='@me/1'>", "https://n.example/news/@me/1"),
        ("html", {"html": ".body"}, "<div class=body><p>A</p><img src=i.png></div>", '<p>A</p><img src="i.png">'),
        ("text", {"text": ".body"}, "<div class=body><p>A</p>B<script>x()</script></div>", "A\nB"),
        ("summary", {"summary": "p"}, "<p>A &amp; <i>b</i></p>", "A &amp; <i>b</i>"),
        ("image", {"image": "img"}, "<img src='i.png'>", "https://n.example/news/i.png"),
        ("image", {"image": "img"}, "<img src='data:x' data-src=/i.png>", "https://n.example/i.png"),
        ("image", {"image": "source"}, "<source srcset='/s.png, /b.png 2x'>", "https://n.example/s.png"),
        ("image", {"image": "img"}, "<img src='data:x'>", ""),
        ("authors", {"author": "i"}, "<i>A</i><i></i><i>B\nC</i><i>A</i>", ("A", "B C")),
        ("tags", {"tags": "i"}, "<i>x</i><i>y</i>", ("x", "y")),
        ("language", {"language": "@lang"}, "", "pt"),
        ("label", {"source": "i"}, "<i>Afp</i>", "Afp"),
        ("kind", {"kind": "@data-kind"}, "", "2"),
    ],
)
def test_a_field_is_read_where_its_selector_says(field, written, inside, value):
    entry = only(article(inside, "data-id=17 lang=pt data-kind=2"), fields={"html": "h2"} | written)
    assert getattr(entry, field) == value


@pytest.mark.parametrize(
    ("inside", "form", "published"),
    [
        ("<time class=date datetime='2025-05-14T10:30:00+02:00'>hace 2 h</time>", "", "2025-05-14T10:30:00+02:00"),
        ("<meta class=date content='2025-05-14'>", "", "2025-05-14"),
        ("<i class=date></i><i class=date>14 de mayo de 2025, 10.30 h</i>", "", "14 May 2025, 10.30"),
        ("<i class=date>14/05/25 a las 10:30</i>", "%d/%m/%y a las %H:%M", datetime(2025, 5, 14, 14, 30, tzinfo=UTC)),
        ("<i class=date>mañana</i>", "%d/%m/%y", "mañana"),
        ("", "", None),
    ],
)
def test_dates_stand_in_an_attribute_in_a_form_or_in_words(inside, form, published):
    found = only(article(inside), language="es", timezone="America/Santiago", **({"date_format": form} if form else {})).published
    assert (found.astimezone(UTC) if isinstance(found, datetime) else found) == published


def test_links_are_relative_to_what_the_configuration_says_then_the_page():
    page = "<base href='/b/'>" + article("")
    assert only(page).link == "https://n.example/b/a-1"
    assert only(page, link_base="https://o.example/c/").link == "https://o.example/c/a-1"


def test_an_entry_within_another_is_part_of_it():
    assert [entry.title for entry in parse(article("<div>" + article("") + "</div>") + article("")).entries] == ["Title", "Title"]


def test_an_entry_may_be_the_link_itself():
    assert only("<a class=x href=/1>One</a>", items="a.x", fields={"link": "a"}).title == "One"


def test_one_entry_without_anything_costs_that_entry():
    feed = parse("<article>Ad</article>" + article("") + "<article></article>")
    assert [entry.title for entry in feed.entries] == ["Title"]
    assert feed.complaints == ("entry 1 has neither title, link nor text", "entry 3 has neither title, link nor text")


def test_no_more_entries_are_read_than_wanted():
    assert len(parse(article("") * 9, max_items=4).entries) == 4


def test_another_encoding():
    page = "<meta charset=gb2312>" + article("<p class=s>新闻</p>")
    assert only(page.encode("gb18030"), fields={"title": "p"}, content_type="text/html; charset=gb2312").title == "新闻"


# what goes wrong


def test_a_page_without_a_match_says_what_repeats_on_it_and_which_feeds_it_has():
    page = "<link rel=alternate type='application/rss+xml' href='/rss?key=s3cret'>" + "<ul>" + "<li class='n x'><b><a href=/1>y</a></b>" * 4
    error = refused(page)
    assert str(error) == "https://n.example/news/: “article” matches nothing on the page"
    assert "li.n (4)" in error.advice
    assert "https://n.example/rss" in error.advice
    assert "s3cret" not in error.advice


def test_fields_that_match_nowhere_are_named_as_the_fault():
    error = refused(article("") * 3, fields={"title": "h7", "link": "h7 a"})
    assert "none of the 3 entries has a title" in str(error)
    assert "selectors in fields" in error.advice


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        ("", "empty", "nothing at all"),
        ("<html><title>Just a moment...</title>", "bot_wall", "Just a moment"),
        ("<?xml version='1.0'?><rss version='2.0'><channel/></rss>", "not_a_feed", "is a feed, not a page"),
        ('{"html": "<p>"}', "not_a_feed", "something else"),
        ("words", "not_a_feed", "something else"),
        ("<div>" * 200_000, "not_a_feed", "nested more than 500 deep"),
    ],
)
def test_what_is_no_page_with_news_is_named(body, kind, words):
    error = refused(body)
    assert error.kind == kind
    assert words in str(error)
    assert error.advice


HOSTILE = {
    "entries in entries": "<article>" * 400 + "<h2>x</h2>" * 100_000,
    "wide": "<article><h2><a href=1>x</a></h2></article>" * 50_000,
    "deep and wide": "<div>" * 450 + article("<i>x</i>") * 20_000,
    "unclosed": "<b><i><font color=1>" * 100 + article("") * 5_000,
    "comments": "<!--" * 300_000 + article(""),
    "links": "<a href=x>y" * 100_000,
}


@pytest.mark.parametrize("page", HOSTILE.values(), ids=HOSTILE)
def test_hostile_pages_end_in_time(page):
    began = time.process_time()
    try:
        parse(page, fields=FIELDS | {"author": "i", "html": "p, h2"})
    except ParseError as error:
        assert error.advice
    assert time.process_time() - began < 40


@given(
    st.lists(
        st.sampled_from(["<article>", "</article>", "<h2>", "<a href=x>", "</a>", "<time datetime=1>", "text", "<", "&#0;", "<b a='", '">'])
    )
)
def test_any_markup_gives_entries_or_a_parse_error(pieces):
    try:
        feed = parse("".join(pieces), fields=FIELDS | {"html": "h2", "image": "a@href", "tags": "h2"})
    except ParseError as error:
        assert error.advice
    else:
        assert all(isinstance(value, str) for entry in feed.entries for value in (entry.title, entry.link, entry.html, entry.image))


# settings


@pytest.mark.parametrize(
    ("options", "key", "words"),
    [
        ({"fields": FIELDS}, "items", "CSS selector of an entry"),
        ({"items": ["a"], "fields": FIELDS}, "items", "CSS selector of an entry"),
        ({"items": "div[", "fields": FIELDS}, "items", "is no CSS selector"),
        ({"items": "a"}, "fields", "table of selectors"),
        ({"items": "a", "fields": {}}, "fields", "table of selectors"),
        ({"items": "a", "fields": {"id": "@id"}}, "fields", "nothing would be left"),
        ({"items": "a", "fields": {"title": "h2 >> a"}}, "fields.title", "is no CSS selector"),
        ({"items": "a", "fields": {"title": " "}}, "fields.title", "must be a CSS selector"),
        ({"items": "a", "fields": {"title": "h2", "lnk": "a"}}, "fields.lnk", "did you mean link?"),
        ({"items": "a", "fields": {"title": "h2"}, "date_format": "%d %B"}, "date_format", "names no year"),
    ],
)
def test_bad_settings_are_explained(options, key, words):
    ((found, message),) = HtmlKind().problems(Source(name="s", url="https://n.example/", kind="html", options=options))
    assert found == key
    assert words in message


def test_good_settings_have_no_problems():
    assert HtmlKind().problems(source(fields=FIELDS | {"id": "@data-id", "image": "img @data-src"}, date_format="%d/%m/%Y")) == []


# older pages


@pytest.mark.parametrize(
    ("page", "settings", "older"),
    [
        ("<a class=older href='?page=2'>Older</a>", {"next": "a.older"}, "https://n.example/news/?page=2"),
        ("<b class=older data-to='/p/2'>Older</b>", {"next": ".older@data-to"}, "https://n.example/p/2"),
        ("<a rel='nofollow next' href='p2'>Older</a>", {}, "https://n.example/news/p2"),
        ("<link rel=next href=/p/2>", {}, "https://n.example/p/2"),
        ("<a rel=next href='?key=s3cret'>Older</a>", {}, "https://n.example/news/?key=s3cret"),
        ("<a rel=next href='javascript:more()'>Older</a>", {}, ""),
        ("<a class=older>Older</a>", {"next": "a.older"}, ""),
        ("<a rel=next href=p2>Older</a>", {"next": "a.older"}, ""),
    ],
)
def test_a_page_may_link_to_the_one_with_older_entries(page, settings, older):
    assert parse(article("") + page, **settings).next_page == older


@pytest.mark.parametrize("written", ["", "a[", 3])
def test_a_bad_selector_for_the_next_page_is_told(written):
    assert [key for key, _ in HtmlKind().problems(source(next=written))] == ["next"]


def test_media_are_what_elements_play_or_lead_to():
    page = article("<audio><source src='a.mp3'><source src='a.ogg'></audio><a class='pdf' href='/b.pdf'>B</a>")
    entry = only(page, fields={**FIELDS, "media": "audio source, a.pdf"})
    assert [media.url for media in entry.media] == [
        "https://n.example/news/a.mp3",
        "https://n.example/news/a.ogg",
        "https://n.example/b.pdf",
    ]

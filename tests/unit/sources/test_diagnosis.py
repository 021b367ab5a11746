import pytest

from aggregator.errors import ParseError
from aggregator.model import Fetched, Source
from aggregator.sources.feed import FeedKind

SOURCE = Source(name="s", url="https://news.example/")

PAGE = """<!DOCTYPE html>
<html><head><title>News  of
 the day</title>
<link rel="alternate" type="application/rss+xml" title="All" href="/feed.xml">
<link rel="stylesheet" href="/style.css">
<link rel="alternate" hreflang="de" href="/de/">
<LINK REL="feed ALTERNATE" TYPE="application/atom+xml; charset=utf-8" HREF="https://other.example/atom">
<link rel="alternate" type="application/feed+json" href="feed.json">
<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
<link rel="alternate" type="application/json" href="/wp-json/posts/1">
</head><body><p>Hello</p></body></html>"""


def refused(body, content_type="text/html", url="https://news.example/a/"):
    body = body.encode() if isinstance(body, str) else body
    with pytest.raises(ParseError) as caught:
        FeedKind().parse(SOURCE, Fetched(url=url, body=body, headers={"content-type": content_type}))
    return caught.value


def test_a_page_is_named_with_its_title_and_the_feeds_it_links_to():
    error = refused(PAGE)
    assert error.kind == "not_a_feed"
    assert str(error) == "https://news.example/a/ is an HTML page, not a feed: “News of the day”"
    assert error.advice.endswith(": https://news.example/feed.xml https://other.example/atom https://news.example/a/feed.json")


@pytest.mark.parametrize(
    "body",
    [
        "<html><body>Hi",
        "<?xml version='1.0'?>\n<!-- x -->\n<!DOCTYPE html PUBLIC 'x'><html xmlns='http://www.w3.org/1999/xhtml'/>",
        "<head>",
    ],
)
def test_a_page_that_links_to_no_feed_says_so_whatever_it_is_served_as(body):
    error = refused(body, "application/rss+xml")
    assert error.kind == "not_a_feed"
    assert "links to no feed" in error.advice


@pytest.mark.parametrize("title", ["Just a moment...", "Attention Required! | Shield", "Are you a robot?"])
def test_a_wall_against_programs_is_told_apart(title):
    error = refused(f"<html><head><title>{title}</title></head><body>checking</body></html>")
    assert error.kind == "bot_wall"
    assert title.rstrip(".") in str(error)


@pytest.mark.parametrize("body", ["", "  \r\n\t", "\ufeff\n"])
def test_nothing_is_called_empty(body):
    assert refused(body).kind == "empty"


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ('<?xml version="1.0"?><opml version="2.0"><body><outline text="a"/></body></opml>', "a list of subscriptions (OPML)"),
        ('<?xml version="1.0"?><urlset xmlns="x"><url><loc>https://a.example/</loc></url></urlset>', "a sitemap"),
        ("PK\x03\x04 and so on", "something else (application/zip, 14 bytes that begin with 'PK. and so on')"),
        ("Not found", "something else (application/zip, 9 bytes that begin with 'Not found')"),
    ],
)
def test_other_things_are_called_what_they_are(body, what):
    error = refused(body, "application/zip")
    assert str(error) == f"https://news.example/a/ is {what}, not a feed"
    assert error.advice


def test_what_stands_in_a_message_can_do_nothing_to_a_terminal():
    error = refused(b"\x1b]0;owned\x07\x1b[31m\xff", "text/plain\x1b[0m")
    assert "\x1b" not in str(error) + error.advice


def test_json_that_is_no_json_feed_leads_to_the_other_kind():
    error = refused('{"items": [], "page": 1}', "application/json")
    assert error.kind == "not_a_feed"
    assert 'kind = "json"' in error.advice
    assert "items, page" in error.advice


def test_broken_json_is_called_broken():
    assert "broken JSON" in str(refused('{"version": "https://jsonfeed.org/version/1.1", "items": [', "application/feed+json"))


@pytest.mark.parametrize("body", [PAGE, "", "<opml/>", "PK", '{"a": 1}', '{"version": "https://jsonfeed.org/version/1", "items": ['])
def test_the_address_is_named_without_what_may_be_a_key(body):
    error = refused(body, url="https://user:canary@news.example/a/?token=canary#canary")
    assert str(error).startswith("https://news.example/a/ ")
    assert "canary" not in str(error) + error.advice


def test_a_page_that_repeats_its_own_query_does_not_bring_it_back():
    page = '<html><title>No /a/?token=canary</title><link rel=alternate type=application/rss+xml href="?token=canary"><link rel=alternate'
    error = refused(page + ' type=application/rss+xml href="?feed=rss2">', url="https://news.example/a/?token=canary")
    assert str(error) == "https://news.example/a/ is an HTML page, not a feed: “No /a/?…”"
    assert error.advice.endswith(": https://news.example/a/?… https://news.example/a/?feed=rss2")


def test_what_stands_in_comments_says_nothing_of_a_document():
    notice = "<!-- made by <html> & <body> of our site " + "x" * 10_000 + " -->"
    feed = f"<?xml version='1.0'?>{notice}<rss version='2.0'><channel><item><title>One</title></item></channel></rss>"
    parsed = FeedKind().parse(SOURCE, Fetched(url="https://news.example/a/", body=feed.encode()))
    assert [entry.title for entry in parsed.entries] == ["One"]
    assert str(refused("<!-- <rss> --><html><body>Hi")).endswith("is an HTML page, not a feed")
    assert "something else" in str(refused("<!--" * 20_000))

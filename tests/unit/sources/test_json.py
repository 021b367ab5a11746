import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aggregator.errors import ParseError
from aggregator.model import Fetched, Source
from aggregator.sources.json import JsonKind

SHARED = Path(__file__).resolve().parents[4] / "shared"
LISTS = sorted((SHARED / "corpus" / "lists").glob("*/list.json"))
REFERENCE = SHARED / "golden" / "compat" / "reference-api-homepage.json"
API = {"items": "items", "fields": {"id": "id", "title": "headline", "text": "body", "link": "href", "published": "updated_date"}}


def source(link_base="https://cn.site.example", max_items=5000, language="", timezone="UTC", **options):
    fixed = {"name": "s", "url": "https://api.example/news", "kind": "json"}
    return Source(**fixed, link_base=link_base, max_items=max_items, language=language, timezone=timezone, options=options)


def parse(document, **options):
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return JsonKind().parse(source(**options), Fetched(url="https://api.example/news", body=body))


def refused(document, **options):
    with pytest.raises(ParseError) as caught:
        parse(document, **options)
    return caught.value


def test_the_shape_of_an_api():
    body = " 报113.80 \n港元，\r\n[[pro_promotion |x]]"
    item = {"id": 2669387, "headline": "a < b", "body": body, "href": "/news/article-2669387", "updated_date": "2025-02-13T03:36:36Z"}
    (entry,) = parse({"items": [item]}, **API).entries
    assert (entry.guid, entry.title, entry.link) == ("2669387", "a < b", "https://cn.site.example/news/article-2669387")
    assert (entry.text, entry.html, entry.published) == (body, "", "2025-02-13T03:36:36Z")


def test_the_shape_of_a_list_needs_no_settings():
    item = {
        "id": 1, "title": "t", "description": "<p>x</p>", "link": "https://o.example/1", "pub_date": "2025-02-13 11:36:36", "source": "afp",
        "kind": 2, "language": "zh-HK", "image": "/i.png", "author": "A",
    }  # fmt: skip
    (entry,) = parse({"data": [item]}).entries
    assert (entry.guid, entry.title, entry.html, entry.text, entry.link) == ("1", "t", "<p>x</p>", "", "https://o.example/1")
    assert (entry.published, entry.label, entry.kind, entry.language) == ("2025-02-13 11:36:36", "afp", "2", "zh-HK")
    assert (entry.image, entry.authors) == ("https://cn.site.example/i.png", ("A",))


def test_a_list_elsewhere_keeps_the_usual_fields():
    (entry,) = parse({"result": {"rows": [{"id": 1, "title": "t"}]}}, items="result.rows").entries
    assert (entry.guid, entry.title) == ("1", "t")


def test_the_document_may_be_the_list():
    for options in ({"items": "", "fields": {"title": "t"}}, {"fields": {"title": "t"}}, {"items": ""}):
        assert len(parse([{"t": "a"}, {"t": "b"}], **options).entries) == 2


def test_fields_are_paths_into_an_entry():
    item = {"attributes": {"names": [{"text": "first"}], "people": ["A", "B"]}, "meta": {"media.url": "a.png"}}
    (entry,) = parse([item], fields={"title": "attributes.names.0.text", "author": "attributes.people", "image": "meta.media.url"}).entries
    assert (entry.title, entry.authors, entry.image) == ("first", ("A", "B"), "https://cn.site.example/a.png")


def test_what_is_missing_or_null_is_empty():
    item = {"headline": None, "body": {"odd": 1}, "updated_date": None}
    (entry,) = parse({"items": [item]}, **API).entries
    assert (entry.guid, entry.title, entry.text, entry.link, entry.published, entry.kind) == ("", "", "", "", None, "")


@pytest.mark.parametrize(
    ("href", "link"),
    [
        ("/a-1", "https://cn.site.example/a-1"),
        ("//other.example/a", "https://other.example/a"),
        ("https://ads.example/?x=1", "https://ads.example/?x=1"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("http://[x", "http://[x"),
        ("", ""),
    ],
)
def test_relative_links_are_joined_with_the_base(href, link):
    assert parse({"items": [{"href": href}]}, **API).entries[0].link == link


def test_without_a_base_links_are_relative_to_the_document():
    assert parse({"items": [{"href": "a-1"}]}, link_base="", **API).entries[0].link == "https://api.example/a-1"


@pytest.mark.parametrize(
    ("value", "published"),
    [
        (1739417796, datetime(2025, 2, 13, 3, 36, 36, tzinfo=UTC)),
        (1739417796000, datetime(2025, 2, 13, 3, 36, 36, tzinfo=UTC)),
        (1739417796.5, datetime(2025, 2, 13, 3, 36, 36, 500000, tzinfo=UTC)),
        ("1739417796", "1739417796"),
        (20250926, "20250926"),
        (20250926101715, "20250926101715"),
        (202509261017, "202509261017"),
        (2025092610, "2025092610"),
        (2025, "2025"),
        (250926, "250926"),
        (1, "1"),
        (-5, "-5"),
        (10**30, str(10**30)),
        (True, "true"),
        ("", None),
    ],
)
def test_numbers_are_instants(value, published):
    assert parse({"items": [{"updated_date": value}]}, **API).entries[0].published == published


def test_one_odd_entry_costs_that_entry():
    feed = parse({"items": [{"id": 1}, "x", None, ["y"], {"id": 5}]}, **API)
    assert [entry.guid for entry in feed.entries] == ["1", "5"]
    assert feed.complaints == ("entry 2 is a text, not an object", "entry 3 is null, not an object", "entry 4 is a list, not an object")


def test_no_more_entries_are_read_than_wanted():
    assert len(parse({"items": [{}] * 9}, max_items=4, **API).entries) == 4


# several lists, templates, forms of dates


def titles(document, **options):
    return [entry.title for entry in parse(document, fields={"title": "t"}, **options).entries]


def test_several_lists_make_one_in_the_order_of_the_paths():
    document = {"top": [{"t": "a"}], "more": {"news": [{"t": "b"}, {"t": "c"}]}}
    assert titles(document, items=["more.news", "top"]) == ["b", "c", "a"]


def test_of_several_lists_a_missing_one_is_a_complaint():
    feed = parse({"top": [{"t": "a"}], "flash": None}, items=["top", "flash", "x.*"], fields={"title": "t"})
    assert [entry.title for entry in feed.entries] == ["a"]
    assert feed.complaints == ("there is no list at “flash”", "there is no list at “x.*”")
    assert "“flash” should be the list" in str(refused({"top": 1}, items=["flash", "x.*"]))


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"sections": [{"list": [{"t": "a"}]}, {"list": [{"t": "b"}]}]}, "sections.*.list"),
        ({"sections": {"x": {"list": [{"t": "a"}, {"t": "b"}]}, "y": {"list": []}, "z": {}}}, "sections.*.list"),
        ({"byId": {"17": {"t": "a"}, "4": {"t": "b"}}}, "byId.*"),
        ([{"node": {"t": "a"}}, {"node": {"t": "b"}}], "*.node"),
        ([[{"t": "a"}], [{"t": "b"}]], "*"),
        ({"a": [[{"x": {"t": "a"}}, {"x": {"t": "b"}}]]}, "a.*.*.x"),
    ],
)
def test_a_star_is_every_key_or_place(document, path):
    assert titles(document, items=path) == ["a", "b"]


def test_a_star_in_a_field_collects_texts():
    item = {"title": "t", "people": [{"name": "A"}, {"name": None}, {"name": "B"}], "topics": {"x": "Börse", "y": "Geld"}}
    (entry,) = parse([item], fields={"title": "title", "author": "people.*.name", "tags": "topics.*"}).entries
    assert (entry.authors, entry.tags) == (("A", "B"), ("Börse", "Geld"))


@pytest.mark.parametrize(
    ("item", "link"),
    [
        ({"id": 17, "s": {"slug": "welt"}}, "https://x.example/welt/17"),
        ({"id": "a b?c#d&e", "s": {"slug": "x/y"}}, "https://x.example/x/y/a%20b%3Fc%23d%26e"),
        ({"id": "新", "s": {"slug": "%E6%96%B0"}}, "https://x.example/%E6%96%B0/%E6%96%B0"),
        ({"id": "", "s": {"slug": "welt"}}, ""),
        ({"s": {"slug": "welt"}}, ""),
    ],
)
def test_a_link_can_be_made_of_values_and_is_never_made_of_half_of_them(item, link):
    assert parse([item], fields={"link": "https://x.example/{s.slug}/{id}"}).entries[0].link == link


def test_a_relative_template_is_joined_with_the_base():
    fields = {"link": "/a/{id}", "image": "//img.example/{id}.png"}
    (entry,) = parse([{"id": 4}], fields=fields).entries
    assert (entry.link, entry.image) == ("https://cn.site.example/a/4", "https://img.example/4.png")


def test_texts_are_made_of_what_is_there():
    fields = {"title": "{kicker}: {head}", "html": "<p>{lead}</p>{body}", "summary": "{none}"}
    (entry,) = parse([{"kicker": "Now", "head": "{x}", "body": "<p>b & c?</p>"}], fields=fields).entries
    assert (entry.title, entry.html, entry.summary) == ("Now: {x}", "<p></p><p>b & c?</p>", "")


@pytest.mark.parametrize(
    ("value", "form", "language", "instant"),
    [
        ("05/03/2025 18:30", "%d/%m/%Y %H:%M", "", "2025-03-05T17:30:00+00:00"),
        ("03/05/25", "%m/%d/%y", "", "2025-03-04T23:00:00+00:00"),
        ("2025-03-05 18.30 +0200", "%Y-%m-%d %H.%M %z", "", "2025-03-05T16:30:00+00:00"),
        (20250305, "%Y%m%d", "", "2025-03-04T23:00:00+00:00"),
        ("5 de marzo de 2025", "%d de %B de %Y", "es", "2025-03-04T23:00:00+00:00"),
        ("Mittwoch, 5. März 2025", "", "de-AT", ""),
    ],
)
def test_dates_in_the_form_that_is_set_are_in_the_zone_of_the_source(value, form, language, instant):
    document = {"items": [{"updated_date": value}]}
    (entry,) = parse(document, **API, **({"date_format": form} if form else {}), language=language, timezone="Europe/Madrid").entries
    if instant:
        assert entry.published.astimezone(UTC).isoformat() == instant
    else:
        assert entry.published == "Mittwoch, 5 March 2025"


def test_a_date_in_another_form_stays_as_it_came():
    entries = parse(
        {"items": [{"updated_date": "2025-03-05T18:30:00Z"}, {"updated_date": 1739417796}]}, **API, date_format="%d/%m/%Y"
    ).entries
    assert [entry.published for entry in entries] == ["2025-03-05T18:30:00Z", datetime(2025, 2, 13, 3, 36, 36, tzinfo=UTC)]


def test_more_odd_entries_than_anybody_reads_are_counted():
    complaints = parse({"items": [None] * 30}, **API).complaints
    assert (len(complaints), complaints[-1]) == (21, "10 more entries are no objects")


# what goes wrong


def test_a_path_that_leads_nowhere_names_the_keys_that_are_there():
    error = refused({"page": 1, "news": {"total": 9, "entries": [], "next": None}}, items="news.items")
    assert str(error) == "https://api.example/news: “news.items” should be the list of entries, but is nothing"
    assert error.advice == "“news” has the keys: entries (a list), total (a number), next (null). Set items to the path of the list."


def test_the_usual_path_that_is_not_there():
    error = refused({"items": [], "ok": True})
    assert "“data” should be the list" in str(error)
    assert error.advice == "The document has the keys: items (a list), ok (true or false). Set items to the path of the list."


def test_a_document_that_is_an_object_where_a_list_was_expected():
    assert "the document should be the list of entries, but is an object" in str(refused({"a": []}, items=""))


def test_a_document_that_is_the_list_where_an_object_was_expected():
    assert refused([{"id": 1}], items="data").advice == 'If the document itself is the list, set items = "".'


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (b"", "empty", "nothing at all"),
        (b"<html><head><title>Login</title></head></html>", "not_a_feed", "an HTML page, not JSON: “Login”"),
        (b"<html><title>Just a moment...</title></html>", "bot_wall", "Just a moment"),
        (b"<?xml version='1.0'?><rss version='2.0'><channel/></rss>", "not_a_feed", "is a feed, not JSON"),
        (b'{"items": [', "not_a_feed", "broken JSON: Expecting value: line 1 column 12"),
        (b'"text"', "not_a_feed", "something else"),
        (b"\xff\xfe\x00\xd8", "not_a_feed", "something else"),
    ],
)
def test_what_is_not_json_is_named(body, kind, words):
    error = refused(body, **API)
    assert error.kind == kind
    assert words in str(error)
    assert error.advice


# settings


@pytest.mark.parametrize(
    "options",
    [
        {},
        API,
        {"items": ""},
        {"items": "a.b"},
        {"items": ["a", "b.*"]},
        {"date_format": "%d.%m.%y"},
        {"fields": {"link": "u", "kind": "k"}},
    ],
)
def test_good_settings_have_no_problems(options):
    assert JsonKind().problems(source(**options)) == []


@pytest.mark.parametrize(
    ("options", "key", "words"),
    [
        ({"items": 3}, "items", "dotted path"),
        ({"items": []}, "items", "dotted path"),
        ({"items": ["a", 3]}, "items", "dotted path"),
        ({"fields": {"link": "https://x.example/{id"}}, "fields.link", "brace without its partner"),
        ({"fields": {"link": "https://x.example/{}"}}, "fields.link", "nothing in it"),
        ({"date_format": 3}, "date_format", "must be text"),
        ({"date_format": "%q"}, "date_format", "bad directive"),
        ({"date_format": "%d/%m %H:%M"}, "date_format", "names no year"),
        ({"date_format": "%Y %d %Y"}, "date_format", "twice"),
        ({"fields": "title"}, "fields", "must be a table"),
        ({"fields": {"title": "t", "pub_date": "d"}}, "fields.pub_date", "known: id, title"),
        ({"fields": {"title": "t", "publshed": "d"}}, "fields.publshed", "did you mean published?"),
        ({"fields": {"title": 3}}, "fields.title", "as text"),
        ({"fields": {"title": ""}}, "fields.title", "as text"),
        ({"fields": {"id": "id"}}, "fields", "nothing would be left"),
        ({"fields": {}}, "fields", "nothing would be left"),
    ],
)
def test_bad_settings_are_explained(options, key, words):
    ((found, message),) = JsonKind().problems(source(**options))
    assert found == key
    assert words in message


# recorded documents


@pytest.mark.skipif(not LISTS, reason="the recorded lists (../shared/corpus) are not here")
@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.parent.name)
def test_recorded_lists_are_read_whole(path):
    rows = json.loads(path.read_bytes())["data"]
    feed = JsonKind().parse(source(), Fetched(url="https://api.example/list", body=path.read_bytes()))
    assert len(feed.entries) == len(rows) > 0
    assert [entry.title for entry in feed.entries] == [row["title"] or "" for row in rows]
    assert [entry.html for entry in feed.entries] == [row.get("description") or "" for row in rows]
    assert feed.complaints == ()


@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference documents (../shared/golden) are not here")
def test_the_recorded_api_answer_is_read():
    items = json.loads(REFERENCE.read_bytes())["items"]
    feed = JsonKind().parse(
        source(link_base="https://cn.investing.com", **API), Fetched(url="https://api.example/", body=REFERENCE.read_bytes())
    )
    assert [entry.text for entry in feed.entries] == [item["body"] for item in items]
    assert [entry.link for entry in feed.entries] == ["https://cn.investing.com" + item["href"] for item in items]


def test_media_are_addresses_at_one_or_several_places():
    entry = {"title": "t", "audio": "/a b.mp3", "files": [{"url": "b.pdf"}, {"url": None}, {"url": "magnet:?xt=urn:btih:1"}]}
    fields = {"title": "title", "media": "files.*.url"}
    (several,) = parse([entry], items="", fields=fields).entries
    assert [media.url for media in several.media] == ["https://cn.site.example/b.pdf", "magnet:?xt=urn:btih:1"]
    (one,) = parse([entry], items="", fields=fields | {"media": "https://cdn.example{audio}"}).entries
    assert [media.url for media in one.media] == ["https://cdn.example/a%20b.mp3"]

"""Published files over HTTP: what a version is answered with."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import brotli
import feedparser
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from aggregator.web.files import Published
from tests.unit.web.asking import Answer, ask
from tests.unit.web.conftest import BASE, Publish
from tests.validation import problems

DECODED = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}
RSS = "/feeds/en/news.rss"
FORMS = ("rss", "atom", "json")


@pytest.fixture
def app(folder: Path, publish: Publish) -> Starlette:
    publish(1, 2, 3)
    return serving(folder)


def serving(folder: Path, **options: object) -> Starlette:
    return Starlette(routes=[Route("/feeds/{path:document}", Published(folder, **options))])  # type: ignore[arg-type]


def date_of(path: Path, seconds: float) -> None:
    os.utime(path, ns=(int(seconds * 1e9), int(seconds * 1e9)))


def titles(answer: Answer) -> list[str]:
    if answer.headers["content-type"].startswith("application/feed+json"):
        return [item["title"] for item in answer.json["items"]]
    return [entry.title for entry in feedparser.parse(answer.body).entries]


# -- codings and conditions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("coding", ["", "gzip", "br"])
def test_every_coding_holds_the_file_and_has_a_tag_of_its_own(app: Starlette, folder: Path, coding: str) -> None:
    answer = ask(app, RSS, accept_encoding=coding)
    assert answer.status == 200
    assert answer.headers.get("content-encoding", "") == coding
    assert DECODED[coding](answer.body) == (folder / "en/news.rss").read_bytes()
    assert int(answer.headers["content-length"]) == len(answer.body)
    assert answer.headers["vary"] == "Accept-Encoding, Sec-Fetch-Dest"
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert len({ask(app, RSS, accept_encoding=other).headers["etag"] for other in DECODED}) == 3
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("coding", ["", "gzip", "br"])
@pytest.mark.parametrize("form", FORMS)
def test_head_says_the_same_of_every_form_and_sends_nothing(app: Starlette, folder: Path, form: str, coding: str) -> None:
    date_of(folder / f"en/news.{form}", 1_780_000_000)  # not of the second that is running
    full, head = (ask(app, f"/feeds/en/news.{form}", method, accept_encoding=coding) for method in ("GET", "HEAD"))
    assert head == Answer(200, full.headers, b"")


def test_what_a_client_holds_in_any_coding_is_not_sent_again(app: Starlette) -> None:
    tags = [ask(app, RSS, accept_encoding=coding).headers["etag"] for coding in DECODED]
    for tag in tags:
        for accepted in DECODED:
            same = ask(app, RSS, if_none_match=f'"x", W/{tag}', accept_encoding=accepted)
            assert (same.status, same.headers["etag"], same.body) == (304, tag, b"")
            assert not {"content-type", "content-length", "content-encoding"} & same.headers.keys()
    assert ask(app, RSS, if_none_match="*").status == 304
    assert ask(app, RSS, if_none_match='"x"').status == 200


def test_a_tag_goes_before_a_date(app: Starlette, folder: Path) -> None:
    date_of(folder / "en/news.rss", 1_000_000)
    modified = ask(app, RSS).headers["last-modified"]
    assert ask(app, RSS, if_modified_since=modified).status == 304
    assert ask(app, RSS, if_modified_since=modified, if_none_match='"x"').status == 200


def test_a_version_that_follows_within_the_same_second_is_not_taken_for_the_one_before(folder: Path, publish: Publish) -> None:
    """With the file's own second as the date, the client would keep the first version until the feed changes once more."""
    now = [1_000_000.3]
    app, path = serving(folder, clock=lambda: now[0]), folder / "en/news.rss"
    publish(1)
    date_of(path, 1_000_000.2)
    first = ask(app, RSS).headers["last-modified"]
    publish(1, 2)
    date_of(path, 1_000_000.7)
    now[0] = 1_000_000.9
    assert titles(ask(app, RSS, if_modified_since=first)) == ["Day 2", "Day 1"]
    now[0] = 1_000_005
    later = ask(app, RSS).headers["last-modified"]
    assert ask(app, RSS, if_modified_since=later).status == 304
    publish(1, 2, 3)
    date_of(path, 1_000_001.0)
    assert ask(app, RSS, if_modified_since=later).status == 200


def test_a_new_version_is_served_at_once(app: Starlette, publish: Publish) -> None:
    tag = ask(app, RSS, accept_encoding="br").headers["etag"]
    publish(1, 2, 3, 4)
    answer = ask(app, RSS, accept_encoding="br", if_none_match=tag)
    assert (answer.status, len(feedparser.parse(brotli.decompress(answer.body)).entries)) == (200, 4)


def test_what_is_small_is_not_compressed(app: Starlette, folder: Path) -> None:
    (folder / "en/small.rss").write_bytes(b"<rss/>")
    assert "content-encoding" not in ask(app, "/feeds/en/small.rss", accept_encoding="br").headers


def test_a_browser_gets_a_type_that_it_shows_and_the_same_bytes(app: Starlette) -> None:
    shown, read = ask(app, RSS, sec_fetch_dest="document"), ask(app, RSS)
    assert (shown.headers["content-type"], shown.body) == ("text/xml; charset=utf-8", read.body)
    assert ask(app, "/feeds/en/news.json", sec_fetch_dest="document").headers["content-type"] == "application/feed+json"


# -- parts in bytes --------------------------------------------------------------------------------------------------------------


def test_a_part_is_of_the_plain_bytes_even_where_a_coding_is_accepted(app: Starlette, folder: Path) -> None:
    data = (folder / "en/news.rss").read_bytes()
    part = ask(app, RSS, range="bytes=10-19", accept_encoding="gzip")
    assert (part.status, part.body, part.headers["content-range"]) == (206, data[10:20], f"bytes 10-19/{len(data)}")
    assert (part.headers["content-length"], part.headers.get("content-encoding")) == ("10", None)
    assert part.headers["etag"] == ask(app, RSS).headers["etag"]
    beyond = ask(app, RSS, range=f"bytes={len(data)}-")
    assert (beyond.status, beyond.headers["content-range"], beyond.body) == (416, f"bytes */{len(data)}", b"")
    for ignored in ("bytes=5-1", "bytes=0-1,4-5", "x"):
        assert ask(app, RSS, range=ignored).status == 200
    assert ask(app, RSS, "HEAD", range="bytes=0-1").status == 200


def test_a_part_of_another_version_is_all_of_this_one(app: Starlette) -> None:
    tag = ask(app, RSS).headers["etag"]
    assert ask(app, RSS, range="bytes=0-1", if_range=tag).status == 206
    for other in ('"x"', f"W/{tag}", ask(app, RSS, accept_encoding="br").headers["etag"]):
        assert ask(app, RSS, range="bytes=0-1", if_range=other).status == 200
    assert ask(app, RSS, range="bytes=0-1", if_none_match=tag).status == 304


# -- what is new alone -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_who_wants_only_what_is_new_gets_what_came_and_what_changed(app: Starlette, publish: Publish, form: str) -> None:
    path = f"/feeds/en/news.{form}"
    first = ask(app, path, a_im="feed")
    assert (first.status, len(titles(first))) == (200, 3)
    tag = first.headers["etag"]
    assert ask(app, path, a_im="feed", if_none_match=tag).status == 304
    publish(1, 2, 3, 4, 5, day_2="Day two was otherwise.")
    news = ask(app, path, a_im="gzip, feed;q=1", if_none_match=f"W/{tag}", accept_encoding="br")
    assert (news.status, news.headers["im"], news.headers["delta-base"]) == (226, "feed", tag)
    assert news.headers["cache-control"] == "no-store, im"
    assert {"A-IM", "If-None-Match"} <= set(news.headers["vary"].split(", "))
    assert titles(news) == ["Day 5", "Day 4", "Day 2"]
    assert problems(path, news.body) == []
    whole = ask(app, path)
    assert news.headers["etag"] == whole.headers["etag"]
    assert len(titles(whole)) == 5
    assert ask(app, path, a_im="feed", if_none_match=news.headers["etag"]).status == 304


def test_who_takes_news_for_an_error_gets_everything(app: Starlette, publish: Publish) -> None:
    tag = ask(app, RSS, a_im="feed").headers["etag"]
    publish(1, 2, 3, 4)
    told = {"a_im": "feed", "if_none_match": tag}
    assert ask(app, RSS, **told, user_agent="python-reader/3.20 (+https://github.com/lemon24/reader)").status == 226
    for program in ("feedparser/6.0.10 +https://github.com/kurtmckee/feedparser/", "rss2email/3.9 (https://github.com/wking/rss2email)"):
        answer = ask(app, RSS, **told, user_agent=program)
        assert (answer.status, len(titles(answer))) == (200, 4)


def test_a_version_of_which_nothing_is_remembered_is_answered_in_full(app: Starlette, publish: Publish) -> None:
    tag = ask(app, RSS).headers["etag"]  # asked for without A-IM
    publish(1, 2, 3, 4)
    for condition in ({"if_none_match": tag}, {"if_none_match": '"x"'}, {}):
        answer = ask(app, RSS, a_im="feed", **condition)
        assert (answer.status, len(titles(answer))) == (200, 4)
    assert ask(app, RSS, a_im="vcdiff", if_none_match=tag).status == 200


def test_where_entries_only_went_there_is_nothing_new(app: Starlette, publish: Publish) -> None:
    tag = ask(app, RSS, a_im="feed").headers["etag"]
    publish(2, 3)
    news = ask(app, RSS, a_im="feed", if_none_match=tag)
    assert (news.status, titles(news)) == (226, [])


# -- parts of a feed -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("query", "shown"),
    [("limit=2", ["Day 3", "Day 2"]), ("q=DAY+1", ["Day 1"]), ("since=2026-07-03", ["Day 3", "Day 2"]), ("q=x&limit=1", [])],
)
def test_a_part_of_a_feed_is_a_feed_of_its_own(app: Starlette, form: str, query: str, shown: list[str]) -> None:
    path = f"/feeds/en/news.{form}"
    part, whole = ask(app, f"{path}?{query}"), ask(app, path)
    assert (part.status, titles(part)) == (200, shown)
    assert problems(path, part.body) == []
    assert part.headers["etag"] != whole.headers["etag"]
    assert part.headers["content-type"] == whole.headers["content-type"]
    assert f"{BASE}{path}?" in part.body.decode()
    assert ask(app, f"{path}?{query}", if_none_match=part.headers["etag"]).status == 304
    assert ask(app, f"{path}?{query}", if_none_match=whole.headers["etag"]).status == 200
    assert ask(app, f"{path}?x=y&{query}").body == part.body


def test_a_part_follows_its_feed(app: Starlette, publish: Publish) -> None:
    tag = ask(app, f"{RSS}?limit=1").headers["etag"]
    publish(1, 2, 3, 4)
    assert titles(ask(app, f"{RSS}?limit=1", if_none_match=tag)) == ["Day 4"]
    news = ask(app, f"{RSS}?limit=2", a_im="feed")
    publish(1, 2, 3, 4, 5)
    assert titles(ask(app, f"{RSS}?limit=2", a_im="feed", if_none_match=news.headers["etag"])) == ["Day 5"]


def test_what_makes_no_sense_is_answered_with_what_would(app: Starlette) -> None:
    answer = ask(app, f"{RSS}?limit=many")
    assert (answer.status, answer.headers["content-type"]) == (400, "text/plain; charset=utf-8")
    assert b"limit=20" in answer.body


def test_the_bilingual_variant_is_also_a_mode(app: Starlette, folder: Path, publish: Publish) -> None:
    assert ask(app, f"{RSS}?mode=bilingual").status == 404
    publish(2, variant="bilingual")
    assert ask(app, f"{RSS}?mode=bilingual").body == (folder / "en/news.bilingual.rss").read_bytes()
    assert titles(ask(app, f"{RSS}?mode=bilingual&limit=5")) == ["Day 2"]
    assert ask(app, "/feeds/en/news.bilingual.rss?mode=bilingual").status == 200


# -- what is not there -----------------------------------------------------------------------------------------------------------


def test_a_feed_whose_source_was_removed_is_gone_and_one_that_never_was_is_not_found(folder: Path, publish: Publish) -> None:
    app = serving(folder, is_gone=lambda path: "old" in path)
    publish(1, name="old")
    assert ask(app, "/feeds/en/old.rss").status == 410
    assert b"unsubscribe" in ask(app, "/feeds/en/old.atom?limit=1").body
    assert ask(app, "/feeds/de/old.rss").status == 404


@pytest.mark.parametrize(
    "path",
    [
        "../secret.rss",
        "en/../../secret.rss",
        "/secret.rss",
        "en//news.rss",
        "en/./news.rss",
        "en/news.txt",
        "en",
        "%00.rss",
        "x" * 5000 + ".rss",
        "en/link.rss",
        "en/folder.rss",
        "%ED%B3%BF.rss",
    ],
)
def test_nothing_else_is_served(app: Starlette, folder: Path, path: str) -> None:
    (folder.parent / "secret.rss").write_bytes(b"not for readers")
    (folder / "en/news.txt").write_bytes(b"not for readers")
    (folder / "en/link.rss").symlink_to(folder.parent / "secret.rss")
    (folder / "en/folder.rss").mkdir()
    for served in (app, serving(folder, is_gone=lambda path: True)):
        answer = ask(served, f"/feeds/{path}")
        assert answer.status == 404
        assert b"not for readers" not in answer.body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"])
def test_files_can_only_be_read(app: Starlette, method: str) -> None:
    answer = ask(app, RSS, method)
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")

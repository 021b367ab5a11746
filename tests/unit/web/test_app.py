"""The web application over a folder of files, without a server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aggregator.web.guard import Guard
from tests import newsroom


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Guard]:
    folder = tmp_path / "data" / "feeds"
    (folder / "en" / "archive" / "all").mkdir(parents=True)
    (folder / "style.css").write_text("x", encoding="utf-8")
    (folder / "en" / "archive" / "all" / "1.rss").write_text("<rss/>", encoding="utf-8")
    (folder / "en" / "all.bilingual.rss").write_text("<rss/>", encoding="utf-8")
    with newsroom.empty(tmp_path) as house:
        newsroom.store(house, [newsroom.item(2), newsroom.ALIBABA])
        yield newsroom.site(house)


def get(app: Guard, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    fields = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"", "headers": fields}
    asyncio.run(app(scope, receive, send))
    named = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], named, b"".join(message.get("body", b"") for message in sent[1:])


def test_the_stylesheet_is_served_as_one_also_to_a_browser_that_is_told_not_to_guess(app: Guard) -> None:
    status, headers, body = get(app, "/feeds/style.css", sec_fetch_dest="style")
    assert (status, headers["content-type"], headers["x-content-type-options"], body) == (200, "text/css; charset=utf-8", "nosniff", b"x")
    assert get(app, "/feeds/style.css", sec_fetch_dest="document")[1]["content-type"] == "text/css; charset=utf-8"


def test_archives_are_served_like_feeds(app: Guard) -> None:
    status, headers, _ = get(app, "/feeds/en/archive/all/1.rss")
    assert (status, headers["content-type"]) == (200, "application/rss+xml; charset=utf-8")
    assert get(app, "/feeds/en/archive/all/1.rss", if_none_match=headers["etag"])[0] == 304
    assert get(app, "/feeds/en/archive/all/2.rss")[0] == 404


def test_a_list_of_all_feeds_and_one_of_each_language(app: Guard) -> None:
    everything, english, chinese = (get(app, path)[2] for path in ("/opml.xml", "/opml/en.xml", "/opml/zh-CN.xml"))
    assert (english.count(b"/feeds/en/"), english.count(b"/feeds/zh-CN/")) == (2, 0)
    assert everything.count(b"/feeds/") == english.count(b"/feeds/") + chinese.count(b"/feeds/")
    bilingual = get(app, "/opml/en.bilingual.xml")[2]
    assert (bilingual.count(b"/feeds/"), bilingual.count(b"/feeds/en/all.bilingual.rss")) == (1, 1)
    assert b"bilingual" not in everything + english + chinese
    assert [get(app, f"/opml/{name}.xml")[0] for name in ("fr", "zh-CN.bilingual", "en.x")] == [404, 404, 404]


def test_the_catalogue_leads_to_every_feed_and_list(app: Guard) -> None:
    page = get(app, "/")[2].decode()
    for path in ("opml/en.xml", "opml/en.bilingual.xml", "opml/zh-CN.xml", "feeds/en/all.rss", "feeds/en/all.bilingual.rss"):
        assert f'href="/{path}"' in page
    assert page.index("en/all.rss") < page.index("en/all.bilingual.rss")
    assert "zh-CN.bilingual" not in page
    assert "zh-CN/all.bilingual" not in page


def test_the_page_of_a_feed_names_its_bilingual_variant(app: Guard) -> None:
    assert b"/feeds/en/all.bilingual.atom" in get(app, "/feeds/en/all")[2]
    assert b"bilingual" not in get(app, "/feeds/zh-CN/all")[2]

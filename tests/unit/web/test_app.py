"""The web application over a folder of files, without a server."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from aggregator.web.app import application
from aggregator.wiring import Place


@pytest.fixture
def app(tmp_path: Path) -> Starlette:
    (tmp_path / "style.css").write_text("x", encoding="utf-8")
    (tmp_path / "en" / "archive" / "all").mkdir(parents=True)
    (tmp_path / "en" / "archive" / "all" / "1.rss").write_text("<rss/>", encoding="utf-8")
    places = [Place("en", "all", "All", "en/all"), Place("zh-CN", "all", "All", "zh-CN/all")]
    return application(lambda: places, feeds=tmp_path, title="T", opml=lambda language: f"<{language}>".encode(), formats=("rss",))


def get(app: Starlette, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
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


def test_the_stylesheet_is_served_as_one_also_to_a_browser_that_is_told_not_to_guess(app: Starlette) -> None:
    status, headers, body = get(app, "/feeds/style.css", sec_fetch_dest="style")
    assert (status, headers["content-type"], headers["x-content-type-options"], body) == (200, "text/css; charset=utf-8", "nosniff", b"x")
    assert get(app, "/feeds/style.css", sec_fetch_dest="document")[1]["content-type"] == "text/css; charset=utf-8"


def test_archives_are_served_like_feeds(app: Starlette) -> None:
    status, headers, _ = get(app, "/feeds/en/archive/all/1.rss")
    assert (status, headers["content-type"]) == (200, "application/rss+xml; charset=utf-8")
    assert get(app, "/feeds/en/archive/all/1.rss", if_none_match=headers["etag"])[0] == 304
    assert get(app, "/feeds/en/archive/all/2.rss")[0] == 404


def test_a_list_of_all_feeds_and_one_of_each_language(app: Starlette) -> None:
    assert [get(app, path)[2] for path in ("/opml.xml", "/opml/en.xml", "/opml/zh-CN.xml")] == [b"<>", b"<en>", b"<zh-CN>"]
    assert get(app, "/opml/fr.xml")[0] == 404
    assert b"/opml/zh-CN.xml" in get(app, "/")[2]

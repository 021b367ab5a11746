"""Feeds with addresses that can't be guessed."""

from __future__ import annotations

from pathlib import Path

import feedparser
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from aggregator.core.admission import Keys
from aggregator.web.files import FEEDS, FeedTokens, Published
from aggregator.web.guard import Doors, Guard
from tests.unit.web.asking import ask
from tests.unit.web.conftest import BASE, Publish

TOKEN = "correct-horse-battery-staple"
KEYS = Keys(TOKEN)
RSS = "/feeds/en/news.rss"
NEWS = KEYS.of_feed("en/news.rss")


@pytest.fixture
def app(folder: Path, publish: Publish) -> Guard:
    publish(1, 2, 3)
    published = Published(folder, tokens=FeedTokens(KEYS.of_feed, KEYS.opens_feed), shared=False)
    return Guard(Starlette(routes=[Route(f"{FEEDS}{{path:document}}", published)]), Doors(keys=KEYS, private=True, feed_tokens=True))


@pytest.mark.parametrize(
    "query", ["", "?token=", "?token=x", f"?token={TOKEN}", f"?token={KEYS.of_feed('en/all.rss')}", "?limit=1", "?token=%ff"]
)
def test_without_its_own_token_a_feed_is_not_served(app: Guard, query: str) -> None:
    refused = ask(app, RSS + query)
    assert refused.status == 403
    assert NEWS.encode() not in refused.body


def test_with_it_all_its_documents_are_and_their_addresses_have_it(app: Guard) -> None:
    for form in ("rss", "atom", "json"):
        path = f"/feeds/en/news.{form}"
        answer = ask(app, f"{path}?token={NEWS}")
        assert (answer.status, answer.headers["cache-control"]) == (200, "private, max-age=300")
        assert f"{BASE}{path}?token={NEWS}" in answer.body.decode()
        assert ask(app, f"{path}?token={NEWS}", if_none_match=answer.headers["etag"]).status == 304


def test_a_part_has_it_too(app: Guard) -> None:
    answer = ask(app, f"{RSS}?limit=1&token={NEWS}")
    assert f"{BASE}{RSS}?limit=1&amp;token={NEWS}" in answer.body.decode()
    assert len(feedparser.parse(answer.body).entries) == 1


def test_the_operator_needs_none_and_the_stylesheet_is_everybody_s(app: Guard, folder: Path) -> None:
    whole = ask(app, RSS, authorization=f"Bearer {TOKEN}")
    assert (whole.status, whole.body) == (200, (folder / "en/news.rss").read_bytes())
    assert ask(app, "/feeds/style.css").status == 200

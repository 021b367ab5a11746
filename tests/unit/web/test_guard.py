"""The guard before every route."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from aggregator.core.admission import Keys
from aggregator.core.buckets import Buckets
from aggregator.web.guard import POLICY, Doors, Guard
from tests.unit.web.asking import ask

TOKEN = "correct-horse-battery-staple"
KEYS = Keys(TOKEN)
BEARER = f"Bearer {TOKEN}"
BASIC = f"Basic {b64encode(f'me:{TOKEN}'.encode()).decode()}"


async def answer(request: Request) -> PlainTextResponse:
    if request.url.path == "/broken":
        raise RuntimeError
    return PlainTextResponse("here", headers={"Content-Security-Policy": "default-src *"})


def guarded(clock: Any = lambda: 0.0, **doors: Any) -> Guard:
    routes = [Route("/{path:path}", answer, methods=["GET", "POST", "DELETE"])]
    return Guard(Starlette(routes=routes), Doors(base_url="https://news.example.org", **doors), clock=clock)


def test_every_answer_tells_browsers_what_they_may_do() -> None:
    policy = {name.lower(): value for name, value in POLICY.items()}
    assert "unsafe" not in policy["content-security-policy"]
    for path, host in (("/", "localhost"), ("/none", "localhost"), ("/", "evil.example")):
        assert policy.items() <= ask(guarded(), path, host=host).headers.items()
    assert policy.items() <= ask(guarded(keys=KEYS, private=True), "/", host="localhost").headers.items()


@pytest.mark.parametrize(("host", "status"), [("localhost:8080", 200), ("news.example.org", 200), ("inside", 200), ("evil.example", 421)])
def test_only_our_names_are_answered_for(host: str, status: int) -> None:
    site = guarded(hosts=("inside",))
    assert [ask(site, "/", host=host).status for _ in range(2)] == [status, status]


@pytest.mark.parametrize("method", ["POST", "DELETE"])
@pytest.mark.parametrize(
    "told",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec_fetch_site": "cross-site"},
        {"origin": "http://localhost:9", "sec_fetch_site": "same-site"},
    ],
)
def test_a_page_of_another_site_changes_nothing_even_with_the_token(method: str, told: dict[str, str]) -> None:
    site = guarded(keys=KEYS)
    assert ask(site, "/x", method, host="localhost", authorization=BASIC, **told).status == 403
    assert ask(site, "/x", host="localhost", **told).status == 200
    assert ask(site, "/websub/token", method, host="localhost", **told).status == 200


@pytest.mark.parametrize(
    "told", [{}, {"origin": "http://localhost", "sec_fetch_site": "same-origin"}, {"origin": "https://news.example.org"}]
)
def test_our_own_pages_and_programs_may(told: dict[str, str]) -> None:
    assert ask(guarded(), "/x", "POST", host="localhost", **told).status == 200


def test_without_a_token_nothing_is_locked() -> None:
    assert [ask(guarded(), path).status for path in ("/", "/metrics", "/feeds/en/all.rss")] == [200, 200, 200]


def test_with_a_token_metrics_are_the_operator_s() -> None:
    site = guarded(keys=KEYS)
    assert ask(site, "/operations.atom").status == 401
    refused = ask(site, "/metrics")
    assert (refused.status, refused.headers["www-authenticate"]) == (401, 'Basic realm="aggregator", charset="UTF-8"')
    assert [ask(site, "/metrics", authorization=field).status for field in (BEARER, BASIC)] == [200, 200]
    assert [ask(site, path).status for path in ("/", "/feeds/en/all.rss", "/status")] == [200, 200, 200]


def test_what_is_private_is_locked_but_for_what_tells_nothing() -> None:
    site = guarded(keys=KEYS, private=True)
    for path in ("/", "/items", "/feeds/en/all.rss", "/opml.xml", "/metrics", "/nothing", "/healthz/x", "/feeds/en/all"):
        assert (ask(site, path).status, ask(site, path, authorization=BEARER).status) == (401, 200)
    for path in ("/healthz", "/readyz.json", "/static/site.css", "/feeds/style.css", "/websub/x"):
        assert ask(site, path).status == 200


def test_feeds_with_tokens_are_left_to_them_and_nothing_else_is() -> None:
    site = guarded(keys=KEYS, private=True, feed_tokens=True)
    assert ask(site, "/feeds/en/all.rss").status == 200
    assert [ask(site, path).status for path in ("/feeds/en/all", "/feeds/", "/items.json", "/")] == [401] * 4


def test_who_is_wrong_too_often_has_to_wait_even_when_right() -> None:
    now = [0.0]
    site = guarded(lambda: now[0], keys=KEYS)
    wrong = [ask(site, "/metrics", authorization="Bearer x") for _ in range(11)]
    assert [answer.status for answer in wrong] == [401] * 10 + [429]
    assert wrong[-1].headers["retry-after"] == "6"
    assert ask(site, "/metrics", authorization=BEARER).status == 429
    assert ask(site, "/").status == 200
    assert ask(site, "/metrics", authorization=BEARER, client="192.0.2.9").status == 200
    now[0] = 6.0
    assert [ask(site, "/metrics", authorization=BEARER).status for _ in range(20)] == [200] * 20


def test_the_buckets_are_those_it_was_given() -> None:
    site = Guard(Starlette(routes=[Route("/metrics", answer)]), Doors(keys=KEYS), wrong=Buckets(size=1, seconds=60), clock=lambda: 0)
    assert [ask(site, "/metrics", authorization="Bearer x").status for _ in range(2)] == [401, 429]

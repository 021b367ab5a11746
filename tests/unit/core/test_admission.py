"""Who may come in."""

from __future__ import annotations

from base64 import b64encode

import pytest

from aggregator.core.admission import Keys, answers_for, is_own_page

TOKEN = "correct-horse-battery-staple"
KEYS = Keys(TOKEN)


def basic(text: str) -> str:
    return f"Basic {b64encode(text.encode()).decode()}"


@pytest.mark.parametrize("field", [f"Bearer {TOKEN}", f"bearer  {TOKEN}", basic(f"me:{TOKEN}"), basic(f":{TOKEN}")])
def test_the_operator_is_let_in(field: str) -> None:
    assert KEYS.admits(field)


@pytest.mark.parametrize(
    "field",
    [
        "",
        "Bearer",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        TOKEN,
        f"Digest {TOKEN}",
        basic(TOKEN),
        basic(f"{TOKEN}:"),
        "Basic ***",
        "Basic /w==",
        "Bearer \udcff",
    ],
)
def test_nobody_else_is(field: str) -> None:
    assert not KEYS.admits(field)


def test_the_token_is_not_shown() -> None:
    assert TOKEN not in repr(KEYS)


def test_a_feed_has_one_token_for_all_its_documents_and_no_other_feed_has_it() -> None:
    same = ["en/news.rss", "en/news.atom", "en/news.bilingual.json", "en/archive/news/3.rss", "en/archive/news.bilingual/3.atom"]
    others = ["de/news.rss", "en/all.rss", "en/tag/news.rss", "en/archive/tag/news/1.rss", "en/news2.rss"]
    (token,) = {KEYS.of_feed(path) for path in same}
    assert len(token) == 24
    assert all(KEYS.opens_feed(path, token) for path in same)
    assert not any(KEYS.opens_feed(path, token) for path in others)
    assert KEYS.of_feed("en/tag/news.rss") == KEYS.of_feed("en/archive/tag/news/1.rss")
    assert Keys("another-token-of-ours").of_feed(same[0]) != token
    assert not KEYS.opens_feed(same[0], TOKEN)


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("localhost", True),
        ("localhost:8080", True),
        ("127.0.0.1:8080", True),
        ("[::1]:8080", True),
        ("192.168.1.5", True),
        ("news.example.org:443", True),
        ("evil.example", False),
        ("news.example.org.evil.example", False),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("", False),
        ("[", False),
        ("a@localhost.example", False),
    ],
)
def test_the_names_that_we_answer_for(host: str, ours: bool) -> None:
    assert answers_for(host, {"news.example.org"}) is ours


BASE = "https://news.example.org"


@pytest.mark.parametrize(
    ("origin", "site", "own"),
    [
        ("", "", True),
        ("http://127.0.0.1:8080", "", True),
        ("http://127.0.0.1:8080", "same-origin", True),
        ("", "none", True),
        ("https://news.example.org", "same-origin", True),
        ("https://News.example.org", "", True),
        ("http://127.0.0.1:9999", "same-site", False),
        ("http://127.0.0.1:9999", "", False),
        ("https://evil.example", "cross-site", False),
        ("https://evil.example", "", False),
        ("null", "", False),
        ("http://[", "", False),
        ("http://127.0.0.1:8080", "cross-site", False),
        ("ftp://127.0.0.1:8080", "", False),
        ("", "same-site", False),
    ],
)
def test_the_pages_that_may_act_for_a_person(origin: str, site: str, own: bool) -> None:
    assert is_own_page(origin=origin, site=site, host="127.0.0.1:8080", base_url=BASE) is own

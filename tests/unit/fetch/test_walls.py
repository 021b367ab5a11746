import pytest

from aggregator.fetch.walls import MARKS, is_wall


@pytest.mark.parametrize("mark", MARKS)
def test_challenge_pages_are_known(mark: bytes) -> None:
    assert is_wall({}, b"\n<!doctype HTML><html><head>" + mark.upper() + b"</head></html>")


@pytest.mark.parametrize(("name", "value"), [("cf-mitigated", "challenge"), ("x-amzn-waf-action", "captcha")])
def test_challenges_are_known_by_their_headers(name: str, value: str) -> None:
    assert is_wall({name: value}, b"")


@pytest.mark.parametrize(
    "body",
    [
        b"<?xml version='1.0'?><rss><title>Just a moment...</title></rss>",
        b'{"title": "window._cf_chl_opt explained"}',
        b"<!doctype html><title>News</title><script src='/recaptcha.js'></script>",
        b"<!doctype html>" + b" " * 100_000 + MARKS[0],
        b"",
    ],
)
def test_ordinary_documents_are_not_walls(body: bytes) -> None:
    assert not is_wall({"server": "cloudflare"}, body)

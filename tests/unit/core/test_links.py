from __future__ import annotations

import pytest

from aggregator.core.links import http_url, page_url, public_url


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("  http://example.org/\n", "http://example.org/"),
        ("https://example.org/ä b|c^{}[x]", "https://example.org/%C3%A4%20b%7Cc%5E%7B%7D%5Bx%5D"),
        ("https://example.org/100%/%41", "https://example.org/100%25/%41"),
        ('https://example.org/"><script>', "https://example.org/%22%3E%3Cscript%3E"),
        ("https://exämple.org/", "https://xn--exmple-cua.org/"),
        ("http://[2001:db8::1]/x", "http://[2001:db8::1]/x"),
        ("javascript:alert(1)", ""),
        ("java\nscript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("mailto:a@example.org", ""),
        ("/relative", ""),
        ("//example.org/", ""),
        ("http://", ""),
        ("http://[::1", ""),
        ("http://example.org:99999/", ""),
        ("https://example.org/\ud800", "https://example.org/"),
        ("", ""),
    ],
)
def test_http_url(url: str, expected: str) -> None:
    assert http_url(url) == expected
    assert http_url(expected) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://user:password@example.org:8443/feed?token=x#y", "https://example.org:8443/feed"),
        ("file:///etc/passwd", ""),
    ],
)
def test_public_url(url: str, expected: str) -> None:
    assert public_url(url) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/index.php?rubrique=7&lang=fr", "https://example.org/index.php?rubrique=7&lang=fr"),
        ("https://u:p@example.org:8443/?a=1&access_token=x&b=%26&Api-Key=y#z", "https://example.org:8443/?a=1&b=%26"),
        ("https://example.org/?%74oken=x", "https://example.org/"),
        ("https://example.org/?PHPSESSID=x&keyword=k&author=1", "https://example.org/?keyword=k&author=1"),
        ("javascript:x", ""),
    ],
)
def test_page_url(url: str, expected: str) -> None:
    assert page_url(url) == expected

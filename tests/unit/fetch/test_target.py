from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.fetch import guard
from aggregator.fetch.failures import FetchError, scrubbed
from aggregator.fetch.target import join, parse_target


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0X7F000001", "017700000001", "0x7f.1", "0177.0.0.1", "0177.1",
        "127.0.0.0x1", "0x7f.0x0.0x0.0x1", "127.0.0.1.", "00000177.0.0.1", "１２７.0.0.1", "127。0。0。1", "127．0．0．1", "127｡0｡0｡1",
        "①②⑦.0.0.1", "１２７。１", "２１３０７０６４３３",
    ],
)  # fmt: skip
def test_every_spelling_of_loopback_is_one_address(host: str) -> None:
    assert parse_target(f"http://{host}/feed").host == "127.0.0.1"


@pytest.mark.parametrize(
    "host", ["[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]"]
)
def test_loopback_in_ipv6_is_refused_by_the_guard(host: str) -> None:
    assert guard.refusal(ip_address(parse_target(f"http://{host}:8080/").host)) != ""


@pytest.mark.parametrize(
    "url",
    [
        "", "feed", "/feed", "//host/feed", "http://", "http:///feed", "http://.", "http://..", "http://a..b/", "http://256.1.1.1/",
        "http://1.2.3.4.5/", "http://0x.0x100000000/", "http://4294967296/", "http://08.1.1.1/", "http://127.0.0.1%2f@x/",
        "http://%31%32%37.0.0.1/", "http://[fe80::1%25eth0]/", "http://[fe80::1%eth0]/", "http://[v1.x]/", "http://[::1/", "http://::1/",
        "http://a b/", "http://a\\b/", "http://host:99999/", "http://host:-1/", "http://host:８０/", "http://host:x/",
        "http://user@host/", "http://user:pw@host/", "http://127.0.0.1\\@host/", "http://host\\@127.0.0.1/", "http://@host/",
        "ftp://host/", "file:///etc/passwd", "gopher://host/", "javascript:alert(1)", "data:text/xml,<rss/>", "feed://host/",
        "http://host:22/", "http://host:25/", "http://host:6379/", "http://host:0/", "http://ex\x00ample.org/", "http://" + "a" * 300 + "/",
    ],
)  # fmt: skip
def test_what_is_no_plain_web_address_is_refused(url: str) -> None:
    with pytest.raises(FetchError) as caught:
        parse_target(url)
    assert caught.value.failed.kind in ("bad_source", "blocked_address")
    assert caught.value.failed.advice


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("http://Example.ORG", "http://example.org/"),
        ("http://example.org:80/a?b=c&d=%20#top", "http://example.org/a?b=c&d=%20"),
        ("https://example.org:443/", "https://example.org/"),
        ("https://example.org:8443/", "https://example.org:8443/"),
        ("http://example.org./x", "http://example.org/x"),
        ("https://bücher.example/größe?q=ü", "https://xn--bcher-kva.example/gr%C3%B6%C3%9Fe?q=%C3%BC"),
        ("https://例え。テスト/", "https://xn--r8jz45g.xn--zckzah/"),
        (" https://example.org/a b ", "https://example.org/a%20b"),
        ("http://[2001:DB8::1]:8080/", "http://[2001:db8::1]:8080/"),
        ("https://a_b.example/", "https://a_b.example/"),
        ("https://example.org/?", "https://example.org/"),
    ],
)
def test_addresses_are_written_one_way(url: str, written: str) -> None:
    assert parse_target(url).url == written


@pytest.mark.parametrize(
    ("location", "written"),
    [
        ("/b", "https://example.org/b"),
        ("b?c", "https://example.org/a/b?c"),
        ("//other.example/x", "https://other.example/x"),
        ("http://other.example:8080", "http://other.example:8080/"),
        ("  /spaced  ", "https://example.org/spaced"),
        ("/größe", "https://example.org/gr%C3%B6%C3%9Fe"),
    ],
)
def test_redirects_are_relative_to_where_they_stand(location: str, written: str) -> None:
    assert join(parse_target("https://example.org/a/feed?x"), location).url == written


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://x/", "http://u:p@x/", "http://[x/", "javascript:1"])
def test_redirects_to_anything_else_are_refused(location: str) -> None:
    with pytest.raises(FetchError):
        join(parse_target("https://example.org/"), location)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for url in (text, f"http://{text}", f"https://example.org/{text}"):
        try:
            target = parse_target(url)
        except FetchError:
            continue
        assert parse_target(target.url) == target
        assert target.path.isascii()
        assert " " not in target.url


@given(st.integers(0, 2**32 - 1), st.sampled_from([str, hex, lambda n: f"0{n:o}", lambda n: f"0x{n:X}"]))
def test_numbers_of_any_base_are_the_address_they_mean(number: int, spelled: object) -> None:
    assert callable(spelled)
    assert ip_address(parse_target(f"http://{spelled(number)}/").host) == ip_address(number)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:secret@example.org/feed", "https://example.org/feed"),
        ("https://example.org/feed?token=secret#secret", "https://example.org/feed?…"),
        ("https://example.org/feed", "https://example.org/feed"),
        ("http://[::1", "an unreadable address"),
    ],
)
def test_shown_addresses_hold_no_secret(url: str, shown: str) -> None:
    assert scrubbed(url) == shown

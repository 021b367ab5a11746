"""Which feeds a page declares."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from aggregator.sources.pagelinks import linked_feeds

LINK = '<link rel="alternate" type="{}" href="{}">'


def declared(*links: tuple[str, str]) -> list[str]:
    page = "".join(LINK.format(kind, href) for kind, href in links)
    return [feed.url for feed in linked_feeds(LexborHTMLParser(f"<html><head>{page}</head></html>"), "https://paper.example/")]


def test_a_json_feed_of_version_1_is_declared_as_json_and_comes_last() -> None:
    feeds = declared(("application/json", "/feed.json"), ("application/rss+xml", "/rss"), ("text/html", "/fr"))
    assert feeds == ["https://paper.example/rss", "https://paper.example/feed.json"]


def test_an_entry_in_an_api_is_no_feed() -> None:
    assert declared(("application/json", "https://paper.example/wp-json/wp/v2/pages/7"), ("application/json+oembed", "/o")) == []

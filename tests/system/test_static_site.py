"""What is published, laid on a web server that knows nothing: it can be read and subscribed to, and no link is broken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urljoin
from urllib.request import urlopen

import feedparser
import pytest
from lxml import etree
from lxml import html as dom

from aggregator.cli.hosting import origin as web_server
from tests.system.conftest import Site, files_below
from tests.system.origin import Origin, plain

HEAD = """
[site]
title = "News & <more>"
base_url = "{base_url}"
languages = ["zh-CN", "zh-TW"]
[paths]
site = "../public"
[fetch]
spacing = "0s"
allow_networks = ["127.0.0.0/8"]
"""
ENTRIES = "".join(
    f"<item><guid>{n}</guid><title>市场{n}</title><link>https://e.example/{n}</link><description>国际新闻{n}</description></item>"
    for n in range(3)
)
FEED = f"<rss version='2.0'><channel><title>T</title>{ENTRIES}</channel></rss>".encode()


@contextmanager
def published(site: Site, origin: Origin, *, absolute: bool) -> Iterator[str]:
    """The address of a server of what the program has published, in a folder of the server for relative addresses."""
    origin.route("/feed", plain(200, FEED))
    with web_server(site.folder, port=0) as server:
        address = f"{server}/public"
        source = f'[sources.paper]\nurl = "{origin.url("/feed")}"\ntags = ["markets"]\nlanguage = "zh-CN"\n'
        site.config.parent.mkdir()
        site.config.write_text(HEAD.format(base_url=address if absolute else "") + source, encoding="utf-8")
        done = site.run("--offline", "fetch", "--all")
        assert done.returncode == 0, done.stderr
        yield address


def read(address: str) -> bytes:
    """What stands at an address; raises HTTPError where nothing does."""
    with urlopen(address, timeout=10) as answer:
        body: bytes = answer.read()
        return body


@pytest.mark.parametrize("absolute", [True, False])
def test_every_link_leads_somewhere(site: Site, origin: Origin, absolute: bool) -> None:
    with published(site, origin, absolute=absolute) as address:
        page = dom.document_fromstring(read(f"{address}/"))
        assert page.findtext(".//h1") == "News & <more>"
        links = {urljoin(f"{address}/", link) for link in page.xpath("//a/@href | //link/@href")}
        outlines = etree.fromstring(read(f"{address}/opml.xml")).xpath("//outline[@type='rss']/@xmlUrl")
        listed = {urljoin(f"{address}/opml.xml", link) for link in outlines}
        assert not [link for link in listed if "bilingual" in link]
        assert all(outline.startswith(address if absolute else "feeds/") for outline in outlines)
        assert listed < links
        assert len([link for link in links if "/feeds/" in link]) == 18 + 9  # two languages and a bilingual one, three feeds, three formats
        for link in links:
            assert read(link)
        assert in_list(f"{address}/opml/zh-TW.xml") == {link for link in listed if "/zh-TW/" in link}
        assert in_list(f"{address}/opml/zh-TW.bilingual.xml") == {link for link in links if link.endswith(".bilingual.rss")}
        assert f"{address}/opml/zh-CN.bilingual.xml" not in links
        for link in listed:
            check_feed(link, address=address, absolute=absolute)


def in_list(address: str) -> set[str]:
    """The addresses in a list for readers."""
    return {urljoin(address, link) for link in etree.fromstring(read(address)).xpath("//outline[@type='rss']/@xmlUrl")}


def check_feed(link: str, *, address: str, absolute: bool) -> None:
    parsed = feedparser.parse(read(link))
    assert (parsed.bozo, len(parsed.entries)) == (False, 3)
    links = [each.href for each in parsed.feed.links if each.href.startswith((address, "../"))]
    assert (link in links) == absolute
    assert all(each.startswith("../") for each in links) != absolute
    for each in links:
        assert read(f"{each}/" if each == address else urljoin(link, each))


def test_publishing_again_changes_nothing(site: Site, origin: Origin) -> None:
    with published(site, origin, absolute=False):
        before = files_below(site.folder / "public")
        assert {"public/index.html", "public/opml.xml", "public/style.css", "public/feeds/zh-TW/tag/markets.atom"} < before.keys()
        assert site.run("publish", "--all").returncode == 0
        assert files_below(site.folder / "public") == before

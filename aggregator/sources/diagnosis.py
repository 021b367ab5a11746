"""Says what a body is, when it is not what its source's kind reads."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from aggregator.core.links import public_url
from aggregator.errors import ParseError
from aggregator.model import Fetched
from aggregator.sources.pagelinks import linked_feeds

_ROOT = re.compile(r"<(?:\w+:)?(html|rss|rdf|feed|channel|opml|urlset|sitemapindex|head|body|!doctype\s+html)\b", re.IGNORECASE)
_LOOKED_AT = 8192  # characters: what a document is shows at its beginning
_COMMENTED = 8 * _LOOKED_AT  # with the comments before that
_BOT_WALL = re.compile(
    r"just a moment|attention required|are you a (?:human|robot)|verify you are human|captcha|access denied", re.IGNORECASE
)
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")
_OTHERS = {
    "opml": ("a list of subscriptions (OPML)", "Subscribe to the feeds that it lists."),
    "urlset": ("a sitemap", "Sitemaps list pages, not news: look for the site's feed."),
    "sitemapindex": ("a sitemap", "Sitemaps list pages, not news: look for the site's feed."),
}
_FEED_ROOTS = ("rss", "rdf", "feed", "channel")


def root(text: str) -> str:
    """The first element that tells what a document is: "html" for pages, "rss", "feed" and so on, or nothing."""
    has_comment = "<!--" in text[: _LOOKED_AT + len("<!--") - 1]
    found = _ROOT.search((_uncommented(text[:_COMMENTED]) if has_comment else text)[:_LOOKED_AT])
    name = found[1].lower() if found else ""
    return "html" if name in ("head", "body") or name.startswith("!") else name


def _uncommented(text: str) -> str:
    first, *rest = text.split("<!--")
    return "".join([first, *(part.partition("-->")[2] for part in rest)])


def refusal(text: str, fetched: Fetched, *, wanted: str) -> ParseError:
    """The error for a body that is not what is `wanted` ("a feed", "JSON"): what came instead, and what to do."""
    name, where = root(text), public_url(fetched.url)
    if not text.strip():
        advice = "If that lasts, ask the publisher or look for another address."
        return ParseError(f"{where} answered with nothing at all", kind="empty", advice=advice)
    if name == "html":
        return _page(text, fetched, wanted=wanted)
    if name in _FEED_ROOTS and wanted != "a feed":
        return ParseError(f"{where} is a feed, not {wanted}", advice='Set kind = "feed" for this source.')
    what, advice = _OTHERS.get(name) or (_description(text, fetched), "Look at the address in a browser: it may have moved.")
    return ParseError(f"{where} is {what}, not {wanted}", advice=advice)


def _description(text: str, fetched: Fetched) -> str:
    kind = _UNPRINTABLE.sub(".", fetched.headers.get("content-type", ""))[:60] or "no content type"
    return f"something else ({kind}, {len(fetched.body)} bytes that begin with {_UNPRINTABLE.sub('.', text[:24])!r})"


def _page(text: str, fetched: Fetched, *, wanted: str) -> ParseError:
    """An HTML page: a bot wall, or a page that may link to feeds (https://www.rssboard.org/rss-autodiscovery)."""
    from selectolax.lexbor import LexborHTMLParser  # here, for it is seldom needed

    page = LexborHTMLParser(text)
    head, where = page.css_first("title"), public_url(fetched.url)
    title = unasked(" ".join(head.text().split()), fetched)[:80] if head else ""
    message = f"{where} is an HTML page, not {wanted}" + (f": “{title}”" if title else "")
    if is_wall(title):
        return ParseError(
            message, kind="bot_wall", advice="The site keeps programs out. Ask the publisher for access, or use another address."
        )
    feeds = [link.url for link in linked_feeds(page, where)]
    if feeds:
        advice = "The page links to these feeds; set one of them as url: " + unasked(" ".join(feeds), fetched)
        return ParseError(message, advice=advice)
    return ParseError(message, advice="The page links to no feed. Look for one on the site.")


def is_wall(title: str) -> bool:
    """Whether a page of this title stands before what was asked for, to keep programs out."""
    return _BOT_WALL.search(title) is not None


def unasked(text: str, fetched: Fetched) -> str:
    """What a page says, without the query it was asked with, which may be a key: pages repeat it."""
    query = urlsplit(fetched.url).query
    return text.replace(query, "…") if query else text

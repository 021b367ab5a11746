"""Finds the feeds behind an address: by what is known of its site, by what the page there says, then where feeds usually are."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from aggregator.core import discovery
from aggregator.core.bodies import BodyReader, Contents
from aggregator.core.decide import Limits
from aggregator.core.links import public_url
from aggregator.core.normalize import clean_title
from aggregator.errors import AggregatorError
from aggregator.model import Failed, Fetched, Request, Source
from aggregator.ports import Fetcher
from aggregator.sources.pagelinks import FeedLink, Page, page_of

ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, text/html;q=0.9, application/xml;q=0.8, */*;q=0.5"
Choice = Callable[[Sequence[FeedLink]], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is behind an address: all candidates, the one that was chosen and could be read, and why others could not."""

    candidates: Sequence[FeedLink]
    chosen: FeedLink
    contents: Contents
    troubles: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Discoverer:
    """Asks with what a poll asks with, one request after the other; `reader` says whether an answer is a feed."""

    fetcher: Fetcher
    reader: BodyReader
    limits: Limits
    clock: Callable[[], datetime]
    _read: dict[str, Found] = field(default_factory=dict)

    async def discover(self, url: str, choose: Choice) -> Found:
        """The feed behind an address; `choose` picks one of several candidates, and where that can't be read the others are tried in order.

        Raises AggregatorError where there is none.
        """
        candidates, troubles = await self._candidates(url)
        if not candidates:
            raise AggregatorError(_none_found(url, troubles))
        first = candidates[choose(candidates) if len(candidates) > 1 else 0]
        for link in (first, *(other for other in candidates if other != first)):
            found = await self._feed(link)
            if isinstance(found, Found):
                return Found(candidates=candidates, chosen=found.chosen, contents=found.contents, troubles=troubles)
            troubles.append(found)
        raise AggregatorError(_none_found(url, troubles))

    async def _candidates(self, url: str) -> tuple[list[FeedLink], list[str]]:
        known = [FeedLink(address, "") for address in discovery.known_feeds(url)]
        if known:
            return known, []
        found, page = await self._ask(FeedLink(url, ""))
        if isinstance(found, Found):
            return [FeedLink(url, found.chosen.title)], []
        if page is None:
            return [], [found]
        implied = [FeedLink(address, "") for address in discovery.feeds_in_page(url, page.text)]
        return page.declared or implied or page.feedlike or await self._likely(url), []

    async def _likely(self, url: str) -> list[FeedLink]:
        """The first of the usual places where there is a feed."""
        for address in discovery.likely_feeds(url):
            found = await self._feed(FeedLink(address, ""))
            if isinstance(found, Found):
                return [FeedLink(address, found.chosen.title)]
        return []

    async def _feed(self, link: FeedLink) -> Found | str:
        """What is at an address if it is a feed, else why it is none."""
        return self._read.get(link.url) or (await self._ask(link))[0]

    async def _ask(self, link: FeedLink) -> tuple[Found | str, Page | None]:
        """The feed at an address, or why there is none, and the page that came instead."""
        outcome = await self.fetcher.fetch(self._request(link.url))
        if not isinstance(outcome, Fetched):
            said = f"{outcome.message}. {outcome.advice}" if isinstance(outcome, Failed) else f"{public_url(link.url)}: nothing came"
            return said.strip(), None
        source = Source(name="new", url=outcome.permanent_url or link.url)
        contents = await self.reader.read(source, outcome, now=self.clock())
        if isinstance(contents, Failed):
            return f"{contents.message}. {contents.advice}", await asyncio.to_thread(page_of, outcome)
        title = clean_title(contents.feed.title, is_text=False) or link.title
        found = Found(candidates=(link,), chosen=FeedLink(source.url, title), contents=contents)
        self._read[link.url] = found
        return found, None

    def _request(self, url: str) -> Request:
        return Request(
            url=url,
            headers={"User-Agent": self.limits.user_agent, "Accept": ACCEPT},
            timeout=self.limits.timeout,
            max_bytes=self.limits.max_bytes,
            allow_networks=self.limits.allow_networks,
        )


def _none_found(url: str, troubles: Sequence[str]) -> str:
    why = " ".join(troubles) or "The page names none, and there is none in the usual places. Look for its address on the site."
    return f"No feed was found behind {public_url(url) or repr(url)}. {why}"

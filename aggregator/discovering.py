"""Finds the feeds behind an address: by what is known of its site, by what the page there says, then where feeds usually are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from aggregator.core import discovery, hosts
from aggregator.core.contents import BodyReader, Contents
from aggregator.core.decide import Limits
from aggregator.core.links import public_url
from aggregator.core.titles import clean_title
from aggregator.errors import AggregatorError
from aggregator.model import Failed, Fetched, Outcome, Request, Source
from aggregator.ports import Fetcher
from aggregator.sources.pagelinks import FeedLink, Page, page_of

ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, text/html;q=0.9, application/xml;q=0.8, */*;q=0.5"
MAY_BE_ELSEWHERE = (401, 403, 404, 405, 406)
"""What a site answers that keeps programs from a page, or knows none there, while its feeds may well be readable."""
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
    _tried: dict[str, Found | Failed] = field(default_factory=dict)

    async def discover(self, url: str, choose: Choice) -> Found:
        """The feed behind an address; `choose` picks one of several candidates, and where that can't be read the others are tried in order.

        Raises AggregatorError where there is none.
        """
        troubles: list[str] = []
        async for candidates in self._candidates(url, troubles):
            first = candidates[choose(candidates) if len(candidates) > 1 else 0]
            for link in (first, *(other for other in candidates if other != first)):
                found = await self._feed(link)
                if isinstance(found, Found):
                    return Found(candidates=candidates, chosen=found.chosen, contents=found.contents, troubles=troubles)
                _note(troubles, found)
        raise AggregatorError(_none_found(url, troubles))

    async def _candidates(self, url: str, troubles: list[str]) -> AsyncIterator[list[FeedLink]]:
        """Where the feed may be, the likeliest first: the next ones are looked for when none of these could be read."""
        if known := [FeedLink(address, "") for address in discovery.known_feeds(url)]:
            yield known
        found, page = await self._ask(FeedLink(url, ""))
        if isinstance(found, Found):
            yield [FeedLink(url, found.chosen.title)]
            return
        if page is None:
            _note(troubles, found)
        else:
            implied = [FeedLink(address, "") for address in discovery.feeds_in_page(url, page.text)]
            for links in filter(None, (page.declared, implied, page.feedlike)):
                yield links
        if (page or found.status in MAY_BE_ELSEWHERE) and (likely := await self._likely(url)):
            yield [likely]

    async def _likely(self, url: str) -> FeedLink | None:
        """The first of the usual places where there is a feed; the host is asked no more once it wants to be left alone."""
        for address in discovery.likely_feeds(url):
            found = await self._feed(FeedLink(address, ""))
            if isinstance(found, Found):
                return FeedLink(address, found.chosen.title)
            if found.status in hosts.ASK_TO_WAIT or hosts.is_cut_off(found):
                return None
        return None

    async def _feed(self, link: FeedLink) -> Found | Failed:
        """What is at an address if it is a feed, else why it is none."""
        return self._tried.get(link.url) or (await self._ask(link))[0]

    async def _ask(self, link: FeedLink) -> tuple[Found | Failed, Page | None]:
        """The feed at an address, or why there is none, and the page that came instead."""
        outcome = await self.fetcher.fetch(self._request(link.url))
        found, page = await self._read_feed(link, outcome) if isinstance(outcome, Fetched) else (_failed(link, outcome), None)
        self._tried[link.url] = found
        return found, page

    async def _read_feed(self, link: FeedLink, fetched: Fetched) -> tuple[Found | Failed, Page | None]:
        source = Source(name="new", url=fetched.permanent_url or link.url)
        contents = await self.reader.read(source, fetched, now=self.clock())
        if isinstance(contents, Failed):
            return contents, await asyncio.to_thread(page_of, fetched)
        title = clean_title(contents.feed.title, is_text=False) or link.title
        return Found(candidates=(link,), chosen=FeedLink(source.url, title), contents=contents), None

    def _request(self, url: str) -> Request:
        return Request(
            url=url,
            headers={"User-Agent": self.limits.user_agent, "Accept": ACCEPT},
            timeout=self.limits.timeout,
            max_bytes=self.limits.max_bytes,
            allow_networks=self.limits.allow_networks,
        )


def _failed(link: FeedLink, outcome: Outcome) -> Failed:
    return outcome if isinstance(outcome, Failed) else Failed(kind="protocol", message=f"{public_url(link.url)}: nothing came")


def _note(troubles: list[str], failed: Failed) -> None:
    said = f"{failed.message}. {failed.advice}".strip()
    if said not in troubles:
        troubles.append(said)


def _none_found(url: str, troubles: Sequence[str]) -> str:
    why = " ".join(troubles) or "The page names none, and there is none in the usual places. Look for its address on the site."
    return f"No feed was found behind {public_url(url) or repr(url)}. {why}"

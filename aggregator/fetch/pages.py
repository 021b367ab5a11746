"""Fetches article pages: like everything else, and within what the site's robots.txt lets us read (RFC 9309)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from aggregator.core import robots
from aggregator.fetch.failures import FetchError
from aggregator.fetch.target import Target, parse_target
from aggregator.model import LONG_AGO, Outcome, Request
from aggregator.ports import Fetcher

MOST_SITES = 1000  # remembered at once


class Queue(Protocol):
    """Those who want pages of a site, in all processes."""

    async def turn(self, site: str, *, delay: timedelta) -> None:
        """Wait behind those that came before, with such a delay between two."""
        ...


class PageFetcher:
    """A Fetcher for pages. Feeds don't go through here: a subscription is somebody's own wish.

    The rules of a site are asked for once a day, the first time that a page of it is wanted. They are not looked at again for the pages
    that a page redirects to. `beside` are other processes that keep to a site's pauses together with this one.
    """

    def __init__(self, fetcher: Fetcher, *, clock: Callable[[], datetime], beside: Queue | None = None) -> None:
        self._fetcher = fetcher
        self._clock = clock
        self._beside = beside
        self._sites: dict[tuple[str, str, int], _Site] = {}

    async def fetch(self, request: Request) -> Outcome:
        """One page, if it may be read, when it is its turn; else Failed with kind "robots", or "no_robots" where nobody knows."""
        try:
            target = parse_target(request.url)
        except FetchError as error:
            return error.failed
        site = self._site(target)
        rules = await site.rules(lambda: self._asked(target, request), clock=self._clock)
        if not rules.allow(target.url):
            return FetchError(rules.kind, f"{target.shown}: not read, because {rules.reason}").failed
        await (self._beside.turn(target.authority, delay=rules.delay) if self._beside else site.turn(rules.delay))
        return await self._fetcher.fetch(request)

    def _site(self, target: Target) -> _Site:
        if target.origin not in self._sites and len(self._sites) >= MOST_SITES:
            del self._sites[next(iter(self._sites))]
        return self._sites.setdefault(target.origin, _Site())

    async def _asked(self, target: Target, request: Request) -> robots.Rules:
        agent = next((value for name, value in request.headers.items() if name.lower() == "user-agent"), "")
        asked = replace(request, url=f"{target.scheme}://{target.authority}{robots.PATH}", headers={"User-Agent": agent} if agent else {})
        return robots.rules_of(await self._fetcher.fetch(asked), token=robots.product_token(agent))


class _Site:
    """The rules of one site, and when its next page may be asked for."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._rules: robots.Rules | None = None
        self._until = LONG_AGO
        self._free_at = 0.0

    async def rules(self, ask: Callable[[], Awaitable[robots.Rules]], *, clock: Callable[[], datetime]) -> robots.Rules:
        """The rules that are held, or those that `ask` gives; whoever comes while they are asked for waits for the same answer."""
        async with self._lock:
            if self._rules is None or clock() >= self._until:
                self._rules = await ask()
                self._until = clock() + self._rules.kept
            return self._rules

    async def turn(self, delay: timedelta) -> None:
        """Wait for a place behind those that came before."""
        now = asyncio.get_running_loop().time()
        at = max(now, self._free_at)
        self._free_at = at + delay.total_seconds()
        await asyncio.sleep(at - now)

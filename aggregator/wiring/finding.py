"""The feed behind an address, before there is a source for it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from aggregator import plugins
from aggregator.config import Settings
from aggregator.config.values import web_url
from aggregator.fetch.client import HttpFetcher
from aggregator.fetch.failures import FetchError
from aggregator.fetch.guard import check_literal, networks
from aggregator.fetch.target import parse_target
from aggregator.pipeline import utc_now
from aggregator.wiring.parts import limits, readers

if TYPE_CHECKING:
    from aggregator.discovering import Choice, Found
    from aggregator.sources.pagelinks import FeedLink


async def find(url: str, choose: Choice, *, settings: Settings) -> Found:
    """The feed behind an address; raises AggregatorError where there is none."""
    from aggregator.discovering import Discoverer  # with what reads HTML, which only this needs

    fetcher, reader = (
        HttpFetcher(concurrency=1, spacing=settings.fetch.spacing),
        readers(settings, {"feed": plugins.target(plugins.SOURCES, "feed")}),
    )
    try:
        return await Discoverer(fetcher=fetcher, reader=reader, limits=limits(settings), clock=utc_now).discover(url, choose)
    finally:
        await fetcher.aclose()
        await reader.aclose()


def discover(url: str, choose: Choice, *, settings: Settings) -> Found:
    """The same, for a command that does nothing else."""
    return asyncio.run(find(url, choose, settings=settings))


def likeliest(candidates: Sequence[FeedLink]) -> int:
    """The place of the likeliest feed, which is the first."""
    return 0


def address_problem(url: str, *, settings: Settings) -> str:
    """Why an address is never fetched, as far as its writing tells, or ""."""
    try:
        web_url(url)
        check_literal(parse_target(url).host, opened=networks(settings.fetch.allow_networks))
    except (FetchError, ValueError) as error:
        return str(error)
    return ""

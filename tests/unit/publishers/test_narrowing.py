"""Parts of published feeds."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from lxml import etree

from aggregator.core.feedquery import Listed
from aggregator.model import Feed, Page
from aggregator.publishers.feeds import FeedPublisher
from aggregator.publishers.narrowing import marks, narrowed
from aggregator.publishers.places import Format
from tests.validation import problems

PUBLISHER = FeedPublisher(base_url="https://me.example/reader", hub="https://hub.example/")
FORMS: tuple[Format, ...] = ("rss", "atom", "json")
IDS = [f"{number}1111111-2222-5333-8444-555555555555" for number in range(4)]
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def documents(feed: Callable[..., Feed], original: Callable[..., Page]) -> dict[Format, bytes]:
    pages = [original(id=id, title=f"News {place}", published=datetime(2026, 7, 9 - place, tzinfo=UTC)) for place, id in enumerate(IDS)]
    made = PUBLISHER.feed(feed(*pages, archives=2))
    return {cast(Format, document.path.rpartition(".")[2]): document.data for document in made if not document.path.endswith("css")}


def everything(entries: Sequence[Listed]) -> range:
    return range(len(entries))


def links(document: bytes, form: Format) -> dict[str, str]:
    if form == "json":
        feed = json.loads(document)
        names = {"feed_url": "self", "next_url": "prev-archive"}
        return {rel: feed[name] for name, rel in names.items() if name in feed} | ({"hub": ""} if "hubs" in feed else {})
    found: list[Any] = list(etree.fromstring(document).iter(f"{ATOM}link"))
    return {link.get("rel"): link.get("href") for link in found if link.get("rel") in ("self", "prev-archive", "hub")}


@pytest.mark.parametrize("form", FORMS)
def test_nothing_taken_away_is_the_same_document_to_the_byte(documents: dict[Format, bytes], form: Format) -> None:
    assert narrowed(documents[form], form, everything) == documents[form]


@pytest.mark.parametrize("form", FORMS)
def test_any_part_is_a_valid_feed_of_these_entries(documents: dict[Format, bytes], form: Format) -> None:
    whole = marks(documents[form], form)
    assert len(set(whole)) == len(IDS)
    for chosen in ([0, 2], [3], []):
        part = narrowed(documents[form], form, lambda entries, chosen=chosen: chosen, query="limit=3")
        assert marks(part, form) == [whole[place] for place in chosen]
        assert problems(f"x.{form}", part) == []


@pytest.mark.parametrize("form", FORMS)
def test_entries_are_told_by_their_dates_and_texts(documents: dict[Format, bytes], form: Format) -> None:
    seen: list[Listed] = []

    def choose(entries: Sequence[Listed]) -> list[int]:
        seen.extend(entries)
        return []

    narrowed(documents[form], form, choose)
    assert [entry.published.date().day for entry in seen if entry.published] == [9, 8, 7, 6]
    assert all("正文" in entry.text and f"News {place}" in entry.text and "<p>" not in entry.text for place, entry in enumerate(seen))


@pytest.mark.parametrize("form", FORMS)
def test_a_part_with_an_address_says_so_and_names_neither_hub_nor_archives(documents: dict[Format, bytes], form: Format) -> None:
    whole, part = links(documents[form], form), links(narrowed(documents[form], form, everything, query="limit=3&q=a%26b"), form)
    assert set(whole) == {"self", "prev-archive", "hub"}
    assert part == {"self": f"{whole['self']}?limit=3&q=a%26b"}


@pytest.mark.parametrize("form", FORMS)
def test_a_token_stands_in_every_address_of_the_feed(documents: dict[Format, bytes], form: Format) -> None:
    whole, part = links(documents[form], form), links(narrowed(documents[form], form, everything, token="token=t"), form)
    assert part == {"self": f"{whole['self']}?token=t", "prev-archive": f"{whole['prev-archive']}?token=t"}
    both = links(narrowed(documents[form], form, everything, query="limit=1", token="token=t"), form)
    assert both == {"self": f"{whole['self']}?limit=1&token=t"}


@pytest.mark.parametrize("form", FORMS)
def test_an_archive_leads_back_to_the_feed_with_the_token(feed: Callable[..., Feed], form: Format) -> None:
    (archive,) = FeedPublisher(base_url="https://me.example", formats=(form,)).feed(feed(archive=2, archives=1))[:1]
    part = narrowed(archive.data, form, everything, token="token=t").decode()
    assert f"https://me.example/feeds/en/news.{form}?token=t" in part


@pytest.mark.parametrize("form", FORMS)
def test_a_feed_without_addresses_stays_without(feed: Callable[..., Feed], form: Format) -> None:
    (document,) = FeedPublisher(formats=(form,)).feed(feed())[:1]
    assert narrowed(document.data, form, everything, query="limit=1", token="token=t") == document.data


@pytest.mark.parametrize("form", FORMS)
def test_a_token_stands_in_addresses_that_are_relative_too(feed: Callable[..., Feed], form: Format) -> None:
    (document,) = FeedPublisher(formats=(form,)).feed(feed(archives=2))[:1]
    part = narrowed(document.data, form, everything, token="token=t")
    before, after = (links(each, form)["prev-archive"] for each in (document.data, part))
    assert (after, "://" in before) == (f"{before}?token=t", False)
